package io.encodectr.evaluation;

import java.util.Arrays;
import java.util.List;

/**
 * Tests whether two models' AUCs on the same samples differ (DeLong, DeLong and Clarke-Pearson
 * 1988).
 *
 * <p>A positive's component is the share of negatives it outranks, a negative's the share of
 * positives that outrank it (a tie counts one half); the AUC is the mean of either. The variance of
 * a difference of AUCs is that of the components' differences: S₁₀/P + S₀₁/N. All components come
 * from one sort, O(n log n).
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
   * @param degreesOfFreedom of the t statistic; infinite for a single seed
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
   * Compares two models.
   *
   * @param labels 0 or 1, as long as the scores
   * @throws IllegalArgumentException if lengths differ or a score is NaN
   */
  public static Difference of(float[] own, float[] other, byte[] labels) {
    return of(List.of(own), List.of(other), labels);
  }

  /**
   * Compares two methods by models of the same seeds.
   *
   * @param own scores of each seed
   * @param other scores of each seed, in the same order
   * @return NaN throughout where one class has fewer than two samples
   * @throws IllegalArgumentException if numbers of seeds or lengths differ, there is no seed, or a
   *     score is NaN
   */
  public static Difference of(List<float[]> own, List<float[]> other, byte[] labels) {
    int seeds = own.size();
    if (seeds == 0 || other.size() != seeds) {
      throw new IllegalArgumentException(seeds + " seeds against " + other.size());
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
      deltas[seed] = Moments.of(difference, labels, 1).mean();
    }
    Moments positives = Moments.of(mean, labels, 1);
    Moments negatives = Moments.of(mean, labels, 0);
    double ofSamples = positives.varianceOfMean() + negatives.varianceOfMean();
    double ofSeeds = seeds == 1 ? 0 : Moments.of(deltas).varianceOfMean();
    double variance = ofSamples + ofSeeds;
    double freedom =
        ofSeeds == 0
            ? Double.POSITIVE_INFINITY
            : variance * variance / (ofSeeds * ofSeeds / (seeds - 1));
    double error = Math.sqrt(variance);
    return new Difference(positives.mean(), error, freedom, p(positives.mean(), error, freedom));
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

  /** Mean and the variance of that mean. */
  private record Moments(double mean, double varianceOfMean) {
    static Moments of(double[] values, byte[] labels, int label) {
      double[] chosen = new double[values.length];
      int count = 0;
      for (int i = 0; i < values.length; i++) {
        if (labels[i] == label) {
          chosen[count++] = values[i];
        }
      }
      return of(Arrays.copyOf(chosen, count));
    }

    static Moments of(double[] values) {
      double sum = 0;
      for (double value : values) {
        sum += value;
      }
      double mean = sum / values.length;
      double squares = 0;
      for (double value : values) {
        squares += (value - mean) * (value - mean);
      }
      return values.length < 2
          ? new Moments(mean, Double.NaN)
          : new Moments(mean, squares / (values.length - 1) / values.length);
    }
  }
}
