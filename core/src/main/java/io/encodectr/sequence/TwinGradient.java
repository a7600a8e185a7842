package io.encodectr.sequence;

import io.encodectr.interest.CrossFeatures;
import io.encodectr.kernel.Kernels;
import java.util.Arrays;

/**
 * Backward pass of {@link TwinSequence}. For a target with weights a in a head, output gradient g
 * and g' = g·W_oᵀ: values get a_i·g'^h, and with ∂α_i = a_i·(g'^h·V_i^h − Σ_j a_j g'^h·V_j^h) keys
 * get ∂α_i·q^h/√(d/H), the query Σ_i ∂α_i·K_i^h/√(d/H), and the cross features ∂α_i. None goes
 * through retrieval. One instance a shard.
 */
public final class TwinGradient {
  private final int d;
  private final int headWidth;
  private final float scale;
  private final float[] key;
  private final float[] query;
  private final float[] value;
  private final float[] output;
  private final float[] clicks = new float[CrossFeatures.BUCKETS];
  private final float[] recency = new float[CrossFeatures.BUCKETS];
  private final float[] mixedGradient;
  private final float[] queryGradient;
  private final float[] toTarget;
  private float[] keyRows = {};
  private float[] valueRows = {};
  private float[] behaviorRows = {};
  private final float[] transposed;
  private float[] alpha = {};
  private float[] biasSum = {};
  private boolean[] marked = {};
  private int[] retrieved = {};
  private int count;
  private int size;

  /** Zero gradients for d components. */
  public TwinGradient(int dimension) {
    d = dimension;
    headWidth = d / TwinSequence.HEADS;
    scale = (float) (1 / Math.sqrt(headWidth));
    key = new float[d * d];
    query = new float[d * d];
    value = new float[d * d];
    output = new float[d * d];
    mixedGradient = new float[d];
    queryGradient = new float[d];
    toTarget = new float[d];
    transposed = new float[d * d];
  }

  /** Forgets the last step. */
  public void begin() {
    for (float[] sum : new float[][] {key, query, value, output, clicks, recency}) {
      Arrays.fill(sum, 0f);
    }
  }

  /** Gradient of one of TWIN's tensors. */
  public float[] of(String tensor) {
    return switch (tensor) {
      case TwinSequence.KEY -> key;
      case TwinSequence.QUERY -> query;
      case TwinSequence.VALUE -> value;
      case TwinSequence.OUTPUT -> output;
      case TwinSequence.COUNT -> clicks;
      case TwinSequence.RECENCY -> recency;
      default -> throw new IllegalArgumentException("TWIN has no tensor " + tensor);
    };
  }

  void beginHistory(int length) {
    size = length;
    if (keyRows.length < length * d) {
      keyRows = new float[length * d * 3 / 2];
      valueRows = new float[keyRows.length];
      behaviorRows = new float[keyRows.length];
    }
    Arrays.fill(keyRows, 0, length * d, 0f);
    Arrays.fill(valueRows, 0, length * d, 0f);
    if (marked.length < length) {
      marked = new boolean[length * 3 / 2];
      retrieved = new int[marked.length];
    }
    Arrays.fill(marked, 0, length, false);
  }

  /** Declares that a target retrieved these behaviors. */
  void mark(int[] positions, int selected) {
    for (int j = 0; j < selected; j++) {
      marked[positions[j]] = true;
    }
  }

  /** Item rows that the last backward pass added to, besides the targets'. */
  public int[] retrieved() {
    return retrieved;
  }

  /** How many of {@link #retrieved} there are. */
  public int retrievedCount() {
    return count;
  }

  /** l = mixed·W_o. */
  void output(float[] mixed, float[] outGradient, int offset, float[] weight) {
    Arrays.fill(biasSum, 0f);
    Arrays.fill(queryGradient, 0f);
    for (int c = 0; c < d; c++) {
      float sum = 0f;
      for (int j = 0; j < d; j++) {
        sum += weight[c * d + j] * outGradient[offset + j];
        output[c * d + j] += mixed[c] * outGradient[offset + j];
      }
      mixedGradient[c] = sum;
    }
  }

