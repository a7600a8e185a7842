package io.encodectr.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PaceTest {
  /** However long stretches take, the last one ends with the answer's time left. */
  @ParameterizedTest
  @CsvSource({"1000000, 480, 1", "20000000, 3000, 700000", "5000000, 3000, 1100000", "1, 1, 1"})
  void theAnswersTimeIsLeft(long time, int candidates, long stretch) {
    AtomicLong clock = new AtomicLong();
    Pace pace = new Pace(Deadline.on(clock::get, time), candidates);
    int stretches = 0;
    while (stretches < 1000 && pace.leavesTime()) {
      clock.addAndGet(stretch);
      stretches++;
    }
    long kept = Pace.ANSWER + candidates * Pace.CANDIDATE;
    assertThat(stretches).isEqualTo(Math.min(1000, Math.max(0, (time - kept - 1) / stretch)));
    // The first stretch is begun without knowing how long one takes.
    assertThat(time - clock.get() >= kept || stretches <= 1).isTrue();
  }

  @Test
  void aStretchThatTookLongIsExpectedAgain() {
    AtomicLong clock = new AtomicLong();
    Pace pace = new Pace(Deadline.on(clock::get, 10_000_000), 0);
    assertThat(pace.leavesTime()).isTrue();
    clock.addAndGet(5_000_000);
    assertThat(pace.leavesTime()).as("5 ms are left, less the answer's").isFalse();
  }

  @Test
  void withoutADeadlineThereIsAlwaysTime() {
    assertThat(new Pace(Deadline.NONE, 1 << 20).leavesTime()).isTrue();
  }
}
