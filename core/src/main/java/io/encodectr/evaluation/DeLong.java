package io.encodectr.evaluation;

import java.util.Arrays;
import java.util.List;

/**
 * Tests whether two models' AUCs on the same samples differ (DeLong, DeLong and Clarke-Pearson
 * 1988), with samples that belong together in clusters (Obuchowski 1997).
 *
 * <p>A positive's component is the share of negatives it outranks, a negative's the share of
 * positives that outrank it (a tie counts one half); the AUC is the mean of either. The variance of
 * a difference of AUCs is that of the components' differences. All components come from one sort,
 * O(n log n).
 *
 * <p>Samples of one user share a history and a taste, so their components are not independent, and
 * neither are a user's positives of its negatives. With A_u and B_u the sums of a user's positive
 * and negative components, each less its mean, over U₁ users with positives, U₀ with negatives and
 * U in all, the variance is U₁/(U₁−1)·Σ A_u²/P² + U₀/(U₀−1)·Σ B_u²/N² + 2·U/(U−1)·Σ A_u·B_u/(P·N).
 * Where every sample is a cluster of its own that is DeLong's S₁₀/P + S₀₁/N. What users tell is
 * worth min(U₁, U₀) − 1 degrees of freedom.
 *
 * <p>Over several seeds the components are averaged first. That keeps what pairs of models of one
 * seed, and models of different seeds, have in common through the samples; seeds are no independent
 * experiments on the samples, as adding up their z would have it. The variance of the mean
 * difference over seeds is added, since another seed would have given other models; the
 * Welch-Satterthwaite degrees of freedom then say how little few seeds tell about that variance.
 * Stateless and thread-safe.
 */
public final class DeLong {
  private DeLong() {}

  /**
   * The difference of two AUCs, or of their means over seeds, and how sure it is.
   *
   * @param delta own − other
   * @param standardError of {@code delta}
   * @param degreesOfFreedom of the t statistic
   * @param p two-sided: how often so large a difference comes about where there is none. Of one
   *     seed it speaks of these two models, not of their methods
   */
  public record Difference(double delta, double standardError, double degreesOfFreedom, double p) {
    /** Half the width of the 95% confidence interval around {@code delta}. */
    public double margin() {
      return StudentT.quantile(0.05, degreesOfFreedom) * standardError;
    }
  }

  /**
   * Compares two models on independent samples.
   *
   * @param labels 0 or 1, as long as the scores
   * @throws IllegalArgumentException if lengths differ or a score is NaN
   */
  public static Difference of(float[] own, float[] other, byte[] labels) {
    int[] apart = new int[labels.length];
    Arrays.setAll(apart, i -> i);
    return of(List.of(own), List.of(other), labels, apart);
  }

  /**
   * Compares two methods by models of the same seeds.
   *
   * @param own scores of each seed
   * @param other scores of each seed, in the same order
   * @param clusters which samples belong together: each one's user, from 0 on
   * @return NaN throughout where fewer than two clusters have samples of a class
   * @throws IllegalArgumentException if numbers of seeds or lengths differ, there is no seed, or a
   *     score is NaN
   */
  public static Difference of(
      List<float[]> own, List<float[]> other, byte[] labels, int[] clusters) {
    int seeds = own.size();
    if (seeds == 0 || other.size() != seeds) {
      throw new IllegalArgumentException(seeds + " seeds against " + other.size());
    }
    if (clusters.length != labels.length) {
      throw new IllegalArgumentException(
          clusters.length + " samples in clusters, but " + labels.length + " labels");
    }
    double[] mean = new double[labels.length];
    double[] deltas = new double[seeds];
    for (int seed = 0; seed < seeds; seed++) {
      double[] a = components(own.get(seed), labels);
      double[] b = components(other.get(seed), labels);
      double[] difference = new double[labels.length];
      for (int i = 0; i < difference.length; i++) {
        difference[i] = a[i] - b[i];
        mean[i] += difference[i] / seeds;
      }
      deltas[seed] = mean(difference, labels, 1);
    }
    double delta = mean(mean, labels, 1);
    ClusterSums sums = ClusterSums.of(mean, labels, clusters);
    double ofSamples = sums.variance();
    double ofSeeds = seeds == 1 ? 0 : varianceOfMean(deltas);
    double variance = ofSamples + ofSeeds;
    double uncertainty =
        ofSamples * ofSamples / sums.freedom() + (seeds == 1 ? 0 : ofSeeds * ofSeeds / (seeds - 1));
    double freedom = variance == 0 ? Double.POSITIVE_INFINITY : variance * variance / uncertainty;
    double error = Math.sqrt(variance);
    return new Difference(delta, error, freedom, p(delta, error, freedom));
  }

