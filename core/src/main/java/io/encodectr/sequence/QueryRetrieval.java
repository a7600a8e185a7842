package io.encodectr.sequence;

import io.encodectr.item.ItemTable;

/**
 * UBR4CTR: the k behaviors that score highest by BM25 when the history is searched by some of the
 * target's fields ({@link BehaviorIndex}), of equal ones the more recent. A {@link FieldSelector}
 * says how probable each field is; scoring searches by those with p > ½. Behaviors that share no
 * value with the query are never retrieved, however few do.
 */
public final class QueryRetrieval implements Retrieval {
  /** Chooses fields by the logits of their probabilities. */
  public interface Choice {
    /**
     * The fields to search by.
     *
     * @param target item row
     * @param logits one a field; not to be kept
     * @return bit f for field f
     */
    long fields(ItemTable items, int target, float[] logits);
  }

  /** Fields with p > ½, as scoring chooses. */
  public static final Choice LIKELY = (items, target, logits) -> likely(logits);

  private final FieldSelector selector;
  private final Choice choice;
  private final TopBehaviors top;
  private final BehaviorIndex index = new BehaviorIndex();
  private IndexedHistory history = new IndexedHistory();
  private float[] scores = {};

  /**
   * A retrieval of at most k behaviors.
   *
   * @param choice what turns probabilities into fields
   */
  public QueryRetrieval(FieldSelector selector, Choice choice, int k) {
    this.selector = selector;
    this.choice = choice;
    top = new TopBehaviors(k);
  }

  /** Bits of the fields with p > ½. */
  public static long likely(float[] logits) {
    long fields = 0;
    for (int f = 0; f < logits.length; f++) {
      fields |= logits[f] > 0f ? 1L << f : 0;
    }
    return fields;
  }

  @Override
  public int limit() {
    return top.limit();
  }

  @Override
  public void history(ItemTable items, IndexedHistory indexed) {
    history = indexed;
    index.index(items, indexed);
    if (scores.length < indexed.distinct()) {
      scores = new float[indexed.distinct() * 3 / 2];
    }
  }

  @Override
  public int retrieve(ItemTable items, int target, int[] positions) {
    long fields = choice.fields(items, target, selector.logits(items, target));
    if (fields == 0) {
      return 0;
    }
    if (index.score(items, target, fields, scores) > top.limit()) {
      return top.largest(history, scores, positions);
    }
    int found = 0;
    for (int j = 0; j < history.distinct(); j++) {
      if (scores[j] > 0f) {
        for (int p = history.starts()[j]; p < history.starts()[j + 1]; p++) {
          positions[found++] = p;
        }
      }
    }
    return found;
  }
}
