package io.encodectr.sequence;

import io.encodectr.interest.CrossFeatures;
import io.encodectr.item.ItemTable;
import io.encodectr.kernel.Kernels;
import io.encodectr.relevance.Relevance;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * TWIN: one relevance both to retrieve and to attend by. With keys K = S·W_h, values V = S·W_v and
 * the query q = e(x)·W_q, cut into H = 4 heads,
 *
 * <p>α_hi = K_i^h·q^h/√(d/H) + b_i, b_i = count(i) + recency(i),
 *
 * <p>where the two cross features ({@link CrossFeatures}) give a learned scalar each. The k
 * behaviors of the largest Σ_h α_hi (of equals the more recent) are attended to: l = [Σ_i
 * softmax_i(α_hi)·V_i^h]_h·W_o. Time matters: behaviors are kept oldest first.
 */
public final class TwinSequence implements LongSequence {
  /** H. */
  public static final int HEADS = 4;

  private static final float DEVIATION = 0.01f;

  static final String KEY = "twin.key";
  static final String QUERY = "twin.query";
  static final String VALUE = "twin.value";
  static final String OUTPUT = "twin.output";
  static final String COUNT = "twin.count";
  static final String RECENCY = "twin.recency";

  private final Relevance relevance;
  private final int d;
  private final int headWidth;
  private final Function<String, float[]> weights;
  private final float[] defaultVector;
  private final CrossFeatures features = new CrossFeatures();
  private final IndexedHistory sorted = new IndexedHistory();
  private final TopBehaviors top;
  private final int[] positions;
  private int size;
  private int stride;
  private int[] rows = {};
  private float[] behaviors = {};
  private float[] keys = {};
  private float[] values = {};
  private float[] transposed = {};
  private float[] ones = {};
  private float[] bias = {};
  private float[] targetRows = {};
  private float[] queries = {};
  private float[] similarities = {};
  private float[] total = {};
  private final float[] attention;
  private final float[] mixed;

  /** The model's TWIN; {@code weights} are read at every call. */
  public TwinSequence(SequenceSpec spec, Function<String, float[]> weights) {
    d = spec.dimension();
    if (d % HEADS != 0) {
      throw new IllegalArgumentException("dimension " + d + " is no multiple of " + HEADS);
    }
    headWidth = d / HEADS;
    relevance = Relevance.dot(headWidth);
    this.weights = weights;
    defaultVector = weights.apply(Method.DEFAULT);
    top = new TopBehaviors(spec.retrieved());
    positions = new int[spec.retrieved()];
    attention = new float[HEADS * Kernels.padded(spec.retrieved())];
    mixed = new float[d];
  }

  /**
   * W_h, W_q, W_v, W_o {@code [d × d]} and the scalars of the cross features' buckets. The matrices
   * start near the identity: the first retrieval is then by the embeddings' own dot product, not by
   * chance, and l lies in the items' space, as in the other methods.
   */
  static List<MethodTensor> tensors(SequenceSpec spec) {
    int d = spec.dimension();
    return List.of(
        MethodTensor.identity(KEY, d, DEVIATION),
        MethodTensor.identity(QUERY, d, DEVIATION),
        MethodTensor.identity(VALUE, d, DEVIATION),
        MethodTensor.identity(OUTPUT, d, DEVIATION),
        new MethodTensor(COUNT, 1, CrossFeatures.BUCKETS, 0f, true),
        new MethodTensor(RECENCY, 1, CrossFeatures.BUCKETS, 0f, true));
  }

  @Override
  public void history(ItemTable items, int[] history, int from, int count, long userHash) {
    size = count;
    stride = Kernels.padded(count);
    reserve();
    System.arraycopy(history, from, rows, 0, count);
    features.take(history, from, count, items.rows());
    Kernels.gather(items.embeddings(), d, history, from, count, behaviors, 0);
    project(behaviors, count, KEY, keys);
    project(behaviors, count, VALUE, values);
    Arrays.fill(keys, count * d, stride * d, 0f);
    relevance.prepareKeys(keys, ones, ones, stride, d, transposed);
    float[] ofCount = weights.apply(COUNT);
    float[] ofRecency = weights.apply(RECENCY);
    for (int i = 0; i < count; i++) {
      bias[i] = ofCount[features.count(i)] + ofRecency[features.recency(i)];
    }
  }

  private void reserve() {
    if (ones.length < stride) {
      int capacity = Kernels.padded(stride + stride / 2);
      rows = new int[capacity];
      behaviors = new float[capacity * d];
      keys = new float[capacity * d];
      values = new float[capacity * d];
      transposed = new float[capacity * d];
      ones = new float[capacity];
      Arrays.fill(ones, 1f);
      bias = new float[capacity];
      total = new float[capacity];
    }
  }

