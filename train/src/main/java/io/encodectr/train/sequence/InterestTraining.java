package io.encodectr.train.sequence;

import io.encodectr.attention.AttentionGradient;
import io.encodectr.attention.TargetAttention;
import io.encodectr.interest.InterestExtractor;
import io.encodectr.interest.Interests;
import io.encodectr.item.ItemTable;
import io.encodectr.kernel.Kernels;
import io.encodectr.relevance.Relevance;
import io.encodectr.sequence.InterestSequence;
import io.encodectr.train.batch.Batch;
import java.util.Arrays;

/**
 * ENCODE in training. Assignments, centers and weights inside clusters carry no gradient; cross
 * entropy reaches a behavior's embedding through the interest it belongs to (values of Eq. 8) and
 * through Eq. 10. The projection W learns by {@link TripletLoss} alone.
 *
 * <p>A step's clusters are kept from forward to backward.
 */
public final class InterestTraining implements TrainableSequence {
  private final InterestSequence sequence;
  private final AttentionGradient attentionGradient = new AttentionGradient();
  private final TripletLoss triplets;
  private final Interests restored;
  private final float[] defaultGradient;
  private final float[] interestGradient;
  private final int[] identity;

  private int[] rows = {};
  private int[] clusters = {};
  private float[] weights = {};
  private float[] vectors = {};
  private int[] sizes = {};
  private int[] counts = {};
  private int keptBehaviors;
  private int keptInterests;
  private int written;
  private int read;
  private int readBehaviors;
  private int readInterests;

  /**
   * ENCODE's long sequence.
   *
   * @param triplets metric learning, fed every history; this instance's own
   * @param defaultVector stands for an empty history; read at every step, never written
   */
  public InterestTraining(
      Relevance relevance,
      int capacity,
      int iterations,
      int lowDimension,
      long clusterSeed,
      TripletLoss triplets,
      float[] defaultVector) {
    int d = defaultVector.length;
    sequence =
        new InterestSequence(
            relevance, capacity, iterations, lowDimension, clusterSeed, defaultVector);
    this.triplets = triplets;
    restored = new Interests(capacity, d);
    defaultGradient = new float[d];
    interestGradient = new float[capacity * d];
    identity = new int[capacity];
    Arrays.setAll(identity, k -> k);
  }

  @Override
  public void begin() {
    Arrays.fill(defaultGradient, 0f);
    keptBehaviors = 0;
    keptInterests = 0;
    written = 0;
    read = 0;
    readBehaviors = 0;
    readInterests = 0;
    triplets.begin();
  }

  @Override
  public void forward(
      ItemTable items, Batch batch, int group, float[] out, int offset, int stride) {
    sequence.history(
        items,
        batch.histories(),
        batch.historyStart()[group],
        batch.historyLength(group),
        batch.userHashes()[group]);
    keep(items.dimension());
    int from = batch.sampleStart()[group];
    int count = batch.sampleStart()[group + 1] - from;
    sequence.attend(items, batch.targets(), from, count, out, offset, stride);
  }

  private void keep(int d) {
    InterestExtractor extractor = sequence.extractor();
    Interests interests = sequence.interests();
    int size = extractor.size();
    int count = interests.count();
    if (rows.length < keptBehaviors + size) {
      int capacity = Math.max(1 << 12, (keptBehaviors + size) * 3 / 2);
      rows = Arrays.copyOf(rows, capacity);
      clusters = Arrays.copyOf(clusters, capacity);
      weights = Arrays.copyOf(weights, capacity);
    }
    if (vectors.length < (keptInterests + count) * d) {
      vectors = Arrays.copyOf(vectors, (keptInterests + count) * d * 3 / 2);
    }
    if (sizes.length == written) {
      sizes = Arrays.copyOf(sizes, Math.max(64, written * 2));
      counts = Arrays.copyOf(counts, sizes.length);
    }
    System.arraycopy(extractor.rows(), 0, rows, keptBehaviors, size);
    System.arraycopy(extractor.clusters(), 0, clusters, keptBehaviors, size);
    System.arraycopy(extractor.weights(), 0, weights, keptBehaviors, size);
    System.arraycopy(interests.vectors(), 0, vectors, keptInterests * d, count * d);
    sizes[written] = size;
    counts[written] = count;
    written++;
    keptBehaviors += size;
    keptInterests += count;
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
    int size = sizes[read];
    int count = counts[read];
    int from = batch.sampleStart()[group];
    int targets = batch.sampleStart()[group + 1] - from;
    if (count == 0) {
      DefaultGradient.add(outGradient, offset, stride, targets, defaultGradient);
    } else {
      System.arraycopy(vectors, readInterests * d, restored.vectors(), 0, count * d);
      restored.complete(count);
      sequence.interests(restored);
      TargetAttention attention = sequence.attention();
      attention.weigh(items, batch.targets(), from, targets);
      Arrays.fill(interestGradient, 0, count * d, 0f);
      gradient.touch(batch.targets(), from, targets);
      gradient.touch(rows, readBehaviors, size);
      attentionGradient.add(
          attention,
          items,
          batch.targets(),
          from,
          targets,
          outGradient,
          offset,
          stride,
          interestGradient,
          identity,
          0,
          gradient.embeddings());
      Kernels.scatterClusters(
          gradient.embeddings(),
          d,
          rows,
          readBehaviors,
          size,
          clusters,
          readBehaviors,
          weights,
          readBehaviors,
          interestGradient,
          0);
      triplets.add(items, rows, readBehaviors, size, batch.userHashes()[group]);
    }
    read++;
    readBehaviors += size;
    readInterests += count;
  }

  @Override
  public float[] defaultGradient() {
    return defaultGradient;
  }
}
