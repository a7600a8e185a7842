package io.encodectr.train.sequence;

/**
 * N-pair loss with several negatives ("N-Pair-MC" in Table 6, Eq. 12): log(1 + Σ_n exp(h_i·h_n −
 * h_i·h_p)). Of six drawn behaviors p is the nearest in the space of s, the first drawn of equals;
 * the other five are the negatives n, fewer in a history of less than seven behaviors.
 *
 * <p>The paper prints dot products; here h are unit vectors, so these are cosines as in all other
 * places (R2). Raw products would let the loss fall by scaling W alone.
 */
final class PairsLoss implements MetricLoss {
  private static final int NEGATIVES = 5;

  @Override
  public int partners() {
    return NEGATIVES + 1;
  }

  @Override
  public int least() {
    return 2;
  }

  @Override
  public double anchor(float[] s, float[] h, int n, float[] gradient) {
    int p = 0;
    for (int j = 1; j < n; j++) {
      p = s[j] > s[p] ? j : p;
    }
    double sum = 0;
    for (int j = 0; j < n; j++) {
      if (j != p) {
        sum += Math.exp((double) h[j] - h[p]);
      }
    }
    for (int j = 0; j < n; j++) {
      gradient[j] =
          (float) (j == p ? -sum / (1 + sum) : Math.exp((double) h[j] - h[p]) / (1 + sum));
    }
    return Math.log1p(sum);
  }
}
