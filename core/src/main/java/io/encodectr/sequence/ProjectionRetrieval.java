package io.encodectr.sequence;

import io.encodectr.item.ItemTable;
import io.encodectr.kernel.Kernels;
import io.encodectr.relevance.Relevance;

/**
 * ETA-ENCODE: ETA with ENCODE's learned projection in place of random hyperplanes, S_t = top-k by
 * cos(h_i, h_t) in m dimensions (Eqs. 4 and 11). A zero projection has cosine 0 with everything.
 *
 * <p>Cosines count in steps of 2⁻²⁰, so that equal directions are equally relevant in spite of
 * rounding, and recency decides between them.
 */
public final class ProjectionRetrieval implements Retrieval {
  /** Floats around this one lie 2⁻²⁰ apart. */
  private static final float ROUNDER = 12f;

  private final Relevance relevance;
  private final TopBehaviors top;
  private IndexedHistory history = new IndexedHistory();
  private float[] transposed = {};
  private float[] cosines = {};
  private float[] query = {};

  /**
   * Retrieval by cosine of projections.
   *
   * @param relevance a cosine relevance
   * @param limit k
   */
  public ProjectionRetrieval(Relevance relevance, int limit) {
    this.relevance = relevance;
    top = new TopBehaviors(limit);
  }

  @Override
  public int limit() {
    return top.limit();
  }

  @Override
  public void history(ItemTable items, IndexedHistory taken) {
    history = taken;
    if (taken.size() <= limit()) {
      return;
    }
    int m = items.lowDimension();
    int n = taken.distinct();
    int stride = Kernels.padded(n);
    if (cosines.length < stride || transposed.length < stride * m || query.length < m) {
      cosines = new float[(stride + stride / 2) & ~7];
      transposed = new float[cosines.length * m];
      query = new float[m];
    }
    float[] low = items.low();
    for (int c = 0; c < m; c++) {
      for (int j = 0; j < n; j++) {
        transposed[c * stride + j] = low[taken.items()[j] * m + c];
      }
    }
  }

  @Override
  public int retrieve(ItemTable items, int target, int[] positions) {
    if (history.size() > limit()) {
      int m = items.lowDimension();
      System.arraycopy(items.low(), target * m, query, 0, m);
      relevance.similarities(query, 1, transposed, Kernels.padded(history.distinct()), m, cosines);
      for (int j = 0; j < history.distinct(); j++) {
        cosines[j] = cosines[j] + ROUNDER - ROUNDER;
      }
    }
    return top.largest(history, cosines, positions);
  }
}
