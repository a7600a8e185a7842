package io.encodectr.train.sequence;

import io.encodectr.item.ItemTable;
import io.encodectr.sequence.AverageSequence;
import io.encodectr.train.batch.Batch;
import java.util.Arrays;

/** AvgPooling in training: each behavior gets 1/L of the targets' summed gradient. */
public final class AverageTraining extends SequenceTraining<AverageSequence> {
  private final float[] sum;

  /**
   * The mean over a batch's whole histories.
   *
   * @param defaultVector stands for an empty history; read at every step, never written
   */
  public AverageTraining(float[] defaultVector) {
    super(new AverageSequence(defaultVector), defaultVector.length);
    sum = new float[defaultVector.length];
  }

  @Override
  public void backward(
      ItemTable items,
      Batch batch,
      int group,
      float[] outGradient,
      int offset,
      int stride,
      ItemGradient gradient) {
    int count = batch.sampleCount(group);
    int length = batch.historyLength(group);
    if (length == 0) {
      DefaultGradient.add(outGradient, offset, stride, count, defaultGradient());
      return;
    }
    Arrays.fill(sum, 0f);
    DefaultGradient.add(outGradient, offset, stride, count, sum);
    float inverse = 1f / length;
    for (int c = 0; c < sum.length; c++) {
      sum[c] *= inverse;
    }
    int start = batch.historyStart()[group];
    gradient.touch(batch.histories(), start, length);
    float[] embeddings = gradient.embeddings();
    for (int i = start; i < start + length; i++) {
      int row = batch.histories()[i] * sum.length;
      for (int c = 0; c < sum.length; c++) {
        embeddings[row + c] += sum[c];
      }
    }
  }
}
