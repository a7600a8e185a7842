package io.encodectr.train.sequence;

import io.encodectr.attention.AttentionGradient;
import io.encodectr.attention.TargetAttention;
import io.encodectr.interest.BehaviorPrior;
import io.encodectr.interest.InterestExtractor;
import io.encodectr.interest.Interests;
import io.encodectr.item.ItemTable;
import io.encodectr.kernel.Kernels;
import io.encodectr.sequence.InterestSequence;
import io.encodectr.sequence.SequenceSpec;
import io.encodectr.train.batch.Batch;
import java.util.Arrays;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * ENCODE in training. Assignments, centers and similarities inside clusters carry no gradient;
 * cross entropy reaches a behavior's embedding through the interest it belongs to (values of Eq. 8)
 * and through Eq. 10; masses in its logits are constants too, but for what is learned of them
 * ({@link PriorGradient}). The projection W learns by {@link MetricLearning} alone.
 *
 * <p>A step's clusters are kept from forward to backward.
 */
public final class InterestTraining extends SequenceTraining<InterestSequence> {
  private final AttentionGradient attentionGradient = new AttentionGradient();
  private final MetricLearning metric;
  private final @Nullable PriorGradient priorGradient;
  private final Interests restored;
  private final float[] interestGradient;
  private final int[] identity;

  private int[] rows = {};
  private int[] clusters = {};
  private float[] weights = {};
  private float[] vectors = {};
  private int[] masses = {};
  private float[] massStatistics = {};
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
   * @param spec of a method that has clusters
   * @param metric metric learning, fed every history; this instance's own
   * @param weights the model's tensors by name; read at every step, never written
   */
  public InterestTraining(
      SequenceSpec spec, MetricLearning metric, Function<String, float[]> weights) {
    super(new InterestSequence(spec, weights), spec.dimension());
    int d = spec.dimension();
    int capacity = spec.clusters();
    this.metric = metric;
    BehaviorPrior prior = sequence.extractor().prior();
    priorGradient = prior == null ? null : new PriorGradient(prior, capacity);
    restored = new Interests(capacity, d);
    interestGradient = new float[capacity * d];
    identity = new int[capacity];
    Arrays.setAll(identity, k -> k);
  }

  @Override
  public void begin() {
    super.begin();
    keptBehaviors = 0;
    keptInterests = 0;
    written = 0;
    read = 0;
    readBehaviors = 0;
    readInterests = 0;
    metric.begin();
    if (priorGradient != null) {
      priorGradient.begin();
    }
  }

  @Override
  public void forward(
      ItemTable items, Batch batch, int group, float[] out, int offset, int stride) {
    super.forward(items, batch, group, out, offset, stride);
    keep(items.dimension());
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
    if (masses.length < keptInterests + count) {
      int capacity = (keptInterests + count) * 3 / 2;
      vectors = Arrays.copyOf(vectors, Math.multiplyExact(capacity, d));
      masses = Arrays.copyOf(masses, capacity);
      massStatistics = Arrays.copyOf(massStatistics, capacity);
    }
    if (sizes.length == written) {
      sizes = Arrays.copyOf(sizes, Math.max(64, written * 2));
      counts = Arrays.copyOf(counts, sizes.length);
    }
    System.arraycopy(extractor.rows(), 0, rows, keptBehaviors, size);
    System.arraycopy(extractor.clusters(), 0, clusters, keptBehaviors, size);
    System.arraycopy(extractor.weights(), 0, weights, keptBehaviors, size);
    System.arraycopy(interests.vectors(), 0, vectors, keptInterests * d, count * d);
    System.arraycopy(interests.masses(), 0, masses, keptInterests, count);
    System.arraycopy(interests.massStatistics(), 0, massStatistics, keptInterests, count);
    if (priorGradient != null) {
      priorGradient.keep(keptBehaviors, size);
    }
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
    int targets = batch.sampleCount(group);
    if (count == 0) {
      DefaultGradient.add(outGradient, offset, stride, targets, defaultGradient());
    } else {
      restore(count, d);
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
      if (priorGradient != null) {
        priorGradient.add(
            items,
            rows,
            clusters,
            weights,
            readBehaviors,
            size,
            restored,
            interestGradient,
            attentionGradient.termGradient());
      }
      metric.add(items, batch, group, rows, readBehaviors, size);
    }
    read++;
    readBehaviors += size;
    readInterests += count;
  }

  /** Takes the interests of the group that is read next. */
  private void restore(int count, int d) {
    System.arraycopy(vectors, readInterests * d, restored.vectors(), 0, count * d);
    System.arraycopy(masses, readInterests, restored.masses(), 0, count);
    System.arraycopy(massStatistics, readInterests, restored.massStatistics(), 0, count);
    restored.complete(count);
    sequence.interests(restored);
  }

  @Override
  public float @Nullable [] gradient(String tensor) {
    return priorGradient == null ? null : priorGradient.of(tensor);
  }
}
