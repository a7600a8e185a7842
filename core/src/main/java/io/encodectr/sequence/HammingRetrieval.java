package io.encodectr.sequence;

import io.encodectr.item.ItemTable;
import io.encodectr.kernel.Kernels;

/**
 * ETA: the k behaviors whose SimHash codes (Eq. 3) differ in the fewest of 64 bits from the
 * target's, S_t = bottom-k by popcount(code_i ⊕ code_t). The hyperplanes are drawn once and never
 * learned.
 */
public final class HammingRetrieval implements Retrieval {
  private final TopBehaviors top;
  private IndexedHistory history = new IndexedHistory();
  private long[] codes = {};
  private int[] distances = {};

  /** Of at most {@code limit} behaviors, k. */
  public HammingRetrieval(int limit) {
    top = new TopBehaviors(limit);
  }

  @Override
  public int limit() {
    return top.limit();
  }

  @Override
  public void history(ItemTable items, IndexedHistory taken) {
    history = taken;
    int n = taken.distinct();
    if (codes.length < n) {
      codes = new long[n + n / 2];
      distances = new int[codes.length];
    }
    for (int j = 0; j < n; j++) {
      codes[j] = items.codes()[taken.items()[j]];
    }
  }

  @Override
  public int retrieve(ItemTable items, int target, int[] positions) {
    if (history.size() > limit()) {
      Kernels.hammingDistances(codes, history.distinct(), items.codes()[target], distances);
    }
    return top.nearest(history, distances, positions);
  }
}
