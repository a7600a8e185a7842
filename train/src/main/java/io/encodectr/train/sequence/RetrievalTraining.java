package io.encodectr.train.sequence;

import io.encodectr.attention.SelectedAttention;
import io.encodectr.attention.SelectedAttentionGradient;
import io.encodectr.item.ItemTable;
import io.encodectr.sequence.IndexedHistory;
import io.encodectr.sequence.RetrievalSequence;
import io.encodectr.train.batch.Batch;
import org.jspecify.annotations.Nullable;

/**
 * Any method that attends to what it retrieves. Gradients go to the retrieved behaviors and to the
 * target, by {@link SelectedAttentionGradient}; none through retrieval. Targets without a match
 * teach the default vector.
 *
 * <p>What was retrieved, and its weights, is kept from forward to backward: a few hundred bytes a
 * target, where looking for it again would read the history again.
 */
public final class RetrievalTraining extends SequenceTraining<RetrievalSequence> {
  private final @Nullable MetricLearning metric;
  private final SelectedAttentionGradient attentionGradient = new SelectedAttentionGradient();
  private int[] directed = {};
  private int read;

  /**
   * A retrieval method's long sequence.
   *
   * @param sequence this instance's own
   * @param metric metric learning of the projection that retrieval goes by, fed every history; null
   *     if there is none
   * @param dimension d
   */
  public RetrievalTraining(
      RetrievalSequence sequence, @Nullable MetricLearning metric, int dimension) {
    super(sequence, dimension);
    this.metric = metric;
  }

  @Override
  public void begin() {
    super.begin();
    sequence.attention().begin();
    read = 0;
    if (metric != null) {
      metric.begin();
    }
  }

  @Override
  public void forward(
      ItemTable items, Batch batch, int group, float[] out, int offset, int stride) {
    takeHistory(items, batch, group);
    sequence.append(
        items,
        batch.targets(),
        batch.sampleStart()[group],
        batch.sampleCount(group),
        out,
        offset,
        stride);
    if (metric != null) {
      learnMetric(metric, items, batch, group);
    }
  }

  /** As ENCODE does it: over the history in ascending item row, zero projections left out. */
  private void learnMetric(MetricLearning learning, ItemTable items, Batch batch, int group) {
    IndexedHistory history = sequence.indexedHistory();
    if (directed.length < history.size()) {
      directed = new int[history.size() * 3 / 2];
    }
    int count = 0;
    for (int p = 0; p < history.size(); p++) {
      int row = history.rows()[p];
      if (items.inverseLowNorms()[row] != 0f) {
        directed[count++] = row;
      }
    }
    learning.add(items, batch, group, directed, 0, count);
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
    SelectedAttention attention = sequence.attention();
    int from = batch.sampleStart()[group];
    int count = batch.sampleCount(group);
    for (int t = 0; t < count; t++, read++) {
      int at = offset + t * stride;
      if (attention.size(read) == 0) {
        DefaultGradient.add(outGradient, at, stride, 1, defaultGradient());
      } else {
        gradient.touch(batch.targets(), from + t, 1);
        gradient.touch(attention.rows(), attention.start(read), attention.size(read));
        attentionGradient.add(
            attention,
            read,
            items,
            batch.targets()[from + t],
            outGradient,
            at,
            gradient.embeddings());
      }
    }
  }
}
