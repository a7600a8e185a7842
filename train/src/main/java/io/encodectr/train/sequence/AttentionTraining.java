package io.encodectr.train.sequence;

import io.encodectr.attention.AttentionGradient;
import io.encodectr.attention.TargetAttention;
import io.encodectr.item.ItemTable;
import io.encodectr.relevance.Relevance;
import io.encodectr.sequence.AttentionSequence;
import io.encodectr.train.batch.Batch;

/**
 * Target attention over the last behaviors of a history: the recent sequence of every method, and
 * the long one of DIN-L. Backward recomputes the weights instead of keeping them: it costs one
 * small product more and saves a batch's worth of memory traffic.
 */
public final class AttentionTraining extends SequenceTraining<AttentionSequence> {
  private final AttentionGradient attentionGradient = new AttentionGradient();

  /**
   * Attention over at most {@code longest} behaviors; 0 for all.
   *
   * @param defaultVector stands for an empty history; read at every step, never written
   */
  public AttentionTraining(Relevance relevance, int longest, float[] defaultVector) {
    super(new AttentionSequence(relevance, defaultVector), defaultVector.length, longest);
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
    TargetAttention attention = sequence.attention();
    attention.weigh(items, batch.targets(), from, count);
    gradient.touch(sequence.sortedRows(), 0, attention.size());
    gradient.touch(batch.targets(), from, count);
    attentionGradient.add(
        attention,
        items,
        batch.targets(),
        from,
        count,
        outGradient,
        offset,
        stride,
        gradient.embeddings(),
        sequence.sortedRows(),
        0,
        gradient.embeddings());
  }
}