  private static double p(double delta, double error, double freedom) {
    if (error == 0) {
      return delta == 0 ? 1 : 0;
    }
    return StudentT.twoSided(delta / error, freedom);
  }

  /** Each sample's component. */
  static double[] components(float[] scores, byte[] labels) {
    if (scores.length != labels.length) {
      throw new IllegalArgumentException(
          scores.length + " scores, but " + labels.length + " labels");
    }
    int n = labels.length;
    long positives = 0;
    long[] keys = new long[n];
    for (int i = 0; i < n; i++) {
      keys[i] = ScoreOrder.bits(scores[i]) << 31 | i;
      positives += labels[i];
    }
    Arrays.parallelSort(keys);
    double[] components = new double[n];
    long negatives = n - positives;
    long positivesBelow = 0;
    for (int start = 0, end; start < n; start = end) {
      long tiedPositives = 0;
      for (end = start; end < n && keys[end] >>> 31 == keys[start] >>> 31; end++) {
        tiedPositives += labels[index(keys[end])];
      }
      double negativesBelow = start - positivesBelow + (end - start - tiedPositives) / 2.0;
      double positivesAbove = positives - positivesBelow - tiedPositives / 2.0;
      for (int at = start; at < end; at++) {
        int i = index(keys[at]);
        components[i] = labels[i] == 1 ? negativesBelow / negatives : positivesAbove / positives;
      }
      positivesBelow += tiedPositives;
    }
    return components;
  }

  private static int index(long key) {
    return (int) (key & 0x7fffffffL);
  }

  private static double mean(double[] values, byte[] labels, int label) {
    double sum = 0;
    int count = 0;
    for (int i = 0; i < values.length; i++) {
      if (labels[i] == label) {
        sum += values[i];
        count++;
      }
    }
    return sum / count;
  }

  private static double varianceOfMean(double[] values) {
    double mean = Arrays.stream(values).average().orElse(Double.NaN);
    double squares = 0;
    for (double value : values) {
      squares += (value - mean) * (value - mean);
    }
    return squares / (values.length - 1) / values.length;
  }

  /**
   * Sums over clusters of the squares and products of A_u and B_u.
   *
   * @param withPositives U₁
   * @param withNegatives U₀
   * @param all U
   * @param ofPositives Σ (A_u/P)²
   * @param ofNegatives Σ (B_u/N)²
   * @param ofBoth Σ A_u·B_u/(P·N)
   */
  private record ClusterSums(
      int withPositives,
      int withNegatives,
      int all,
      double ofPositives,
      double ofNegatives,
      double ofBoth) {
    static ClusterSums of(double[] components, byte[] labels, int[] clusters) {
      int most = Arrays.stream(clusters).max().orElse(-1) + 1;
      double[][] sums = new double[2][most];
      int[][] counts = new int[2][most];
      double[] means = {mean(components, labels, 0), mean(components, labels, 1)};
      int[] totals = new int[2];
      for (int i = 0; i < components.length; i++) {
        int label = labels[i];
        sums[label][clusters[i]] += components[i] - means[label];
        counts[label][clusters[i]]++;
        totals[label]++;
      }
      int withPositives = 0;
      int withNegatives = 0;
      int all = 0;
      double ofPositives = 0;
      double ofNegatives = 0;
      double ofBoth = 0;
      for (int u = 0; u < most; u++) {
        double a = totals[1] == 0 ? 0 : sums[1][u] / totals[1];
        double b = totals[0] == 0 ? 0 : sums[0][u] / totals[0];
        ofPositives += a * a;
        ofNegatives += b * b;
        ofBoth += a * b;
        withPositives += counts[1][u] > 0 ? 1 : 0;
        withNegatives += counts[0][u] > 0 ? 1 : 0;
        all += counts[0][u] + counts[1][u] > 0 ? 1 : 0;
      }
      return new ClusterSums(withPositives, withNegatives, all, ofPositives, ofNegatives, ofBoth);
    }

    /** Never negative: U is at least as large as U₁ and U₀, so that the squares outweigh. */
    double variance() {
      if (withPositives < 2 || withNegatives < 2) {
        return Double.NaN;
      }
      return scale(withPositives) * ofPositives
          + scale(withNegatives) * ofNegatives
          + 2 * scale(all) * ofBoth;
    }

    int freedom() {
      return Math.min(withPositives, withNegatives) - 1;
    }

    private static double scale(int clusters) {
      return clusters / (clusters - 1.0);
    }
  }
}
