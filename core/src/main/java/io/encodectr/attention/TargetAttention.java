package io.encodectr.attention;

import io.encodectr.interest.ClusterMass;
import io.encodectr.interest.Interests;
import io.encodectr.item.ItemTable;
import io.encodectr.kernel.Kernels;
import io.encodectr.kernel.Layers;
import io.encodectr.relevance.Relevance;
import java.util.Arrays;

/**
 * Target attention over keys that all targets share: I = Σ_i softmax_i(sim(k_i, x))·k_i for target
 * items x over keys k, be they a user's interests (Eq. 10), recent behaviors, or a whole history
 * (DIN-L). Interests may have a constant added to their logits, the log of their mass. {@link
 * SelectedAttention} is for keys that each target has of its own.
 *
 * <p>Keys are packed once and serve any number of targets. A target's output does not depend on the
 * targets beside it. One instance a thread; buffers grow to what they have seen.
 */
public final class TargetAttention {
  /** From so many targets at once on, packing the keys costs less than it gains. */
  private static final int PACKED_FROM = 24;

  final Relevance relevance;
  final int d;
  int size;
  int stride;
  float[] keys = {};
  float[] transposed = {};
  float[] inverseNorms = {};

  /**
   * What keys are multiplied by for cosines: inverse norms, times logit factors if there are any.
   */
  float[] scales = {};

  float[] ones = {};
  private float[] shifts = {};
  boolean shifted;
  private float[] keyPanels = {};
  private float[] transposedPanels = {};
  private boolean packed;
  float[] queries = {};
  float[] similarities = {};
  float[] weights = {};

  /**
   * Attention over keys of d components.
   *
   * @param relevance the metric
   * @param dimension d, a positive multiple of 8
   */
  public TargetAttention(Relevance relevance, int dimension) {
    this.relevance = relevance;
    d = dimension;
  }

  /** Number of keys. */
  public int size() {
    return size;
  }

  /** Row stride of {@link #weights()} and {@link #similarities()}. */
  public int stride() {
    return stride;
  }

  /** Attention weights of the last call, {@code [targets × stride]}; rows add up to 1. */
  public float[] weights() {
    return weights;
  }

  /**
   * Unscaled similarities (cos, times a logit's factor; or dot) of the last call, {@code [targets ×
   * stride]}.
   */
  public float[] similarities() {
    return similarities;
  }

  /** Takes the embeddings of {@code rows[from..from+count)} as keys, in that order. */
  public void gather(ItemTable items, int[] rows, int from, int count) {
    begin(count);
    Kernels.gather(items.embeddings(), d, rows, from, count, keys, 0);
    for (int i = 0; i < count; i++) {
      inverseNorms[i] = items.inverseNorms()[rows[from + i]];
    }
    System.arraycopy(inverseNorms, 0, scales, 0, stride);
    relevance.prepareKeys(keys, scales, ones, stride, d, transposed);
  }

  /** Takes a user's interests as keys, and what their logits know of their masses. */
  public void interests(Interests interests, ClusterMass mass) {
    begin(interests.count());
    System.arraycopy(interests.vectors(), 0, keys, 0, size * d);
    System.arraycopy(interests.inverseNorms(), 0, inverseNorms, 0, size);
    System.arraycopy(inverseNorms, 0, scales, 0, stride);
    shifted = mass != ClusterMass.NONE;
    for (int k = 0; shifted && k < size; k++) {
      scales[k] *= mass.logitFactor(interests, k);
      shifts[k] = mass.logitTerm(interests, k, relevance.scale()) / relevance.scale();
    }
    relevance.prepareKeys(keys, scales, ones, stride, d, transposed);
  }

  private void begin(int count) {
    size = count;
    shifted = false;
    packed = false;
    stride = Kernels.padded(count);
    if (inverseNorms.length < stride) {
      int capacity = Math.max(64, stride + stride / 2 & ~7);
      keys = new float[capacity * d];
      transposed = new float[capacity * d];
      inverseNorms = new float[capacity];
      scales = new float[capacity];
      ones = new float[capacity];
      shifts = new float[capacity];
      Arrays.fill(ones, 1f);
    }
    Arrays.fill(keys, count * d, stride * d, 0f);
    Arrays.fill(inverseNorms, count, stride, 0f);
  }

  /**
   * Attends from each target item.
   *
   * @param targets item rows
   * @param out target t's d components go to {@code out[offset + t*outStride]}
   * @throws IllegalStateException if there are no keys: what stands for an empty history is the
   *     caller's decision
   */
  public void attend(
      ItemTable items, int[] targets, int from, int count, float[] out, int offset, int outStride) {
    if (size == 0) {
      throw new IllegalStateException("no keys to attend to");
    }
    weigh(items, targets, from, count);
    if (packed) {
      Layers.multiply(weights, 0, stride, keyPanels, out, offset, outStride, count, d, size, false);
    } else {
      Kernels.multiply(
          weights, 0, stride, 1, keys, 0, d, out, offset, outStride, count, d, size, false);
    }
  }

  /** Lays the keys out for many targets; the bits do not change. */
  private void pack() {
    if (keyPanels.length < keys.length) {
      keyPanels = new float[keys.length];
      transposedPanels = new float[keys.length];
    }
    Layers.pack(keys, 0, d, size, keyPanels);
    Layers.pack(transposed, 0, stride, d, transposedPanels);
    packed = true;
  }

  /** Computes similarities and weights of the targets, without the weighted sums. */
  public void weigh(ItemTable items, int[] targets, int from, int count) {
    if (queries.length < count * d) {
      queries = new float[count * d];
    }
    if (weights.length < count * stride) {
      weights = new float[count * stride];
      similarities = new float[count * stride];
    }
    relevance.prepareQueries(
        items.embeddings(), items.inverseNorms(), targets, from, count, d, queries);
    if (count >= PACKED_FROM && !packed) {
      pack();
    }
    if (packed) {
      relevance.packedSimilarities(queries, count, transposedPanels, stride, d, similarities);
    } else {
      relevance.similarities(queries, count, transposed, stride, d, similarities);
    }
    System.arraycopy(similarities, 0, weights, 0, count * stride);
    for (int t = 0; shifted && t < count; t++) {
      for (int i = 0; i < size; i++) {
        weights[t * stride + i] += shifts[i];
      }
    }
    relevance.attentionWeights(weights, 0, count, size);
  }
}
