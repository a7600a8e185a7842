package io.encodectr.train;

import io.encodectr.item.ItemTable;
import io.encodectr.model.Layout;
import io.encodectr.train.batch.Batch;
import io.encodectr.train.embedding.SampleFeatures;
import io.encodectr.train.sequence.ItemGradient;
import io.encodectr.train.sequence.MetricLearning;
import io.encodectr.train.sequence.TrainableSequence;
import io.encodectr.train.tower.TorchTower;
import io.encodectr.train.tower.TowerWeights;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The forward and backward pass of one part of a batch, with gradients of its own, so that nothing
 * it computes depends on the other parts or on the thread it runs in.
 */
final class Shard implements AutoCloseable {
  private final Layout layout;
  private final SampleFeatures features;
  private final TrainableSequence recent;
  private final @Nullable TrainableSequence longTerm;
  private final MetricLearning metric;
  private final TorchTower tower;
  private final ItemGradient itemGradient;
  private final float[] towerGradient;
  private final int width;
  private final int d;
  private float[] x = {};
  private float[] xGradient = {};
  private float[] labels = {};
  private double crossEntropy;

  /**
   * A shard.
   *
   * @param longTerm the method's long sequence, null for DIN
   * @param metric the metric learning that {@code longTerm} feeds, if it does
   */
  Shard(
      Layout layout,
      int dimension,
      SampleFeatures features,
      TrainableSequence recent,
      @Nullable TrainableSequence longTerm,
      MetricLearning metric,
      TowerWeights weights,
      int towerSize) {
    this.layout = layout;
    this.features = features;
    this.recent = recent;
    this.longTerm = longTerm;
    this.metric = metric;
    tower = new TorchTower(weights);
    itemGradient = new ItemGradient(dimension);
    towerGradient = new float[towerSize];
    width = layout.inputWidth();
    d = dimension;
  }

  /** Computes the loss and all gradients of this shard's samples. */
  void step(Batch batch, int shard, ItemTable items, long step, long stepSeed) {
    begin(batch, shard, stepSeed);
    if (longTerm != null) {
      longTerm.learning(step, stepSeed);
    }
    int first = batch.firstSample(shard);
    int count = batch.firstSample(shard + 1) - first;
    if (count == 0) {
      crossEntropy = 0;
      Arrays.fill(towerGradient, 0f);
      return;
    }
    forward(batch, shard, items);
    System.arraycopy(batch.labels(), first, labels, 0, count);
    crossEntropy = tower.step(x, labels, count, 1f / batch.size(), xGradient, towerGradient);
    if (longTerm != null) {
      longTerm.outcome(items, batch, first, tower.stepLogits());
    }
    for (int group = batch.shardStart()[shard]; group < batch.shardStart()[shard + 1]; group++) {
      backward(batch, group, batch.sampleStart()[group] - first, items);
    }
  }

  /** Computes this shard's logits alone. */
  void logits(Batch batch, int shard, ItemTable items, float[] out) {
    begin(batch, shard, 0);
    int count = batch.firstSample(shard + 1) - batch.firstSample(shard);
    if (count > 0) {
      forward(batch, shard, items);
      tower.logits(x, count, labels);
      System.arraycopy(labels, 0, out, batch.firstSample(shard), count);
    }
  }

  private void begin(Batch batch, int shard, long stepSeed) {
    int count = batch.firstSample(shard + 1) - batch.firstSample(shard);
    if (labels.length < count) {
      int capacity = count + count / 4;
      x = new float[Math.multiplyExact(capacity, width)];
      xGradient = new float[x.length];
      labels = new float[capacity];
    }
    itemGradient.begin(batch.items().length);
    recent.begin();
    metric.seed(stepSeed);
    if (longTerm != null) {
      longTerm.begin();
    }
  }

