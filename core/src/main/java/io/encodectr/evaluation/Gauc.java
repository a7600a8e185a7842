package io.encodectr.evaluation;

import java.util.Arrays;

/**
 * Group AUC: the mean of the AUCs inside groups (page views, or users), weighted by impressions.
 *
 * <p>A group whose samples all carry one label has no AUC; it is skipped and counted.
 *
 * @param value the weighted mean in [0, 1], NaN where every group was skipped
 * @param groups how many groups counted
 * @param skipped how many groups had a single class
 * @param skippedShare share of all samples that lie in skipped groups, in [0, 1]
 */
public record Gauc(double value, long groups, long skipped, double skippedShare) {
  /**
   * Computes the GAUC. O(n log n) time, 8 bytes a sample; thread-safe.
   *
   * @param group the group of each sample, ≥ 0, in any order
   * @param scores any order-preserving score
   * @param labels 0 or 1
   * @throws IllegalArgumentException if lengths differ, a group is negative or a score is NaN
   */
  public static Gauc of(int[] group, float[] scores, byte[] labels) {
    int n = group.length;
    if (scores.length != n || labels.length != n) {
      throw new IllegalArgumentException(
          n + " groups, " + scores.length + " scores, " + labels.length + " labels");
    }
    // 31 bits of group, 32 of score, 1 of label: one primitive sort does it all.
    long[] keys = new long[n];
    for (int i = 0; i < n; i++) {
      if (group[i] < 0) {
        throw new IllegalArgumentException("sample " + i + " has group " + group[i]);
      }
      keys[i] = (long) group[i] << 33 | ScoreOrder.bits(scores[i]) << 1 | labels[i];
    }
    Arrays.parallelSort(keys);
    double sum = 0;
    long weight = 0;
    long groups = 0;
    long skipped = 0;
    for (int start = 0, end; start < n; start = end) {
      long current = keys[start] >>> 33;
      for (end = start + 1; end < n && keys[end] >>> 33 == current; ) {
        end++;
      }
      double auc = Auc.ofSorted(keys, start, end);
      if (Double.isNaN(auc)) {
        skipped++;
      } else {
        groups++;
        sum += auc * (end - start);
        weight += end - start;
      }
    }
    return new Gauc(
        weight == 0 ? Double.NaN : sum / weight,
        groups,
        skipped,
        n == 0 ? 0 : (double) (n - weight) / n);
  }
}
