package io.encodectr.train.sequence;

import io.encodectr.item.ItemTable;
import io.encodectr.memory.InterestMemory;
import io.encodectr.memory.MemoryGradient;
import io.encodectr.memory.MemoryWeights;
import io.encodectr.sequence.MemorySequence;
import io.encodectr.train.batch.Batch;

/**
 * MIMN in training, through every step of the recurrence. The loss has λ·Σ_i (w̄_i − 1/4)² added,
 * which keeps slots from lying idle: w̄_i is the mean write weight of slot i over the history, the
 * mean over samples is taken, and λ is {@value #UTILIZATION}.
 *
 * <p>Backward runs the recurrence again and keeps its steps then, so that a shard holds one
 * history's steps at a time and not all of them.
 */
public final class MemoryTraining extends SequenceTraining<MemorySequence> {
  /** λ of the utilization regularizer. */
  public static final float UTILIZATION = 0.01f;

  private final MemoryGradient memoryGradient;
  private float[] ignored = {};

  /**
   * A memory over a batch's whole histories.
   *
   * @param weights read at every step, never written
   * @param defaultVector stands for an empty history; read at every step, never written
   */
  public MemoryTraining(MemoryWeights weights, float[] defaultVector) {
    super(new MemorySequence(weights, defaultVector), defaultVector.length);
    memoryGradient = new MemoryGradient(weights);
  }

  @Override
  public void begin() {
    super.begin();
    memoryGradient.begin();
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
    int d = items.dimension();
    int from = batch.sampleStart()[group];
    int count = batch.sampleCount(group);
    int start = batch.historyStart()[group];
    int length = batch.historyLength(group);
    if (length == 0) {
      DefaultGradient.add(outGradient, offset, stride, count, defaultGradient());
      return;
    }
    if (ignored.length < count * d) {
      ignored = new float[count * d];
    }
    InterestMemory memory = sequence.memory();
    memory.run(items, batch.histories(), start, length, true);
    memory.read(items, batch.targets(), from, count, ignored, 0, d);
    gradient.touch(batch.histories(), start, length);
    gradient.touch(batch.targets(), from, count);
    memoryGradient.add(
        memory,
        outGradient,
        offset,
        stride,
        UTILIZATION * count / batch.size(),
        batch.histories(),
        start,
        batch.targets(),
        from,
        count,
        gradient.embeddings());
  }

  @Override
  public float[] gradient(String tensor) {
    return memoryGradient.gradient(tensor);
  }
}