  /** One head of one target. */
  void head(
      int head,
      int[] positions,
      int selected,
      float[] attention,
      int ao,
      float[] keys,
      float[] values,
      float[] queries,
      int qo) {
    if (alpha.length < Kernels.padded(selected)) {
      alpha = new float[Kernels.padded(selected * 2)];
      biasSum = new float[alpha.length];
    }
    int first = head * headWidth;
    for (int j = 0; j < selected; j++) {
      int row = positions[j] * d + first;
      float weight = attention[ao + j];
      float sum = 0f;
      for (int c = 0; c < headWidth; c++) {
        sum += mixedGradient[first + c] * values[row + c];
        valueRows[row + c] += weight * mixedGradient[first + c];
      }
      alpha[j] = sum;
    }
    Arrays.fill(alpha, selected, Kernels.padded(selected), 0f);
    Kernels.softmaxGradient(attention, ao, alpha, 0, selected, 1f);
    for (int j = 0; j < selected; j++) {
      int row = positions[j] * d + first;
      float own = alpha[j] * scale;
      for (int c = 0; c < headWidth; c++) {
        keyRows[row + c] += own * queries[qo + first + c];
        queryGradient[first + c] += own * keys[row + c];
      }
      biasSum[j] += alpha[j];
    }
  }

  /** The cross features of one target's behaviors, from all its heads. */
  void bias(int[] positions, int selected, CrossFeatures features) {
    for (int j = 0; j < selected; j++) {
      clicks[features.count(positions[j])] += biasSum[j];
      recency[features.recency(positions[j])] += biasSum[j];
    }
  }

  /** q = e(x)·W_q. */
  void query(float[] targetRows, int to, float[] weight, float[] itemGradient, int target) {
    for (int c = 0; c < d; c++) {
      float sum = 0f;
      for (int j = 0; j < d; j++) {
        sum += weight[c * d + j] * queryGradient[j];
        query[c * d + j] += targetRows[to + c] * queryGradient[j];
      }
      toTarget[c] = sum;
    }
    for (int c = 0; c < d; c++) {
      itemGradient[target + c] += toTarget[c];
    }
  }

  /** K = S·W_h and V = S·W_v. */
  void endHistory(
      int[] rows, float[] behaviors, float[] keyWeight, float[] valueWeight, float[] items) {
    count = 0;
    for (int i = 0; i < size; i++) {
      if (marked[i]) {
        // What no target retrieved has no gradient: the rest moves together.
        System.arraycopy(behaviors, i * d, behaviors, count * d, d);
        System.arraycopy(keyRows, i * d, keyRows, count * d, d);
        System.arraycopy(valueRows, i * d, valueRows, count * d, d);
        retrieved[count++] = rows[i];
      }
    }
    Kernels.multiply(behaviors, 0, 1, d, keyRows, 0, d, key, 0, d, d, d, count, true);
    Kernels.multiply(behaviors, 0, 1, d, valueRows, 0, d, value, 0, d, d, d, count, true);
    back(keyRows, keyWeight, false);
    back(valueRows, valueWeight, true);
    for (int i = 0; i < count; i++) {
      int row = retrieved[i] * d;
      for (int c = 0; c < d; c++) {
        items[row + c] += behaviorRows[i * d + c];
      }
    }
  }

  /** The behaviors' part of rows·weightᵀ. */
  private void back(float[] rowGradient, float[] weight, boolean accumulate) {
    for (int c = 0; c < d; c++) {
      for (int j = 0; j < d; j++) {
        transposed[j * d + c] = weight[c * d + j];
      }
    }
    Kernels.multiply(
        rowGradient, 0, d, 1, transposed, 0, d, behaviorRows, 0, d, count, d, d, accumulate);
  }
}
