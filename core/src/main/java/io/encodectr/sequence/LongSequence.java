package io.encodectr.sequence;

import io.encodectr.item.ItemTable;

/**
 * What makes one method differ from another: how a long history becomes l, one vector for each
 * target item. Instances hold one user's state at a time and belong to one thread.
 */
public interface LongSequence {
  /**
   * Takes a user's history.
   *
   * @param rows item rows, oldest first, of {@code count} behaviors from {@code from} on
   * @param userHash hash of the user's id, for methods that draw random numbers
   */
  void history(ItemTable items, int[] rows, int from, int count, long userHash);

  /**
   * Writes l for each target item.
   *
   * @param targets item rows
   * @param out target t's d components go to {@code out[offset + t*outStride]}
   */
  void attend(
      ItemTable items, int[] targets, int from, int count, float[] out, int offset, int outStride);

  /**
   * What each behavior of the last history weighs in one target's l (§4.6.1). May change the state
   * that {@link #attend} left.
   *
   * @param target item row
   * @param out receives a weight a behavior, in ascending order of item row; they add up to 1
   * @return false if the method gives behaviors no weights, or l is no mixture of this history
   */
  boolean weights(ItemTable items, int target, float[] out);
}
