package io.encodectr.scoring;

/** The sigmoid that turns a logit into a click probability (Eq. 1). */
public final class Probability {
  private Probability() {}

  /** σ(logit) in [0, 1]; NaN for NaN. */
  public static float of(float logit) {
    return (float) (1 / (1 + Math.exp(-logit)));
  }
}
