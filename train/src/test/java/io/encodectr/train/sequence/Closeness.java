package io.encodectr.train.sequence;

import static org.assertj.core.api.Assertions.assertThat;

/** How near two arrays are, relative to the size of what is expected. */
public final class Closeness {
  private Closeness() {}

  /** Fails unless ‖actual − expected‖ ≤ tolerance·‖expected‖, both in all and at each entry. */
  public static void assertClose(String what, float[] actual, float[] expected, double tolerance) {
    double squared = 0;
    double difference = 0;
    double largest = 0;
    double worst = 0;
    for (int i = 0; i < expected.length; i++) {
      double d = (double) actual[i] - expected[i];
      squared += (double) expected[i] * expected[i];
      difference += d * d;
      largest = Math.max(largest, Math.abs(expected[i]));
      worst = Math.max(worst, Double.isNaN(d) ? Double.POSITIVE_INFINITY : Math.abs(d));
    }
    assertThat(Math.sqrt(difference))
        .as("‖difference‖ of %s, whose norm is %s", what, Math.sqrt(squared))
        .isLessThanOrEqualTo(tolerance * Math.sqrt(squared) + 1e-12);
    assertThat(worst)
        .as("largest difference of %s, whose largest entry is %s", what, largest)
        .isLessThanOrEqualTo(tolerance * largest + 1e-12);
  }
}
