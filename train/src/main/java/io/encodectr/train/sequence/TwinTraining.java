package io.encodectr.train.sequence;

import io.encodectr.item.ItemTable;
import io.encodectr.sequence.SequenceSpec;
import io.encodectr.sequence.TwinGradient;
import io.encodectr.sequence.TwinSequence;
import io.encodectr.train.batch.Batch;
import java.util.Arrays;
import java.util.function.Function;

/** TWIN in training. Backward repeats the retrieval: it is cheaper than keeping it. */
public final class TwinTraining implements TrainableSequence {
  private final TwinSequence sequence;
  private final TwinGradient tensors;
  private final float[] defaultGradient;

  /**
   * TWIN's long sequence.
   *
   * @param weights the model's tensors by name; read at every step, never written
   */
  public TwinTraining(SequenceSpec spec, Function<String, float[]> weights) {
    sequence = new TwinSequence(spec, weights);
    tensors = new TwinGradient(spec.dimension());
    defaultGradient = new float[spec.dimension()];
  }

  @Override
  public void begin() {
    Arrays.fill(defaultGradient, 0f);
    tensors.begin();
  }

  @Override
  public void forward(
      ItemTable items, Batch batch, int group, float[] out, int offset, int stride) {
    takeHistory(items, batch, group);
    int from = batch.sampleStart()[group];
    int count = batch.sampleStart()[group + 1] - from;
    sequence.attend(items, batch.targets(), from, count, out, offset, stride);
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
    int from = batch.sampleStart()[group];
    int count = batch.sampleStart()[group + 1] - from;
    if (batch.historyLength(group) == 0) {
      DefaultGradient.add(outGradient, offset, stride, count, defaultGradient);
      return;
    }
    takeHistory(items, batch, group);
    gradient.touch(batch.targets(), from, count);
    sequence.backward(
        items,
        batch.targets(),
        from,
        count,
        outGradient,
        offset,
        stride,
        gradient.embeddings(),
        tensors);
    gradient.touch(tensors.retrieved(), 0, tensors.retrievedCount());
  }

  private void takeHistory(ItemTable items, Batch batch, int group) {
    sequence.history(
        items,
        batch.histories(),
        batch.historyStart()[group],
        batch.historyLength(group),
        batch.userHashes()[group]);
  }

  @Override
  public float[] defaultGradient() {
    return defaultGradient;
  }

  @Override
  public float[] gradient(String tensor) {
    return tensors.of(tensor);
  }
}
