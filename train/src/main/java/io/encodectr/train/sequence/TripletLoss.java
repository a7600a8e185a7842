package io.encodectr.train.sequence;

import io.encodectr.cluster.SeedStream;
import io.encodectr.item.ItemTable;
import io.encodectr.kernel.Kernels;
import io.encodectr.relevance.Relevance;
import java.util.Arrays;

/**
 * Dynamic triplet loss (Eqs. 5 to 7): for each anchor i two other behaviors j ≠ k are drawn from
 * the same history; p is the nearer and n the farther one in the space of s; the margin is α_i =
 * dis(s_i, s_n) − dis(s_i, s_p) ≥ 0, and the loss max(0, dis(h_i, h_p) − dis(h_i, h_n) + α_i).
 *
 * <p>s is a constant here: the gradient goes to h, and from there to W alone. Histories shorter
 * than three have no triplets. Sums are unscaled: the trainer divides by {@link #anchors} of the
 * batch. One instance a shard.
 */
public final class TripletLoss {
  private final int d;
  private final int m;
  private final float[] projectionGradient;
  private long seed;
  private double loss;
  private long anchors;
  // One history, gathered: rows of s, of unit h, and what the latter receive, unscaled.
  private float[] embeddings = {};
  private float[] low = {};
  private float[] lowSums = {};
  private float[] inverseNorms = {};
  private float[] inverseLowNorms = {};
  private int[] anchorOf = {};
  private int[] first = {};
  private int[] second = {};
  private float[] firstCosine = {};
  private float[] secondCosine = {};

  /** Over embeddings of d components, projected to m. */
  public TripletLoss(int dimension, int lowDimension) {
    d = dimension;
    m = lowDimension;
    projectionGradient = new float[m * d];
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
   * @param rows item rows of its behaviors, all with a nonzero projection
   * @param userHash keeps users' draws apart
   */
  public void add(ItemTable items, int[] rows, int from, int count, long userHash) {
    if (count < 3) {
      return;
    }
    gather(items, rows, from, count);
    draw(count, SeedStream.mix(seed, userHash));
    Relevance.pairCosines(embeddings, inverseNorms, d, anchorOf, first, count, firstCosine);
    Relevance.pairCosines(embeddings, inverseNorms, d, anchorOf, second, count, secondCosine);
    for (int i = 0; i < count; i++) {
      anchor(i);
    }
    anchors += count;
    project(count);
  }

  private void gather(ItemTable items, int[] rows, int from, int count) {
    if (first.length < count) {
      reserve(count + count / 2);
    }
    Kernels.gather(items.embeddings(), d, rows, from, count, embeddings, 0);
    for (int i = 0; i < count; i++) {
      int row = rows[from + i];
      inverseNorms[i] = items.inverseNorms()[row];
      inverseLowNorms[i] = items.inverseLowNorms()[row];
      for (int c = 0; c < m; c++) {
        low[i * m + c] = items.low()[row * m + c];
      }
    }
    Arrays.fill(lowSums, 0, count * m, 0f);
  }

  private void reserve(int capacity) {
    embeddings = new float[capacity * d];
    low = new float[capacity * m];
    lowSums = new float[capacity * m];
    inverseNorms = new float[capacity];
    inverseLowNorms = new float[capacity];
    anchorOf = new int[capacity];
    Arrays.setAll(anchorOf, i -> i);
    first = new int[capacity];
    second = new int[capacity];
    firstCosine = new float[capacity];
    secondCosine = new float[capacity];
  }

  /** Draws j ≠ k ≠ i for each anchor i: the upper 32 bits of a number give j, the lower ones k. */
  private void draw(int count, long drawSeed) {
    SeedStream random = new SeedStream(drawSeed);
    for (int i = 0; i < count; i++) {
      long bits = random.next();
      int j = (int) (((bits >>> 32) * (count - 1)) >>> 32);
      int k = (int) (((bits & 0xffffffffL) * (count - 2)) >>> 32);
      // Skips i, then the lower and the higher of i and j.
      j += j >= i ? 1 : 0;
      k += k >= Math.min(i, j) ? 1 : 0;
      k += k >= Math.max(i, j) ? 1 : 0;
      first[i] = j;
      second[i] = k;
    }
  }

  private void anchor(int i) {
    int j = first[i];
    int k = second[i];
    float cosJ = firstCosine[i];
    float cosK = secondCosine[i];
    int p = (cosJ >= cosK ? j : k) * m;
    int n = (cosJ >= cosK ? k : j) * m;
    int a = i * m;
    float margin = Math.abs(cosJ - cosK);
    float cosP = Relevance.unitCosine(low, a, p, m);
    float cosN = Relevance.unitCosine(low, a, n, m);
    float violation = cosN - cosP + margin;
    if (violation > 0f) {
      loss += violation;
      pull(a, p, n, cosP, cosN);
    }
  }

  /**
   * Gradient of cos(h_i,h_n) − cos(h_i,h_p) with respect to the three raw projections, times their
   * norms.
   */
  private void pull(int a, int p, int n, float cosP, float cosN) {
    for (int c = 0; c < m; c++) {
      float hi = low[a + c];
      float hp = low[p + c];
      float hn = low[n + c];
      lowSums[a + c] += hn - hp + hi * (cosP - cosN);
      lowSums[p + c] -= hi - hp * cosP;
      lowSums[n + c] += hi - hn * cosN;
    }
  }

  /** ∂L/∂Wᵀ += Σ_i ∂L/∂h_i · s_iᵀ. */
  private void project(int count) {
    for (int i = 0; i < count; i++) {
      for (int c = 0; c < m; c++) {
        lowSums[i * m + c] *= inverseLowNorms[i];
      }
    }
    Kernels.multiply(
        lowSums, 0, 1, m, embeddings, 0, d, projectionGradient, 0, d, m, d, count, true);
  }
}
