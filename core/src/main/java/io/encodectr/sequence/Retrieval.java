package io.encodectr.sequence;

import io.encodectr.item.ItemTable;

/**
 * How a method chooses, for one target item, the behaviors that it then attends to ({@link
 * RetrievalSequence}). The choice carries no gradient. Instances hold one user's state at a time
 * and belong to one thread.
 */
public interface Retrieval {
  /** k: the most behaviors that are retrieved for a target. */
  int limit();

  /**
   * Takes a history, and prepares what all its targets share.
   *
   * @param history stays as it is until the next call
   */
  void history(ItemTable items, IndexedHistory history);

  /**
   * Retrieves the most relevant behaviors of the last history for one target; of equally relevant
   * ones the more recent.
   *
   * @param target item row
   * @param positions receives positions in the {@link IndexedHistory}, ascending and each at most
   *     once; at least {@link #limit} long
   * @return how many there are, 0 to {@link #limit}
   */
  int retrieve(ItemTable items, int target, int[] positions);
}
