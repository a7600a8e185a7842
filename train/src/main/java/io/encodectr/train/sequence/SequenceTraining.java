package io.encodectr.train.sequence;

import io.encodectr.item.ItemTable;
import io.encodectr.sequence.LongSequence;
import io.encodectr.train.batch.Batch;
import java.util.Arrays;

/** What most methods share in training: forward is what scoring does, group by group. */
abstract class SequenceTraining<S extends LongSequence> implements TrainableSequence {
  final S sequence;
  private final int longest;
  private final float[] defaultGradient;

  /** Over the whole history of each group. */
  SequenceTraining(S sequence, int dimension) {
    this(sequence, dimension, 0);
  }

  /**
   * Over the last behaviors of each group's history.
   *
   * @param sequence this instance's own
   * @param dimension d
   * @param longest how many behaviors at most; 0 for all
   */
  SequenceTraining(S sequence, int dimension, int longest) {
    this.sequence = sequence;
    this.longest = longest == 0 ? Integer.MAX_VALUE : longest;
    defaultGradient = new float[dimension];
  }

  @Override
  public void begin() {
    Arrays.fill(defaultGradient, 0f);
  }

  @Override
  public void forward(
      ItemTable items, Batch batch, int group, float[] out, int offset, int stride) {
    takeHistory(items, batch, group);
    sequence.attend(
        items,
        batch.targets(),
        batch.sampleStart()[group],
        batch.sampleCount(group),
        out,
        offset,
        stride);
  }

  /** Gives the sequence a group's history. */
  final void takeHistory(ItemTable items, Batch batch, int group) {
    int length = Math.min(longest, batch.historyLength(group));
    sequence.history(
        items,
        batch.histories(),
        batch.historyStart()[group + 1] - length,
        length,
        batch.userHashes()[group]);
  }

  @Override
  public final float[] defaultGradient() {
    return defaultGradient;
  }
}
