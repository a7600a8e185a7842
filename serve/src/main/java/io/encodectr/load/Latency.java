package io.encodectr.load;

import org.HdrHistogram.AbstractHistogram;
import org.jspecify.annotations.Nullable;

/**
 * How long something took: milliseconds at percentiles, exact to three digits.
 *
 * @param count how many there were; 0 makes all else 0
 * @param meanMs mean
 * @param p50Ms half of them took at most this
 * @param p90Ms nine in ten took at most this
 * @param p99Ms 99% took at most this
 * @param p999Ms 99.9% took at most this; null below {@value Latency#LEAST_FOR_P999} of them, where
 *     it is but the longest
 * @param maxMs the longest
 */
public record Latency(
    long count,
    double meanMs,
    double p50Ms,
    double p90Ms,
    double p99Ms,
    @Nullable Double p999Ms,
    double maxMs) {
  /** So many make a 99.9th percentile. */
  static final int LEAST_FOR_P999 = 1000;

  /** Of a histogram of nanoseconds. */
  static Latency of(AbstractHistogram nanoseconds) {
    return new Latency(
        nanoseconds.getTotalCount(),
        milliseconds(nanoseconds.getMean()),
        at(nanoseconds, 50),
        at(nanoseconds, 90),
        at(nanoseconds, 99),
        nanoseconds.getTotalCount() < LEAST_FOR_P999 ? null : at(nanoseconds, 99.9),
        nanoseconds.getTotalCount() == 0 ? 0 : milliseconds((double) nanoseconds.getMaxValue()));
  }

  /** Milliseconds within which a percentage of a histogram of nanoseconds lies. */
  static double at(AbstractHistogram nanoseconds, double percent) {
    return nanoseconds.getTotalCount() == 0
        ? 0
        : milliseconds((double) nanoseconds.getValueAtPercentile(percent));
  }

  /** Rounded to microseconds. */
  static double milliseconds(double nanoseconds) {
    return Math.round(nanoseconds / 1000) / 1000.0;
  }
}
