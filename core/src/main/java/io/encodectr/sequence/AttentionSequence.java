package io.encodectr.sequence;

import io.encodectr.attention.TargetAttention;
import io.encodectr.item.ItemTable;
import io.encodectr.relevance.Relevance;

/**
 * Target attention over every behavior: DIN-L over the long history, DIN over the recent one. Sorts
 * the history by item row first, so that its order cannot change a bit.
 */
public final class AttentionSequence implements LongSequence {
  private final TargetAttention attention;
  private final float[] defaultVector;
  private final SortedHistory sortedHistory = new SortedHistory();

  /** Attention by {@code relevance}; an empty history gives {@code defaultVector} (d floats). */
  public AttentionSequence(Relevance relevance, float[] defaultVector) {
    attention = new TargetAttention(relevance, defaultVector.length);
    this.defaultVector = defaultVector;
  }

  @Override
  public void history(ItemTable items, int[] rows, int from, int count, long userHash) {
    sortedHistory.take(rows, from, count);
    int[] sorted = sortedHistory.sorted();
    attention.gather(items, sorted, 0, count);
  }

  @Override
  public void attend(
      ItemTable items, int[] targets, int from, int count, float[] out, int offset, int outStride) {
    if (attention.size() == 0) {
      DefaultVector.fill(defaultVector, count, out, offset, outStride);
    } else {
      attention.attend(items, targets, from, count, out, offset, outStride);
    }
  }

  @Override
  public boolean weights(ItemTable items, int target, float[] out) {
    if (attention.size() == 0) {
      return false;
    }
    attention.weigh(items, new int[] {target}, 0, 1);
    System.arraycopy(attention.weights(), 0, out, 0, attention.size());
    return true;
  }

  /** The attention itself, for its weights. */
  public TargetAttention attention() {
    return attention;
  }

  /** Item rows of the keys, ascending: key i is {@code sortedRows()[i]}. */
  public int[] sortedRows() {
    return sortedHistory.sorted();
  }
}
