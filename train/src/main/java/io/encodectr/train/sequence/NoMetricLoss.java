package io.encodectr.train.sequence;

/** No loss ("None" in Table 6): W stays the random projection that it was drawn as. */
final class NoMetricLoss implements MetricLoss {
  @Override
  public int partners() {
    return 0;
  }

  @Override
  public int least() {
    return 1;
  }

  @Override
  public double anchor(float[] s, float[] h, int n, float[] gradient) {
    return 0;
  }
}
