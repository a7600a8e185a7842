package io.encodectr.train.sequence;

import io.encodectr.file.InputException;

/**
 * A loss that the projection W learns by (Table 6): what one anchor i and a few other behaviors,
 * its partners j, say about distances in the space of h, given those in the space of s. All go by
 * dis = 1 − cos (R2), so that cosines are all they see. Immutable and thread-safe.
 */
interface MetricLoss {
  /** How many partners to draw for an anchor; 0 if there is nothing to learn. */
  int partners();

  /** How many partners an anchor needs; at least 1. */
  int least();

  /**
   * The loss of one anchor.
   *
   * @param s cos(s_i, s_j) of its partners, constants
   * @param h cos(h_i, h_j) of its partners
   * @param n number of partners, {@link #least} to {@link #partners}
   * @param gradient out: ∂loss/∂cos(h_i, h_j); unchanged if the loss is 0
   */
  double anchor(float[] s, float[] h, int n, float[] gradient);

  /**
   * A loss by its name among the training options.
   *
   * @throws InputException for another name
   */
  static MetricLoss named(String name) {
    return switch (name) {
      case "none" -> new NoMetricLoss();
      case "mse" -> new SquaredErrorLoss();
      case "n-pair" -> new PairsLoss();
      case "triplet-fixed" -> TripletLoss.fixed(0.2f);
      case "triplet-dynamic" -> TripletLoss.dynamic();
      default -> throw new InputException("there is no metric loss " + name);
    };
  }
}
