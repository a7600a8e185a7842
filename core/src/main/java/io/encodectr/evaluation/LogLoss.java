package io.encodectr.evaluation;

/**
 * Mean binary cross-entropy in nats. Probabilities are clipped to [{@value #CLIP}, 1 − {@value
 * #CLIP}], so that one saturated score cannot make the mean infinite. Stateless and thread-safe.
 */
public final class LogLoss {
  /** Distance kept from 0 and 1. */
  public static final double CLIP = 1e-7;

  private LogLoss() {}

  /**
   * The mean loss.
   *
   * @param probabilities in [0, 1]
   * @param labels 0 or 1, as long as {@code probabilities}
   * @return a value ≥ 0; NaN for no samples
   * @throws IllegalArgumentException if lengths differ or a probability is NaN or outside [0, 1]
   */
  public static double of(float[] probabilities, byte[] labels) {
    if (probabilities.length != labels.length) {
      throw new IllegalArgumentException(
          probabilities.length + " probabilities, but " + labels.length + " labels");
    }
    double sum = 0;
    for (int i = 0; i < labels.length; i++) {
      double p = probabilities[i];
      if (!(p >= 0 && p <= 1)) {
        throw new IllegalArgumentException("probability " + p + " of sample " + i);
      }
      double clipped = Math.min(1 - CLIP, Math.max(CLIP, p));
      sum -= labels[i] == 1 ? Math.log(clipped) : Math.log1p(-clipped);
    }
    return sum / labels.length;
  }
}
