package io.encodectr.train.sequence;

import io.encodectr.kernel.Kernels;

/**
 * One shard's gradient over the batch's items, of their embeddings s. Only touched rows are summed
 * and cleared.
 */
public final class ItemGradient {
  private final int d;
  private float[] embeddings = {};
  private byte[] touched = {};

  /** For items of d components. */
  public ItemGradient(int dimension) {
    d = dimension;
  }

  /** Makes room for a batch of so many items; everything is zero and untouched. */
  public void begin(int items) {
    if (touched.length < items) {
      int capacity = items + items / 4;
      embeddings = new float[Math.multiplyExact(capacity, d)];
      touched = new byte[capacity];
    }
  }

  /** ∂L/∂s, {@code [items × d]}; touch rows before adding to them. */
  public float[] embeddings() {
    return embeddings;
  }

  /** Declares that rows receive gradients. */
  public void touch(int[] rows, int from, int count) {
    for (int i = from; i < from + count; i++) {
      touched[rows[i]] = 1;
    }
  }

  /** Whether the row received a gradient. */
  public boolean touched(int row) {
    return touched[row] != 0;
  }

  /** Adds a touched row to a sum over shards, and clears it here. */
  public void drain(int row, float[] sum, int offset) {
    Kernels.drain(embeddings, row * d, sum, offset, d);
    touched[row] = 0;
  }
}
