package io.encodectr.attention;

import io.encodectr.item.ItemTable;
import io.encodectr.kernel.Kernels;
import io.encodectr.relevance.Relevance;
import java.util.Arrays;

/**
 * Target attention where each target has keys of its own: l_t = Σ_{i∈S_t} softmax_{i∈S_t}(sim(k_i,
 * x_t))·k_i for the behaviors S_t that were retrieved for target t. The softmax is exact over S_t;
 * the behaviors left out have no weight, and there is no padding that could have one.
 *
 * <p>Keys are read from the item table by row, without a copy. Targets are appended one by one and
 * kept until {@link #begin}, so that {@link SelectedAttentionGradient} can go back over them. One
 * instance a thread; buffers grow to what they have seen.
 */
public final class SelectedAttention {
  final Relevance relevance;
  final int d;
  private final float[] query;
  private int targets;
  private int[] starts = new int[1];
  private int[] sizes = {};
  private int[] rows = {};
  private float[] similarities = {};
  private float[] weights = {};

  /**
   * Attention over keys of d components.
   *
   * @param relevance the metric
   * @param dimension d, a positive multiple of 8
   */
  public SelectedAttention(Relevance relevance, int dimension) {
    this.relevance = relevance;
    d = dimension;
    query = new float[d];
  }

  /** Forgets all targets. */
  public void begin() {
    targets = 0;
  }

  /** Number of targets since {@link #begin}. */
  public int targets() {
    return targets;
  }

  /** Where target t's keys begin in {@link #rows}, {@link #weights} and {@link #similarities}. */
  public int start(int t) {
    return starts[t];
  }

  /** Number of target t's keys. */
  public int size(int t) {
    return sizes[t];
  }

  /** Item rows of all targets' keys. */
  public int[] rows() {
    return rows;
  }

  /** Weights of all targets' keys; those of one target add up to 1. */
  public float[] weights() {
    return weights;
  }

  /** Unscaled similarities (cos or dot) of all targets' keys. */
  public float[] similarities() {
    return similarities;
  }

  /**
   * Attends from one more target.
   *
   * @param target item row
   * @param keys item rows of its keys, {@code count} from {@code from} on; copied
   * @param out receives l's d components at {@code offset}; untouched if there are no keys: what
   *     stands for that is the caller's decision
   */
  public void attend(
      ItemTable items, int target, int[] keys, int from, int count, float[] out, int offset) {
    int start = append(keys, from, count);
    if (count == 0) {
      return;
    }
    relevance.prepareQuery(
        items.embeddings(), target * d, items.inverseNorms()[target], d, query, 0);
    relevance.rowSimilarities(
        query,
        items.embeddings(),
        items.inverseNorms(),
        d,
        rows,
        start,
        count,
        similarities,
        start);
    System.arraycopy(similarities, start, weights, start, count);
    relevance.attentionWeights(weights, start, count);
    Kernels.sumRows(items.embeddings(), d, rows, start, count, weights, start, out, offset);
  }

  /** Segments begin at multiples of 8, as the softmax kernel works in whole eights. */
  private int append(int[] keys, int from, int count) {
    if (sizes.length == targets) {
      sizes = Arrays.copyOf(sizes, Math.max(64, 2 * targets));
      starts = Arrays.copyOf(starts, sizes.length + 1);
    }
    int start = starts[targets];
    int end = start + Kernels.padded(count);
    if (rows.length < end) {
      int capacity = Math.max(512, Math.addExact(end, end / 2));
      rows = Arrays.copyOf(rows, capacity);
      similarities = Arrays.copyOf(similarities, capacity);
      weights = Arrays.copyOf(weights, capacity);
    }
    System.arraycopy(keys, from, rows, start, count);
    sizes[targets] = count;
    starts[++targets] = end;
    return start;
  }
}
