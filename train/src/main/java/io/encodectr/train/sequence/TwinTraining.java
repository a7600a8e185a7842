package io.encodectr.train.sequence;

import io.encodectr.item.ItemTable;
import io.encodectr.sequence.SequenceSpec;
import io.encodectr.sequence.TwinGradient;
import io.encodectr.sequence.TwinSequence;
import io.encodectr.train.batch.Batch;
import java.util.function.Function;

/** TWIN in training. Backward repeats the retrieval: it is cheaper than keeping it. */
public final class TwinTraining extends SequenceTraining<TwinSequence> {
  private final TwinGradient tensors;

  /**
   * TWIN's long sequence.
   *
   * @param weights the model's tensors by name; read at every step, never written
   */
  public TwinTraining(SequenceSpec spec, Function<String, float[]> weights) {
    super(new TwinSequence(spec, weights), spec.dimension());
    tensors = new TwinGradient(spec.dimension());
  }

  @Override
  public void begin() {
    super.begin();
    tensors.begin();
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
    int count = batch.sampleCount(group);
    if (batch.historyLength(group) == 0) {
      DefaultGradient.add(outGradient, offset, stride, count, defaultGradient());
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

  @Override
  public float[] gradient(String tensor) {
    return tensors.of(tensor);
  }
}
