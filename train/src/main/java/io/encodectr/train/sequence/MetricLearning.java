package io.encodectr.train.sequence;

import io.encodectr.cluster.SeedStream;
import io.encodectr.item.ItemTable;
import io.encodectr.kernel.Kernels;
import io.encodectr.relevance.Relevance;
import io.encodectr.train.batch.Batch;
import java.util.Arrays;

/**
 * How the projection W learns (§3.2.1): every behavior of a history that has a direction is an
 * anchor, {@link PartnerSampling} draws its partners, {@link MetricLoss} compares their cosines in
 * the spaces of s and h.
 *
 * <p>s is a constant here: the gradient goes to h, and from there to W alone. Histories with fewer
 * partners than the loss needs have no anchors. Sums are unscaled: the trainer divides by {@link
 * #anchors} of the batch. One instance a shard.
 */
public final class MetricLearning {
  private final MetricLoss metricLoss;
  private final PartnerSampling sampling;
  private final int d;
  private final int m;
  private final float[] projectionGradient;
  private final Partners partners = new Partners();
  private final float[] s;
  private final float[] h;
  private final float[] gradient;
  private long seed;
  private double loss;
  private long anchors;
  // One history's behaviors, gathered: rows of s, of unit h, and what the latter receive, unscaled.
  private float[] embeddings = {};
  private float[] low = {};
  private float[] lowSums = {};
  private float[] inverseNorms = {};
  private float[] inverseLowNorms = {};
  private float[] cosines = {};

  /**
   * Over embeddings of d components, projected to m.
   *
   * @param metricLoss as {@link MetricLoss#named} has it
   * @param sampling neighbors, sequence or batch
   */
  public MetricLearning(String metricLoss, String sampling, int dimension, int lowDimension) {
    this.metricLoss = MetricLoss.named(metricLoss);
    this.sampling = PartnerSampling.named(sampling);
    d = dimension;
    m = lowDimension;
    projectionGradient = new float[m * d];
    s = new float[this.metricLoss.partners()];
    h = new float[s.length];
    gradient = new float[s.length];
  }

  /** Sets the seed of this step's draws; call it before the step's first history. */
  public void seed(long stepSeed) {
    seed = stepSeed;
  }

  /** Forgets the last step's sums. */
  public void begin() {
    loss = 0;
    anchors = 0;
    Arrays.fill(projectionGradient, 0f);
  }

  /** Sum of losses since begin. */
  public double loss() {
    return loss;
  }

  /** ∂Σloss/∂Wᵀ since begin, {@code [m × d]}, unscaled. */
  public float[] projectionGradient() {
    return projectionGradient;
  }

  /** Number of anchors since begin. */
  public long anchors() {
    return anchors;
  }

  /**
   * Adds one history.
   *
   * @param group the history's group in the batch; its user's hash keeps users' draws apart
   * @param sorted item rows of its behaviors that have a direction, ascending, {@code count} from
   *     {@code from} on
   */
  public void add(ItemTable items, Batch batch, int group, int[] sorted, int from, int count) {
    if (s.length == 0 || count < 2) {
      return;
    }
    partners.begin();
    for (int i = from; i < from + count; i++) {
      partners.add(sorted[i]);
    }
    SeedStream random = new SeedStream(SeedStream.mix(seed, batch.userHashes()[group]));
    sampling.draw(items, batch, group, s.length, random, partners);
    int each = partners.each();
    if (each < metricLoss.least()) {
      return;
    }
    gather(items);
    int pairs = partners.anchors() * each;
    Relevance.pairCosines(
        embeddings, inverseNorms, d, partners.anchorOf(), partners.partners(), pairs, cosines);
    for (int i = 0; i < partners.anchors(); i++) {
      anchor(i, each);
    }
    anchors += partners.anchors();
    project();
  }

  private void gather(ItemTable items) {
    int size = partners.size();
    int pairs = partners.anchors() * partners.each();
    if (inverseNorms.length < size) {
      int capacity = size + size / 2;
      embeddings = new float[Math.multiplyExact(capacity, d)];
      low = new float[Math.multiplyExact(capacity, m)];
      lowSums = new float[capacity * m];
      inverseNorms = new float[capacity];
      inverseLowNorms = new float[capacity];
    }
    if (cosines.length < pairs) {
      cosines = new float[pairs + pairs / 2];
    }
    int[] rows = partners.rows();
    Kernels.gather(items.embeddings(), d, rows, 0, size, embeddings, 0);
    for (int i = 0; i < size; i++) {
      int row = rows[i];
      inverseNorms[i] = items.inverseNorms()[row];
      inverseLowNorms[i] = items.inverseLowNorms()[row];
      for (int c = 0; c < m; c++) {
        low[i * m + c] = items.low()[row * m + c];
      }
    }
    Arrays.fill(lowSums, 0, size * m, 0f);
  }

  private void anchor(int i, int each) {
    int first = i * each;
    for (int q = 0; q < each; q++) {
      s[q] = cosines[first + q];
      h[q] = Relevance.unitCosine(low, i * m, low, partners.partners()[first + q] * m, m);
    }
    double own = metricLoss.anchor(s, h, each, gradient);
    if (own != 0) {
      loss += own;
      for (int q = 0; q < each; q++) {
        pull(i * m, partners.partners()[first + q] * m, h[q], gradient[q]);
      }
    }
  }

  /** Gradient of cos(h_i, h_j) with respect to the two raw projections, times their norms. */
  private void pull(int i, int j, float cosine, float factor) {
    for (int c = 0; c < m; c++) {
      float hi = low[i + c];
      float hj = low[j + c];
      lowSums[i + c] += factor * (hj - hi * cosine);
      lowSums[j + c] += factor * (hi - hj * cosine);
    }
  }

  /** ∂L/∂Wᵀ += Σ_i ∂L/∂h_i · s_iᵀ. */
  private void project() {
    int size = partners.size();
    for (int i = 0; i < size; i++) {
      for (int c = 0; c < m; c++) {
        lowSums[i * m + c] *= inverseLowNorms[i];
      }
    }
    Kernels.multiply(
        lowSums, 0, 1, m, embeddings, 0, d, projectionGradient, 0, d, m, d, size, true);
  }
}
