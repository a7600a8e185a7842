package io.encodectr.train.sequence;

import io.encodectr.item.ItemTable;
import io.encodectr.train.batch.Batch;
import org.jspecify.annotations.Nullable;

/**
 * A sequence module in training. A step calls {@link #begin} and {@link #learning}, then {@link
 * #forward} for each of the shard's groups in order, then {@link #outcome}, then {@link #backward}
 * for the same groups in the same order. One instance a shard; not thread-safe.
 */
public interface TrainableSequence {
  /** Forgets the last step. */
  void begin();

  /**
   * Says that this is a step of learning. Where it is left out, forward is what scoring does.
   *
   * @param step number of the step in all the training, from 1
   * @param stepSeed of what the step draws
   */
  default void learning(long step, long stepSeed) {}

  /**
   * Writes the sequence's vector for each of the group's targets.
   *
   * @param items the batch's items, tabulated
   * @param out target t's d components go to {@code out[offset + t*stride]}
   */
  void forward(ItemTable items, Batch batch, int group, float[] out, int offset, int stride);

  /**
   * Tells what the tower made of the shard's samples.
   *
   * @param firstSample the shard's first sample in the batch, whose logit is {@code logits[0]}
   */
  default void outcome(ItemTable items, Batch batch, int firstSample, float[] logits) {}

  /**
   * Adds what the targets' output gradients mean for behaviors and targets.
   *
   * @param outGradient laid out as {@code out} was
   */
  void backward(
      ItemTable items,
      Batch batch,
      int group,
      float[] outGradient,
      int offset,
      int stride,
      ItemGradient gradient);

  /** Gradient of the vector that stands for an empty history, {@code [d]}; cleared by begin. */
  float[] defaultGradient();

  /**
   * Gradient of a tensor of the method's own, laid out as the tensor; cleared by begin. Null if no
   * gradient reached it.
   *
   * @param tensor its name
   */
  default float @Nullable [] gradient(String tensor) {
    return null;
  }

  /** Frees off-heap memory, where there is some. */
  default void close() {}
}
