package io.encodectr.train.checkpoint;

/**
 * Sums over the samples of some steps.
 *
 * @param samples number of samples
 * @param crossEntropy sum of their cross-entropies
 * @param anchors number of anchors of the metric loss
 * @param triplet sum of their metric losses
 */
public record LossSums(long samples, double crossEntropy, long anchors, double triplet) {
  /** No samples. */
  public static final LossSums NONE = new LossSums(0, 0, 0, 0);

  /** These and those. */
  public LossSums plus(LossSums other) {
    return new LossSums(
        samples + other.samples,
        crossEntropy + other.crossEntropy,
        anchors + other.anchors,
        triplet + other.triplet);
  }

  /** Mean cross-entropy, 0 of no samples. */
  public double meanCrossEntropy() {
    return samples == 0 ? 0 : crossEntropy / samples;
  }

  /** Mean metric loss, 0 of no anchors. */
  public double meanTriplet() {
    return anchors == 0 ? 0 : triplet / anchors;
  }
}
