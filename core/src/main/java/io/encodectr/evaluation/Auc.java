package io.encodectr.evaluation;

import java.util.Arrays;

/**
 * The area under the ROC curve: the probability that a random positive is scored above a random
 * negative, a tie counting one half.
 *
 * <p>Exact: the samples are sorted by score and every pair is counted in integers (ties take the
 * mid-rank), so the result is the correctly rounded quotient. O(n log n) time, 8 bytes a sample.
 * Stateless and thread-safe.
 */
public final class Auc {
  private Auc() {}

  /**
   * The AUC of all samples.
   *
   * @param scores any order-preserving score (probability or logit), finite or infinite
   * @param labels 0 or 1, as long as {@code scores}
   * @return a value in [0, 1], or NaN where one of the two classes is absent
   * @throws IllegalArgumentException if the lengths differ or a score is NaN
   */
  public static double of(float[] scores, byte[] labels) {
    if (scores.length != labels.length) {
      throw new IllegalArgumentException(
          scores.length + " scores, but " + labels.length + " labels");
    }
    long[] keys = new long[scores.length];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = ScoreOrder.bits(scores[i]) << 1 | labels[i];
    }
    return ofKeys(keys);
  }

  /**
   * The AUC of the samples for which {@code slice[i] == which}; the rest are left out.
   *
   * @return a value in [0, 1], or NaN where one of the two classes is absent from the slice
   */
  static double ofSlice(float[] scores, byte[] labels, byte[] slice, int which) {
    long[] keys = new long[scores.length];
    int count = 0;
    for (int i = 0; i < scores.length; i++) {
      if (slice[i] == which) {
        keys[count++] = ScoreOrder.bits(scores[i]) << 1 | labels[i];
      }
    }
    return ofKeys(Arrays.copyOf(keys, count));
  }

  private static double ofKeys(long[] keys) {
    Arrays.parallelSort(keys);
    return ofSorted(keys, 0, keys.length);
  }

  /**
   * The AUC of sorted keys [from, to), a key being score bits, then the label in the lowest bit.
   */
  static double ofSorted(long[] keys, int from, int to) {
    long negatives = 0;
    long positives = 0;
    long halfPairs = 0;
    for (int i = from; i < to; ) {
      long score = keys[i] >>> 1;
      long tiedPositives = 0;
      int start = i;
      for (; i < to && keys[i] >>> 1 == score; i++) {
        tiedPositives += keys[i] & 1;
      }
      long tiedNegatives = i - start - tiedPositives;
      halfPairs += tiedPositives * (2 * negatives + tiedNegatives);
      positives += tiedPositives;
      negatives += tiedNegatives;
    }
    return positives == 0 || negatives == 0
        ? Double.NaN
        : halfPairs / (2.0 * positives * negatives);
  }
}
