package io.encodectr.scoring;

import io.encodectr.file.InputException;

/**
 * How a model is made ready to score. Neither changes which items are scored or how fresh a user
 * is.
 *
 * @param arithmetic of the tower; another one than {@link Arithmetic#FLOAT32} changes scores a
 *     little
 * @param itemShare share of the largest heap, in [0, 1], that the items' part of the first layer
 *     may take to be computed once; above it, it is computed for each candidate, to the same bits
 */
public record ScoringOptions(Arithmetic arithmetic, double itemShare) {
  /**
   * Float arithmetic, items' parts in up to 15% of the heap: a service that switches models has
   * three of them at a time.
   */
  public static final ScoringOptions DEFAULT = new ScoringOptions(Arithmetic.FLOAT32, 0.15);

  /**
   * Checks the share.
   *
   * @throws InputException unless it is in [0, 1]
   */
  public ScoringOptions {
    if (!(itemShare >= 0 && itemShare <= 1)) {
      throw new InputException("the share of the heap for items must be in 0..1, not " + itemShare);
    }
  }

  /** The same with another arithmetic. */
  public ScoringOptions with(Arithmetic other) {
    return new ScoringOptions(other, itemShare);
  }
}
