package io.encodectr.train.sequence;

/**
 * Triplet loss (Eqs. 5 and 6): of two behaviors p is the nearer and n the farther one in the space
 * of s; the loss is max(0, dis(h_i, h_p) − dis(h_i, h_n) + α). The margin α is fixed
 * ("Triplets-Fixed"), or the margin that there is in s, α_i = dis(s_i, s_n) − dis(s_i, s_p) ≥ 0
 * (Eq. 7, "Triplets-Dynamic").
 */
final class TripletLoss implements MetricLoss {
  private final boolean dynamic;
  private final float margin;

  private TripletLoss(boolean dynamic, float margin) {
    this.dynamic = dynamic;
    this.margin = margin;
  }

  static TripletLoss dynamic() {
    return new TripletLoss(true, 0f);
  }

  static TripletLoss fixed(float margin) {
    return new TripletLoss(false, margin);
  }

  @Override
  public int partners() {
    return 2;
  }

  @Override
  public int least() {
    return 2;
  }

  @Override
  public double anchor(float[] s, float[] h, int n, float[] gradient) {
    int p = s[0] >= s[1] ? 0 : 1;
    float violation = h[1 - p] - h[p] + (dynamic ? s[p] - s[1 - p] : margin);
    if (!(violation > 0f)) {
      return 0;
    }
    gradient[p] = -1f;
    gradient[1 - p] = 1f;
    return violation;
  }
}