  private void forward(Batch batch, int shard, ItemTable items) {
    int first = batch.firstSample(shard);
    int item = layout.userContextWidth();
    int interest = item + layout.itemWidth();
    for (int group = batch.shardStart()[shard]; group < batch.shardStart()[shard + 1]; group++) {
      int row = batch.sampleStart()[group] - first;
      int rows = batch.sampleCount(group);
      for (int i = row; i < row + rows; i++) {
        features.fill(batch.samples()[first + i], x, i * width);
        System.arraycopy(
            items.embeddings(), batch.targets()[first + i] * d, x, i * width + item, d);
      }
      recent.forward(items, batch, group, x, row * width + interest, width);
      multiply(row, rows, item, interest);
      if (longTerm != null) {
        longTerm.forward(items, batch, group, x, row * width + interest + 2 * d, width);
        multiply(row, rows, item, interest + 2 * d);
      }
    }
  }

  /** Writes v⊙e behind the vector v at {@code vector}. */
  private void multiply(int row, int rows, int item, int vector) {
    for (int o = row * width; o < (row + rows) * width; o += width) {
      for (int c = 0; c < d; c++) {
        x[o + vector + d + c] = x[o + vector + c] * x[o + item + c];
      }
    }
  }

  private void backward(Batch batch, int group, int row, ItemTable items) {
    int from = batch.sampleStart()[group];
    int rows = batch.sampleCount(group);
    int item = layout.userContextWidth();
    int interest = item + layout.itemWidth();
    multiplyGradient(row, rows, item, interest);
    if (longTerm != null) {
      multiplyGradient(row, rows, item, interest + 2 * d);
    }
    itemGradient.touch(batch.targets(), from, rows);
    float[] sum = itemGradient.embeddings();
    for (int i = 0; i < rows; i++) {
      int target = batch.targets()[from + i] * d;
      int own = (row + i) * width + item;
      for (int c = 0; c < d; c++) {
        sum[target + c] += xGradient[own + c];
      }
    }
    recent.backward(items, batch, group, xGradient, row * width + interest, width, itemGradient);
    if (longTerm != null) {
      longTerm.backward(
          items, batch, group, xGradient, row * width + interest + 2 * d, width, itemGradient);
    }
  }

  /** Carries the gradient of v⊙e on to v and to the target's e. */
  private void multiplyGradient(int row, int rows, int item, int vector) {
    for (int o = row * width; o < (row + rows) * width; o += width) {
      for (int c = 0; c < d; c++) {
        float product = xGradient[o + vector + d + c];
        xGradient[o + vector + c] += product * x[o + item + c];
        xGradient[o + item + c] += product * x[o + vector + c];
      }
    }
  }

  /** Summed cross-entropy of the last step's samples. */
  double crossEntropy() {
    return crossEntropy;
  }

  /** Metric learning with the last step's sums. */
  MetricLearning metric() {
    return metric;
  }

  /** Gradient of the batch's items. */
  ItemGradient itemGradient() {
    return itemGradient;
  }

  /** Gradient of the tower's input rows, in the order of the shard's samples. */
  float[] inputGradient() {
    return xGradient;
  }

  /** Gradient of the tower, flat. */
  float[] towerGradient() {
    return towerGradient;
  }

  /** Adds the gradients of the default vectors. */
  void addDefaultGradients(float[] recentSum, float[] longSum) {
    add(recent.defaultGradient(), recentSum);
    if (longTerm != null) {
      add(longTerm.defaultGradient(), longSum);
    }
  }

  /** Gradient of a tensor of the method's own; null if none reached it. */
  float @Nullable [] methodGradient(String tensor) {
    return longTerm == null ? null : longTerm.gradient(tensor);
  }

  private static void add(float[] gradient, float[] sum) {
    for (int c = 0; c < sum.length; c++) {
      sum[c] += gradient[c];
    }
  }

  @Override
  public void close() {
    tower.close();
    if (longTerm != null) {
      longTerm.close();
    }
  }
}
