package io.encodectr.sequence;

import io.encodectr.item.ItemTable;
import io.encodectr.kernel.Kernels;
import io.encodectr.relevance.Relevance;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * UBR4CTR's feature selection: which of a target item's fields the user's history is searched by.
 * The fields are what e(x) is made of, the item's id and each categorical column. With e_f the
 * field's part of e(x), a = {@value #WIDTH} and rows over fields,
 *
 * <pre>
 * X_f = e_f·W_f + b_f
 * Z   = X + softmax((X·W_Q)(X·W_K)ᵀ/√a)·(X·W_V)            self-attention over fields
 * p_f = σ(1 + c + relu(Z_f·W_1 + b_1)·w_2)                  probability that f is searched by
 * </pre>
 *
 * The 1 makes an untrained selector search by most fields. A user's own columns are alike in all
 * documents of his history, so searching by them would find nothing; they are left out here too.
 * One instance a thread.
 */
public final class FieldSelector {
  /** a. */
  public static final int WIDTH = 16;

  /** What is added to every field's logit. */
  public static final float OPENNESS = 1f;

  private static final String PREFIX = "selector.";
  private static final float DEVIATION = 0.25f;

  private final List<Integer> widths;
  private final Relevance attention = Relevance.dot(WIDTH);
  private final int dimension;
  private final int fields;
  private final int padded;
  private final float[] fieldMatrix;
  private final float[] fieldBias;
  private final float[] queryMatrix;
  private final float[] keyMatrix;
  private final float[] valueMatrix;
  private final float[] hiddenMatrix;
  private final float[] hiddenBias;
  private final float[] output;
  private final float[] outputBias;
  private final float[] x;
  private final float[] queries;
  private final float[] keys;
  private final float[] keysT;
  private final float[] values;
  private final float[] similarities;
  private final float[] ones;
  private final float[] hidden;
  private final float[] logits;

  /** A selector over a model's tensors, which are read at every call. */
  public FieldSelector(SequenceSpec spec, Function<String, float[]> weights) {
    widths = spec.fields();
    dimension = spec.dimension();
    fields = widths.size();
    padded = Kernels.padded(fields);
    fieldMatrix = weights.apply(PREFIX + "fields");
    fieldBias = weights.apply(PREFIX + "fields.bias");
    queryMatrix = weights.apply(PREFIX + "query");
    keyMatrix = weights.apply(PREFIX + "key");
    valueMatrix = weights.apply(PREFIX + "value");
    hiddenMatrix = weights.apply(PREFIX + "hidden");
    hiddenBias = weights.apply(PREFIX + "hidden.bias");
    output = weights.apply(PREFIX + "output");
    outputBias = weights.apply(PREFIX + "output.bias");
    x = new float[padded * WIDTH];
    queries = new float[padded * WIDTH];
    keys = new float[padded * WIDTH];
    keysT = new float[padded * WIDTH];
    values = new float[padded * WIDTH];
    similarities = new float[padded * padded];
    ones = new float[padded];
    Arrays.fill(ones, 1f);
    hidden = new float[padded * WIDTH];
    logits = new float[fields];
  }

  /** What a selector learns. */
  public static List<MethodTensor> tensors(SequenceSpec spec) {
    int count = spec.fields().size();
    return List.of(
        new MethodTensor(PREFIX + "fields", spec.dimension(), WIDTH, DEVIATION, true),
        new MethodTensor(PREFIX + "fields.bias", count, WIDTH, DEVIATION, true),
        new MethodTensor(PREFIX + "query", WIDTH, WIDTH, DEVIATION, true),
        new MethodTensor(PREFIX + "key", WIDTH, WIDTH, DEVIATION, true),
        new MethodTensor(PREFIX + "value", WIDTH, WIDTH, DEVIATION, true),
        new MethodTensor(PREFIX + "hidden", WIDTH, WIDTH, DEVIATION, true),
        new MethodTensor(PREFIX + "hidden.bias", 1, WIDTH, 0f, true),
        new MethodTensor(PREFIX + "output", 1, WIDTH, DEVIATION, true),
        new MethodTensor(PREFIX + "output.bias", 1, 1, 0f, true));
  }

  /** Number of fields: the id, then the categorical columns. */
  public int fields() {
    return fields;
  }

  /**
   * Logits of the fields' probabilities for one target.
   *
   * @param target item row
   * @return one a field; this instance's own array
   */
  public float[] logits(ItemTable items, int target) {
    System.arraycopy(fieldBias, 0, x, 0, fields * WIDTH);
    int offset = 0;
    for (int f = 0; f < fields; f++) {
      int width = widths.get(f);
      Kernels.multiply(
          items.embeddings(),
          target * dimension + offset,
          width,
          1,
          fieldMatrix,
          offset * WIDTH,
          WIDTH,
          x,
          f * WIDTH,
          WIDTH,
          1,
          WIDTH,
          width,
          true);
      offset += width;
    }
    attend();
    for (int f = 0; f < fields; f++) {
      System.arraycopy(hiddenBias, 0, hidden, f * WIDTH, WIDTH);
    }
    times(x, hiddenMatrix, hidden, true);
    Kernels.relu(hidden, 0, fields * WIDTH);
    for (int f = 0; f < fields; f++) {
      float sum = OPENNESS + outputBias[0];
      for (int c = 0; c < WIDTH; c++) {
        sum = Math.fma(hidden[f * WIDTH + c], output[c], sum);
      }
      logits[f] = sum;
    }
    return logits;
  }

  /** Adds to each field what it takes from the others. */
  private void attend() {
    times(x, queryMatrix, queries, false);
    times(x, keyMatrix, keys, false);
    times(x, valueMatrix, values, false);
    attention.prepareKeys(keys, ones, ones, padded, WIDTH, keysT);
    attention.similarities(queries, fields, keysT, padded, WIDTH, similarities);
    for (int f = 0; f < fields; f++) {
      attention.attentionWeights(similarities, f * padded, fields);
    }
    Kernels.multiply(
        similarities, 0, padded, 1, values, 0, WIDTH, x, 0, WIDTH, fields, WIDTH, fields, true);
  }

  private void times(float[] rows, float[] matrix, float[] out, boolean accumulate) {
    Kernels.multiply(
        rows, 0, WIDTH, 1, matrix, 0, WIDTH, out, 0, WIDTH, fields, WIDTH, WIDTH, accumulate);
  }
}
