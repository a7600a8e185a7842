package io.encodectr.evaluation;

import java.util.Arrays;

/**
 * The relevance indicator RI (§4.6.1): how far a method's weights q over a user's behaviors are
 * from DIN-L's attention p over the same behaviors, as the cross-entropy −Σ p_i log q_i, averaged
 * over samples. Smaller is better; the floor is DIN-L's own entropy.
 *
 * <p>Beside it stand two rows that give it a scale: the cross-entropy of uniform weights (log L for
 * a history of L behaviors) and recall@50, the share of DIN-L's 50 heaviest behaviors that are
 * among the method's 50 heaviest. Behaviors of equal weight at the edge of a top 50 share the
 * places left in equal parts, so that order never decides.
 *
 * <p>A sample for which a method finds nothing to attend to counts as uniform weights: knowing
 * nothing. So every method is measured on the same samples.
 *
 * <p>Methods that leave behaviors out have zeros in q; theirs is q′ = (1 − ε)·q + ε/L with ε =
 * {@value #EPSILON}. Not thread-safe: one a thread, then {@link #merge}.
 */
public final class RelevanceIndicator {
  /** Smoothing for methods whose weights have zeros. */
  public static final double EPSILON = 0.01;

  /** Size of the compared top lists. */
  public static final int TOP = 50;

  private final double epsilon;
  private double crossEntropy;
  private double uniform;
  private double entropy;
  private double recall;
  private double uniformRecall;
  private long samples;
  private long unmatched;
  private float[] equal = {};

  /**
   * An empty indicator.
   *
   * @param smoothed whether the method leaves behaviors out
   */
  public RelevanceIndicator(boolean smoothed) {
    epsilon = smoothed ? EPSILON : 0;
  }

  /**
   * Adds one sample.
   *
   * @param p DIN-L's attention over behaviors 0..length-1, sums to 1
   * @param q the method's weights over the same behaviors in the same order, sums to 1
   * @param length L ≥ 1
   */
  public void add(float[] p, float[] q, int length) {
    if (length < 1) {
      throw new IllegalArgumentException("a sample without behaviors has no weights to compare");
    }
    double sum = 0;
    double own = 0;
    for (int i = 0; i < length; i++) {
      if (p[i] > 0) {
        double weight = (1 - epsilon) * q[i] + epsilon / length;
        // exp() underflows long before a weight is truly zero; the log needs a floor.
        sum -= p[i] * Math.log(Math.max(weight, Float.MIN_NORMAL));
        own -= p[i] * Math.log(p[i]);
      }
    }
    crossEntropy += sum;
    entropy += own;
    uniform += Math.log(length);
    recall += overlap(p, q, length);
    uniformRecall += Math.min(1, (double) TOP / length);
    samples++;
  }

  /**
   * Adds one sample for which the method has no weights.
   *
   * @param p DIN-L's attention over behaviors 0..length-1, sums to 1
   * @param length L ≥ 1
   */
  public void addUnmatched(float[] p, int length) {
    if (equal.length < length) {
      equal = new float[length + length / 2];
    }
    Arrays.fill(equal, 0, length, 1f / length);
    add(p, equal, length);
    unmatched++;
  }

  /** Adds all samples of another indicator of the same smoothing. */
  public void merge(RelevanceIndicator other) {
    crossEntropy += other.crossEntropy;
    entropy += other.entropy;
    uniform += other.uniform;
    recall += other.recall;
    uniformRecall += other.uniformRecall;
    samples += other.samples;
    unmatched += other.unmatched;
  }

  /** Number of samples added. */
  public long samples() {
    return samples;
  }

  /** Share of the samples for which the method had no weights; NaN without samples. */
  public double unmatched() {
    return (double) unmatched / samples;
  }

  /** RI: the mean cross-entropy in nats; NaN without samples. */
  public double value() {
    return crossEntropy / samples;
  }

  /** The RI of uniform weights: the mean of log L. */
  public double uniform() {
    return uniform / samples;
  }

  /** The least RI there is: DIN-L's mean entropy. */
  public double floor() {
    return entropy / samples;
  }

  /** Mean recall of DIN-L's top 50, in [0, 1]. */
  public double recall() {
    return recall / samples;
  }

  /** The recall of uniform weights: the mean of min(1, 50/L). */
  public double uniformRecall() {
    return uniformRecall / samples;
  }

  private static double overlap(float[] p, float[] q, int length) {
    if (length <= TOP) {
      return 1;
    }
    Edge edgeP = Edge.of(p, length);
    Edge edgeQ = Edge.of(q, length);
    double shared = 0;
    for (int i = 0; i < length; i++) {
      shared += Math.min(edgeP.membership(p[i]), edgeQ.membership(q[i]));
    }
    return shared / TOP;
  }

  /** Where a top 50 ends: the least weight in it, and the part of it that ties there get. */
  private record Edge(float weight, double share) {
    static Edge of(float[] weights, int length) {
      float[] sorted = Arrays.copyOf(weights, length);
      Arrays.sort(sorted);
      float edge = sorted[length - TOP];
      int tied = 0;
      int above = 0;
      for (int i = length - 1; i >= 0 && sorted[i] >= edge; i--) {
        if (sorted[i] > edge) {
          above++;
        } else {
          tied++;
        }
      }
      return new Edge(edge, (double) (TOP - above) / tied);
    }

    double membership(float value) {
      return value > weight ? 1 : value == weight ? share : 0;
    }
  }
}
