package io.encodectr.train.sequence;

import java.util.Arrays;

/**
 * One shard's gradient over the batch's items: of their embeddings s, and of their low-dimensional
 * projections h, which only metric learning reaches. Only touched rows are summed and cleared.
 */
public final class ItemGradient {
  private final int d;
  private final int m;
  private float[] embeddings = {};
  private float[] low = {};
  private byte[] touched = {};

  /** For items of d components, projected to m. */
  public ItemGradient(int dimension, int lowDimension) {
    d = dimension;
    m = lowDimension;
  }

  /** Makes room for a batch of so many items; everything is zero and untouched. */
  public void begin(int items) {
    if (touched.length < items) {
      int capacity = items + items / 4;
      embeddings = new float[Math.multiplyExact(capacity, d)];
      low = new float[capacity * m];
      touched = new byte[capacity];
    }
  }

  /** ∂L/∂s, {@code [items × d]}; touch rows before adding to them. */
  public float[] embeddings() {
    return embeddings;
  }

  /** ∂L/∂h, {@code [items × m]}. */
  public float[] low() {
    return low;
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
  public void drain(int row, float[] embeddingSum, int eo, float[] lowSum, int lo) {
    int s = row * d;
    for (int c = 0; c < d; c++) {
      embeddingSum[eo + c] += embeddings[s + c];
    }
    int h = row * m;
    for (int j = 0; j < m; j++) {
      lowSum[lo + j] += low[h + j];
    }
    Arrays.fill(embeddings, s, s + d, 0f);
    Arrays.fill(low, h, h + m, 0f);
    touched[row] = 0;
  }
}
