package io.encodectr.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class ScaleTest {
  @Test
  void linearTicksAreRoundAndFew() {
    assertThat(Scale.linear(80).ticks())
        .containsExactly(0.0, 10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0, 80.0);
    assertThat(Scale.linear(350).ticks())
        .containsExactly(0.0, 50.0, 100.0, 150.0, 200.0, 250.0, 300.0, 350.0);
    assertThat(Scale.linear(0).ticks()).hasSizeGreaterThan(1);
    assertThat(Scale.linear(10).share(5)).isCloseTo(0.5, within(1e-12));
    Random random = new Random(1);
    for (int i = 0; i < 1000; i++) {
      double most = Math.exp(random.nextDouble(-10, 15));
      assertThat(Scale.linear(most).ticks()).as("up to " + most).hasSizeBetween(3, 9);
    }
  }

  @Test
  void logarithmicTicksLieWithin() {
    Random random = new Random(2);
    for (int i = 0; i < 1000; i++) {
      double least = Math.exp(random.nextDouble(-8, 10));
      double most = least * Math.exp(random.nextDouble(0, 12));
      Scale scale = Scale.logarithmic(least, most);
      assertThat(scale.ticks()).as(least + " to " + most).hasSizeBetween(2, 12);
      assertThat(scale.ticks())
          .allSatisfy(tick -> assertThat(scale.share(tick)).isBetween(0.0, 1.0));
      assertThat(scale.share(least)).isBetween(0.0, scale.share(most));
    }
  }

  @Test
  void ninesAreEvenlySpaced() {
    Scale scale = Scale.nines(99.9);
    assertThat(scale.ticks().stream().map(scale::name))
        .containsExactly("0%", "50%", "90%", "99%", "99.9%");
    assertThat(scale.share(100 / (100 - 90.0))).isCloseTo(1 / 3.0, within(1e-9));
    assertThat(scale.share(100 / (100 - 99.0))).isCloseTo(2 / 3.0, within(1e-9));
  }

  @Test
  void labelsHaveNoNeedlessDigits() {
    assertThat(Scale.label(1234.4)).isEqualTo("1,234");
    assertThat(Scale.label(0.05)).isEqualTo("0.05");
    assertThat(Scale.label(20)).isEqualTo("20");
    assertThat(Scale.label(99.999)).isEqualTo("99.999");
  }
}
