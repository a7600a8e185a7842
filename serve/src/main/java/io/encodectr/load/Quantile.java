package io.encodectr.load;

import java.util.Arrays;
import java.util.List;
import org.HdrHistogram.AbstractHistogram;

/**
 * A point of a distribution of latencies.
 *
 * @param percent 0..100
 * @param ms milliseconds within which that many were answered
 */
public record Quantile(double percent, double ms) {
  private static final double[] PERCENTS = {
    0, 10, 20, 30, 40, 50, 60, 70, 75, 80, 85, 90, 92.5, 95, 97.5, 98, 99, 99.5, 99.75, 99.9, 99.95,
    99.99, 99.999, 100
  };

  /** The distribution of a histogram of nanoseconds; no points if it is empty. */
  static List<Quantile> of(AbstractHistogram nanoseconds) {
    return nanoseconds.getTotalCount() == 0
        ? List.of()
        : Arrays.stream(PERCENTS)
            .mapToObj(percent -> new Quantile(percent, Latency.at(nanoseconds, percent)))
            .toList();
  }
}