  private void project(float[] vectors, int count, String matrix, float[] out) {
    Kernels.multiply(vectors, 0, d, 1, weights.apply(matrix), 0, d, out, 0, d, count, d, d, false);
  }

  @Override
  public void attend(
      ItemTable items, int[] targets, int from, int count, float[] out, int offset, int outStride) {
    if (size == 0) {
      DefaultVector.fill(defaultVector, count, out, offset, outStride);
      return;
    }
    compare(items, targets, from, count);
    float[] output = weights.apply(OUTPUT);
    for (int t = 0; t < count; t++) {
      int selected = select(t, count);
      mix(selected);
      Kernels.multiply(
          mixed, 0, d, 1, output, 0, d, out, offset + t * outStride, d, 1, d, d, false);
    }
  }

  /** Similarities of all targets with all behaviors, {@code [HEADS × count × stride]}. */
  private void compare(ItemTable items, int[] targets, int from, int count) {
    if (queries.length < count * d) {
      targetRows = new float[count * d];
      queries = new float[count * d];
    }
    if (similarities.length < HEADS * count * stride) {
      similarities = new float[HEADS * count * stride];
    }
    Kernels.gather(items.embeddings(), d, targets, from, count, targetRows, 0);
    project(targetRows, count, QUERY, queries);
    for (int h = 0; h < HEADS; h++) {
      relevance.similarities(
          queries,
          h * headWidth,
          d,
          count,
          transposed,
          h * headWidth * stride,
          stride,
          headWidth,
          similarities,
          h * count * stride);
    }
  }

  /** Selects target t's behaviors and computes their weights in each head. */
  private int select(int t, int count) {
    Arrays.fill(total, 0, size, 0f);
    for (int h = 0; h < HEADS; h++) {
      int at = (h * count + t) * stride;
      for (int i = 0; i < size; i++) {
        total[i] += similarities[at + i];
      }
    }
    float shift = HEADS / relevance.scale();
    for (int i = 0; i < size; i++) {
      total[i] += shift * bias[i];
    }
    int selected = top.largest(total, size, positions);
    int width = attention.length / HEADS;
    for (int h = 0; h < HEADS; h++) {
      int at = (h * count + t) * stride;
      for (int j = 0; j < selected; j++) {
        int i = positions[j];
        attention[h * width + j] = similarities[at + i] + bias[i] / relevance.scale();
      }
      relevance.attentionWeights(attention, h * width, selected);
    }
    return selected;
  }

  /** Each head's values, mixed by its weights. */
  private void mix(int selected) {
    Arrays.fill(mixed, 0f);
    int width = attention.length / HEADS;
    for (int h = 0; h < HEADS; h++) {
      for (int j = 0; j < selected; j++) {
        float weight = attention[h * width + j];
        int value = positions[j] * d;
        for (int c = h * headWidth; c < (h + 1) * headWidth; c++) {
          mixed[c] += weight * values[value + c];
        }
      }
    }
  }

  /** The heads' mean weight of each behavior; 0 for what was not retrieved. */
  @Override
  public boolean weights(ItemTable items, int target, float[] out) {
    if (size == 0) {
      return false;
    }
    compare(items, new int[] {target}, 0, 1);
    int selected = select(0, 1);
    float[] byTime = new float[size];
    int width = attention.length / HEADS;
    for (int h = 0; h < HEADS; h++) {
      for (int j = 0; j < selected; j++) {
        byTime[positions[j]] += attention[h * width + j] / HEADS;
      }
    }
    sorted.take(rows, 0, size);
    for (int p = 0; p < size; p++) {
      out[p] = byTime[sorted.times()[p]];
    }
    return true;
  }

  /**
   * Adds the gradients of one group of targets of the last {@link #history}.
   *
   * @param outGradient target t's d components at {@code offset + t*outStride}
   * @param itemGradient receives behaviors' and targets' gradients at their item rows
   * @param gradient receives those of the tensors
   */
  public void backward(
      ItemTable items,
      int[] targets,
      int from,
      int count,
      float[] outGradient,
      int offset,
      int outStride,
      float[] itemGradient,
      TwinGradient gradient) {
    compare(items, targets, from, count);
    gradient.beginHistory(size);
    for (int t = 0; t < count; t++) {
      int selected = select(t, count);
      mix(selected);
      gradient.output(mixed, outGradient, offset + t * outStride, weights.apply(OUTPUT));
      int width = attention.length / HEADS;
      for (int h = 0; h < HEADS; h++) {
        gradient.head(h, positions, selected, attention, h * width, keys, values, queries, t * d);
      }
      gradient.bias(positions, selected, features);
      gradient.mark(positions, selected);
      gradient.query(targetRows, t * d, weights.apply(QUERY), itemGradient, targets[from + t] * d);
    }
    gradient.endHistory(rows, behaviors, weights.apply(KEY), weights.apply(VALUE), itemGradient);
  }
}
