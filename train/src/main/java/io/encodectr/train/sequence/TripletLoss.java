package io.encodectr.train.sequence;

import io.encodectr.cluster.SeedStream;
import io.encodectr.item.ItemTable;
import io.encodectr.kernel.Kernels;

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
  private final int m;
  private long seed;
  private double loss;
  private long anchors;
  private int[] self = {};
  private int[] nearer = {};
  private int[] farther = {};
  private float[] nearerDot = {};
  private float[] fartherDot = {};

  /** Over projections of m components. */
  public TripletLoss(int lowDimension) {
    m = lowDimension;
  }

  /** Sets the seed of this step's draws; call it before the step's first history. */
  public void seed(long stepSeed) {
    seed = stepSeed;
  }

  /** Forgets the last step's sums. */
  public void begin() {
    loss = 0;
    anchors = 0;
  }

  /** Sum of losses since begin. */
  public double loss() {
    return loss;
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
   * @param lowGradient receives ∂Σloss/∂h at item rows, {@code [items × m]}
   */
  public void add(
      ItemTable items, int[] rows, int from, int count, long userHash, float[] lowGradient) {
    if (count < 3) {
      return;
    }
    draw(rows, from, count, SeedStream.mix(seed, userHash));
    Kernels.dotPairs(items.embeddings(), items.dimension(), self, nearer, count, nearerDot);
    Kernels.dotPairs(items.embeddings(), items.dimension(), self, farther, count, fartherDot);
    for (int i = 0; i < count; i++) {
      anchor(items, i, lowGradient);
    }
    anchors += count;
  }

  private void draw(int[] rows, int from, int count, long drawSeed) {
    if (self.length < count) {
      int capacity = count + count / 2;
      self = new int[capacity];
      nearer = new int[capacity];
      farther = new int[capacity];
      nearerDot = new float[capacity];
      fartherDot = new float[capacity];
    }
    SeedStream random = new SeedStream(drawSeed);
    for (int i = 0; i < count; i++) {
      int j = random.below(count - 1);
      int k = random.below(count - 2);
      // Skips i, then the lower and the higher of i and j.
      j += j >= i ? 1 : 0;
      k += k >= Math.min(i, j) ? 1 : 0;
      k += k >= Math.max(i, j) ? 1 : 0;
      self[i] = rows[from + i];
      nearer[i] = rows[from + j];
      farther[i] = rows[from + k];
    }
  }

  private void anchor(ItemTable items, int i, float[] lowGradient) {
    float[] inverseNorms = items.inverseNorms();
    float scale = inverseNorms[self[i]];
    float cosJ = nearerDot[i] * scale * inverseNorms[nearer[i]];
    float cosK = fartherDot[i] * scale * inverseNorms[farther[i]];
    int p = cosJ >= cosK ? nearer[i] : farther[i];
    int n = cosJ >= cosK ? farther[i] : nearer[i];
    float margin = Math.abs(cosJ - cosK);
    float[] low = items.low();
    int a = self[i] * m;
    float cosP = 0f;
    float cosN = 0f;
    for (int c = 0; c < m; c++) {
      cosP += low[a + c] * low[p * m + c];
      cosN += low[a + c] * low[n * m + c];
    }
    float violation = cosN - cosP + margin;
    if (violation > 0f) {
      loss += violation;
      pull(items, self[i], p, n, cosP, cosN, lowGradient);
    }
  }

  /** Gradient of cos(h_i,h_n) − cos(h_i,h_p) with respect to the three raw projections. */
  private void pull(
      ItemTable items, int i, int p, int n, float cosP, float cosN, float[] lowGradient) {
    float[] low = items.low();
    float[] inverse = items.inverseLowNorms();
    float gi = inverse[i];
    float gp = inverse[p];
    float gn = inverse[n];
    for (int c = 0; c < m; c++) {
      float hi = low[i * m + c];
      float hp = low[p * m + c];
      float hn = low[n * m + c];
      lowGradient[i * m + c] += (hn - hp + hi * (cosP - cosN)) * gi;
      lowGradient[p * m + c] -= (hi - hp * cosP) * gp;
      lowGradient[n * m + c] += (hi - hn * cosN) * gn;
    }
  }
}
