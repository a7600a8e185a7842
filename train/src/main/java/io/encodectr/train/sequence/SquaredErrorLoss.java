package io.encodectr.train.sequence;

/** Mean squared error ("MSE" in Table 6): (dis(h_i, h_j) − dis(s_i, s_j))² for one random j. */
final class SquaredErrorLoss implements MetricLoss {
  @Override
  public int partners() {
    return 1;
  }

  @Override
  public int least() {
    return 1;
  }

  @Override
  public double anchor(float[] s, float[] h, int n, float[] gradient) {
    float difference = h[0] - s[0];
    gradient[0] = 2f * difference;
    return (double) difference * difference;
  }
}
