package io.encodectr.sequence;

import io.encodectr.attention.SelectedAttention;
import io.encodectr.item.ItemTable;
import io.encodectr.relevance.Relevance;
import java.util.Arrays;

/**
 * SIM, ETA and their kin: target attention over the k behaviors that a {@link Retrieval} finds for
 * the target, l_t = Σ_{i∈S_t} softmax_i(sim(k_i, x_t))·k_i.
 *
 * <p>A target for which nothing is found gets the learned default vector. A vector of its own tells
 * the tower that nothing matched, so there is no separate {@code has_match} feature. The order of
 * clicks matters only where it must: between equally relevant behaviors of which not all fit.
 */
public final class RetrievalSequence implements LongSequence {
  private final Retrieval retrieval;
  private final SelectedAttention attention;
  private final float[] defaultVector;
  private final IndexedHistory history = new IndexedHistory();
  private final int[] positions;
  private final int[] rows;

  /**
   * Attention over what is retrieved.
   *
   * @param relevance of the attention
   * @param defaultVector stands for an empty history and for no match (d floats)
   */
  public RetrievalSequence(Retrieval retrieval, Relevance relevance, float[] defaultVector) {
    this.retrieval = retrieval;
    attention = new SelectedAttention(relevance, defaultVector.length);
    this.defaultVector = defaultVector;
    positions = new int[retrieval.limit()];
    rows = new int[retrieval.limit()];
  }

  @Override
  public void history(ItemTable items, int[] behaviors, int from, int count, long userHash) {
    history.take(behaviors, from, count);
    retrieval.history(items, history);
  }

  @Override
  public void attend(
      ItemTable items, int[] targets, int from, int count, float[] out, int offset, int outStride) {
    attention.begin();
    append(items, targets, from, count, out, offset, outStride);
  }

  /** Like {@link #attend}, but the attention keeps the targets it already has. */
  public void append(
      ItemTable items, int[] targets, int from, int count, float[] out, int offset, int outStride) {
    for (int t = 0; t < count; t++) {
      int to = offset + t * outStride;
      if (attend(items, targets[from + t], out, to) == 0) {
        System.arraycopy(defaultVector, 0, out, to, defaultVector.length);
      }
    }
  }

  private int attend(ItemTable items, int target, float[] out, int offset) {
    int found = history.size() == 0 ? 0 : retrieval.retrieve(items, target, positions);
    for (int i = 0; i < found; i++) {
      rows[i] = history.rows()[positions[i]];
    }
    attention.attend(items, target, rows, 0, found, out, offset);
    return found;
  }

  @Override
  public boolean weights(ItemTable items, int target, float[] out) {
    attention.begin();
    int found = attend(items, target, new float[defaultVector.length], 0);
    Arrays.fill(out, 0, history.size(), 0f);
    for (int i = 0; i < found; i++) {
      out[positions[i]] = attention.weights()[attention.start(0) + i];
    }
    return found > 0;
  }

  /** The attention, for its weights and its backward pass. */
  public SelectedAttention attention() {
    return attention;
  }

  /** The last history. */
  public IndexedHistory indexedHistory() {
    return history;
  }
}
