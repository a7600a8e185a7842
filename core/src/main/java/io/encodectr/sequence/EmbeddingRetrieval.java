package io.encodectr.sequence;

import io.encodectr.item.ItemTable;
import io.encodectr.relevance.Relevance;

/**
 * ETA-TA: ETA with the similarity of standard target attention in place of hashes, S_t = top-k by
 * s_i·x_t/√d.
 */
public final class EmbeddingRetrieval implements Retrieval {
  private final Relevance relevance;
  private final TopBehaviors top;
  private IndexedHistory history = new IndexedHistory();
  private float[] similarities = {};
  private float[] query = {};

  /**
   * Retrieval by similarity of embeddings.
   *
   * @param relevance to retrieve by
   * @param limit k
   */
  public EmbeddingRetrieval(Relevance relevance, int limit) {
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
    if (similarities.length < taken.distinct()) {
      similarities = new float[taken.distinct() * 3 / 2];
    }
    if (query.length < items.dimension()) {
      query = new float[items.dimension()];
    }
  }

  @Override
  public int retrieve(ItemTable items, int target, int[] positions) {
    if (history.size() > limit()) {
      int d = items.dimension();
      float[] embeddings = items.embeddings();
      float[] inverseNorms = items.inverseNorms();
      relevance.prepareQuery(embeddings, target * d, inverseNorms[target], d, query, 0);
      relevance.rowSimilarities(
          query,
          embeddings,
          inverseNorms,
          d,
          history.items(),
          0,
          history.distinct(),
          similarities,
          0);
    }
    return top.largest(history, similarities, positions);
  }
}
