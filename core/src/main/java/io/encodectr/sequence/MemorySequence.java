package io.encodectr.sequence;

import io.encodectr.item.ItemTable;
import io.encodectr.memory.InterestMemory;
import io.encodectr.memory.MemoryWeights;

/**
 * MIMN: l is what a target item reads from a memory that the history was written into, oldest
 * behavior first. {@link InterestMemory} has the formulas. The whole order of behaviors matters,
 * where other methods know at most which are the more recent.
 */
public final class MemorySequence implements LongSequence {
  private final InterestMemory memory;
  private final float[] defaultVector;

  /** A memory of these weights; an empty history gives {@code defaultVector} (d floats). */
  public MemorySequence(MemoryWeights weights, float[] defaultVector) {
    memory = new InterestMemory(weights);
    this.defaultVector = defaultVector;
  }

  @Override
  public void history(ItemTable items, int[] rows, int from, int count, long userHash) {
    memory.run(items, rows, from, count, false);
  }

  @Override
  public void attend(
      ItemTable items, int[] targets, int from, int count, float[] out, int offset, int outStride) {
    if (memory.steps() == 0) {
      DefaultVector.fill(defaultVector, count, out, offset, outStride);
    } else {
      memory.read(items, targets, from, count, out, offset, outStride);
    }
  }

  /** The memory itself, for its gradient. */
  public InterestMemory memory() {
    return memory;
  }

  /** False: what a slot holds is no mixture of behaviors. */
  @Override
  public boolean weights(ItemTable items, int target, float[] out) {
    return false;
  }
}
