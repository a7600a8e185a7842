package io.encodectr.sequence;

import io.encodectr.item.ItemTable;
import java.util.Arrays;

/** AvgPooling: l is the mean of all behaviors' embeddings, whatever the target. */
public final class AverageSequence implements LongSequence {
  private final float[] defaultVector;
  private final float[] mean;
  private final SortedHistory sortedHistory = new SortedHistory();
  private int behaviors;

  /** An empty history gives {@code defaultVector} (d floats). */
  public AverageSequence(float[] defaultVector) {
    this.defaultVector = defaultVector;
    mean = new float[defaultVector.length];
  }

  @Override
  public void history(ItemTable items, int[] rows, int from, int count, long userHash) {
    behaviors = count;
    if (count == 0) {
      System.arraycopy(defaultVector, 0, mean, 0, mean.length);
      return;
    }
    sortedHistory.take(rows, from, count);
    int[] sorted = sortedHistory.sorted();
    Arrays.fill(mean, 0f);
    float[] embeddings = items.embeddings();
    for (int i = 0; i < count; i++) {
      int row = sorted[i] * mean.length;
      for (int c = 0; c < mean.length; c++) {
        mean[c] += embeddings[row + c];
      }
    }
    float inverse = 1f / count;
    for (int c = 0; c < mean.length; c++) {
      mean[c] *= inverse;
    }
  }

  @Override
  public void attend(
      ItemTable items, int[] targets, int from, int count, float[] out, int offset, int outStride) {
    DefaultVector.fill(mean, count, out, offset, outStride);
  }

  @Override
  public boolean weights(ItemTable items, int target, float[] out) {
    Arrays.fill(out, 0, behaviors, 1f / behaviors);
    return behaviors > 0;
  }
}
