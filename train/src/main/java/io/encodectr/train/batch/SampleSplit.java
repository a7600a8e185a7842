package io.encodectr.train.batch;

import io.encodectr.dataset.Samples;
import java.util.Arrays;

/**
 * Which of a dataset's training samples are learned from and which validate: the last part of the
 * training period is held out, by time alone. All samples of one moment fall on the same side.
 *
 * @param training indices of the samples to learn from, ascending
 * @param validation indices of the samples held out, ascending
 * @param cut seconds since the epoch; samples from then on are held out. {@link Long#MAX_VALUE} if
 *     none are
 */
public record SampleSplit(int[] training, int[] validation, long cut) {

  /**
   * Splits by time.
   *
   * @param share share of samples to hold out, 0 to below 1
   */
  public static SampleSplit of(Samples samples, double share) {
    int size = samples.size();
    long cut = cut(samples, share);
    int[] training = new int[size];
    int[] validation = new int[size];
    int learned = 0;
    int held = 0;
    for (int s = 0; s < size; s++) {
      if (samples.time(s) < cut) {
        training[learned++] = s;
      } else {
        validation[held++] = s;
      }
    }
    return new SampleSplit(Arrays.copyOf(training, learned), Arrays.copyOf(validation, held), cut);
  }

  private static long cut(Samples samples, double share) {
    int size = samples.size();
    int held = (int) Math.round(share * size);
    if (held == 0) {
      return Long.MAX_VALUE;
    }
    long[] times = new long[size];
    for (int s = 0; s < size; s++) {
      times[s] = samples.time(s);
    }
    Arrays.sort(times);
    long cut = times[size - held];
    // A moment that reaches back to the very first sample would leave nothing to learn from.
    return cut == times[0] ? firstAfter(times, cut) : cut;
  }

  private static long firstAfter(long[] times, long moment) {
    for (long time : times) {
      if (time > moment) {
        return time;
      }
    }
    return Long.MAX_VALUE;
  }
}
