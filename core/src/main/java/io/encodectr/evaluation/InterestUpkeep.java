package io.encodectr.evaluation;

import io.encodectr.dataset.Dataset;
import io.encodectr.dataset.Samples;
import io.encodectr.interest.InterestPrecision;

/**
 * How the long-term state that a request meets was kept: when it was last extracted, and in what
 * precision. Recent behaviors are always fresh and exact.
 *
 * @param refreshSeconds time between two extractions, counted from the end of the training period;
 *     a state holds the behaviors strictly before the last of them. 0: extracted at the request,
 *     from all behaviors strictly before it
 * @param precision in which interest vectors are kept
 */
public record InterestUpkeep(long refreshSeconds, InterestPrecision precision) {
  /** Extracted at the request, in full precision. */
  public static final InterestUpkeep FRESH = new InterestUpkeep(0, InterestPrecision.FLOAT32);

  /** Checks the time. */
  public InterestUpkeep {
    if (refreshSeconds < 0) {
      throw new IllegalArgumentException("a refresh every " + refreshSeconds + " seconds");
    }
  }

  /** Extracted every so many days, in full precision. */
  public static InterestUpkeep everyDays(double days) {
    return new InterestUpkeep(Math.round(days * 86_400), InterestPrecision.FLOAT32);
  }

  /**
   * How far states lag behind requests.
   *
   * @param seconds mean time between extraction and request
   * @param behaviors mean number of behaviors made in that time
   */
  public record Lag(double seconds, double behaviors) {}

  /** The mean lag over samples; NaN for none. */
  public Lag lag(Dataset dataset, Samples samples) {
    double seconds = 0;
    double missing = 0;
    for (int s = 0; s < samples.size(); s++) {
      seconds += samples.time(s) - extractedAt(dataset, samples.time(s));
      missing += samples.historyEnd(s) - represented(dataset, samples, s);
    }
    return new Lag(seconds / samples.size(), missing / samples.size());
  }

  /** The last extraction at or before a time; the time itself before the first one. */
  long extractedAt(Dataset dataset, long time) {
    long first = dataset.info().splitTime() + 1;
    return refreshSeconds == 0 || time < first
        ? time
        : first + (time - first) / refreshSeconds * refreshSeconds;
  }

  /** How many of a user's behaviors the state of a sample holds: its history is [0, that). */
  int represented(Dataset dataset, Samples samples, int sample) {
    if (refreshSeconds == 0) {
      return samples.historyEnd(sample);
    }
    long extracted = extractedAt(dataset, samples.time(sample));
    return Math.min(
        samples.historyEnd(sample),
        dataset.behaviors().countBefore(samples.user(sample), extracted));
  }
}
