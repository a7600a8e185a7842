package io.encodectr.service;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ServiceTimeTest {
  @Test
  void itGoesWhereTimesGo() {
    ServiceTime time = new ServiceTime();
    assertThat(time.nanos()).isZero();
    time.add(1_000_000);
    assertThat(time.nanos()).isEqualTo(1_000_000);
    for (int i = 0; i < 300; i++) {
      time.add(4_000_000);
    }
    assertThat(time.nanos()).isBetween(3_900_000L, 4_000_000L);
    for (int i = 0; i < 300; i++) {
      time.add(2_000);
    }
    assertThat(time.nanos()).isBetween(2_000L, 10_000L);
  }

  @Test
  void oneOddRequestMovesItLittle() {
    ServiceTime time = new ServiceTime();
    time.add(3_000_000);
    time.add(60_000_000_000L);
    assertThat(time.nanos()).isBetween(3_000_000L, 3_700_000L);
  }

  @Test
  void somethingIsKnownAfterWorkOfNoTime() {
    ServiceTime time = new ServiceTime();
    time.add(0);
    assertThat(time.nanos()).isEqualTo(1);
  }
}
