package io.encodectr.interest;

import io.encodectr.item.ItemTable;
import java.util.Arrays;

/**
 * What {@link ClusterMass#LEARNED} knows of each behavior whatever the target, b_i, and of each
 * cluster, t_k, for training and extraction alike. One instance a thread.
 */
public final class BehaviorPrior {
  /** Keeps e^t_k a positive finite float. */
  private static final double LARGEST_TERM = 80;

  private final PriorWeights weights;
  private final CrossFeatures features = new CrossFeatures();
  private final RowSorter sorter = new RowSorter();
  private final float[] largest;
  private final double[] sums;
  private final int[] members;
  private long[] behaviors = {};
  private int[] count = {};
  private int[] recency = {};
  private float[] bias = {};
  private float[] shares = {};

  /** A prior of up to {@code clusters} clusters. */
  BehaviorPrior(PriorWeights weights, int clusters) {
    this.weights = weights;
    largest = new float[clusters];
    sums = new double[clusters];
    members = new int[clusters];
  }

  /**
   * Takes a history, oldest first, and sorts it by item row, repeats oldest first. Behaviors
   * without a direction stay out, but count where others' ages are counted in behaviors.
   *
   * @param rows receives the item rows of the behaviors that take part
   * @return how many those are
   */
  int sort(ItemTable items, int[] history, int from, int length, int[] rows) {
    features.take(history, from, length, items.rows());
    if (behaviors.length < rows.length) {
      behaviors = new long[rows.length];
      count = new int[rows.length];
      recency = new int[rows.length];
      bias = new float[rows.length];
      shares = new float[rows.length];
    }
    float[] inverse = items.inverseLowNorms();
    int size = 0;
    for (int i = 0; i < length; i++) {
      int row = history[from + i];
      if (inverse[row] != 0f) {
        behaviors[size++] = ((long) row << 32) | i;
      }
    }
    sorter.sortBehaviors(behaviors, size);
    for (int i = 0; i < size; i++) {
      int position = (int) behaviors[i];
      rows[i] = (int) (behaviors[i] >>> 32);
      count[i] = features.count(position);
      recency[i] = features.recency(position);
      bias[i] = weights.count()[count[i]] + weights.recency()[recency[i]];
    }
    return size;
  }

  /**
   * Adds (b_i − max b_j)/scale to similarities, the maximum being that of the cluster, and computes
   * what {@link #share} and {@link #statistic} tell.
   *
   * @param scale of the relevance that the similarities are of
   */
  void add(float[] similarities, int[] cluster, int size, int clusters, float scale) {
    Arrays.fill(largest, 0, clusters, Float.NEGATIVE_INFINITY);
    Arrays.fill(sums, 0, clusters, 0);
    Arrays.fill(members, 0, clusters, 0);
    for (int i = 0; i < size; i++) {
      largest[cluster[i]] = Math.max(largest[cluster[i]], bias[i]);
    }
    for (int i = 0; i < size; i++) {
      float below = bias[i] - largest[cluster[i]];
      similarities[i] += below / scale;
      shares[i] = (float) StrictMath.exp(below);
      sums[cluster[i]] += shares[i];
      members[cluster[i]]++;
    }
    for (int i = 0; i < size; i++) {
      shares[i] = (float) (shares[i] / sums[cluster[i]]);
    }
  }

  /** e^t_k of a cluster that has members. */
  float statistic(int k) {
    double n = members[k];
    double term =
        weights.exponent()[0] * StrictMath.log(n) + largest[k] + StrictMath.log(sums[k] / n);
    return (float) StrictMath.exp(Math.clamp(term, -LARGEST_TERM, LARGEST_TERM));
  }

  /** Bucket of how often the item of sorted behavior i occurs in the history. */
  public int count(int i) {
    return count[i];
  }

  /** Bucket of how many behaviors there are from sorted behavior i to the end of the history. */
  public int recency(int i) {
    return recency[i];
  }

  /** e^b_i / Σ_j e^b_j over the cluster of sorted behavior i: ∂t_k/∂b_i. */
  public float share(int i) {
    return shares[i];
  }
}
