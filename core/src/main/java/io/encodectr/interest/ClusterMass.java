package io.encodectr.interest;

import io.encodectr.file.InputException;

/**
 * What of a cluster's mass its logit in Eq. 10 knows, so that I = Σ_k softmax_k(ℓ_k)·u_k comes
 * closer to attention over all behaviors. ℓ_k = f_k·sim(u_k, x) + t_k; the paper has f = 1 and t =
 * 0.
 *
 * <p>Full attention asks for it. Sorted by cluster, DIN-L is
 *
 * <pre>
 *   I = Σ_i e^sim(s_i,x)·s_i / Σ_i e^sim(s_i,x) = Σ_k Z_k(x)·v_k(x) / Σ_k Z_k(x)
 *   Z_k(x) = Σ_{i∈C_k} e^sim(s_i,x)      v_k(x) = Σ_{i∈C_k} e^sim(s_i,x)·s_i / Z_k(x)
 * </pre>
 *
 * <p>so a cluster's logit is log Z_k(x), and it grows with the number of members. Eq. 10 has u_k
 * for v_k(x) and sim(u_k, x) for log Z_k(x). Three approximations of log Z_k(x) know more:
 *
 * <ul>
 *   <li>{@link #COUNT}: all members as u_k, Z_k(x) = n_k·e^sim(u_k,x). Exact where they are equal.
 *   <li>{@link #LOG_SUM_EXP}: the sum as the center sees it, Z_k(c_k)/e^β = Σ_i e^(β·cos(h_i,c_k) −
 *       β): an effective count, n_k for equal members and less for scattered ones.
 *   <li>{@link #SPREAD}: cos(s_i, x) of a cluster's members as normally distributed, log Z_k(x) =
 *       log n_k + β·mean + ½β²·variance. With R_k = ‖mean of s_i/‖s_i‖‖ ≤ 1, the length of the
 *       members' mean direction, the mean is R_k·cos(u_k, x), taking u_k for that direction, and
 *       the variance (1 − R_k²)/d, the members' total variance spread evenly over d dimensions. A
 *       wide cluster is thus less of a match than its interest looks, and less of a mismatch.
 * </ul>
 *
 * <p>Gradients take all that as constant. With as many clusters as items all three are full
 * attention.
 *
 * <p>{@link #LEARNED} asks for something else: full attention with a prior over behaviors,
 * softmax_i of sim(s_i, x) + b_i, since which of them matter is in part independent of the target:
 *
 * <pre>
 *   b_i = count[⌊log₂ clicks of its item⌋] + recency[⌊log₂ behaviors from i to the end⌋]
 *   w_i = softmax_{i∈C_k}(sim(h_i, c_k) + b_i)                    in the place of Eq. 8's weights
 *   t_k = γ·log n_k + log((1/n_k)·Σ_{i∈C_k} e^b_i)
 * </pre>
 *
 * <p>with learned count, recency ({@link CrossFeatures}) and γ that start at zero, where it is the
 * paper's ENCODE; b = 0 and γ = 1 is {@link #COUNT}, and with γ = 1 and as many clusters as items
 * it is full attention with that prior. As the others it is known when interests are extracted and
 * costs nothing online.
 */
public enum ClusterMass {
  /** Nothing, as in the paper. */
  NONE("none"),
  /** t_k = log n_k. */
  COUNT("count"),
  /** t_k = log Σ_i e^(β·cos(h_i,c_k) − β); for dot relevance log Σ_i e^(sim_i − max sim). */
  LOG_SUM_EXP("log-sum-exp"),
  /** f_k = R_k, t_k = log n_k + ½β²(1 − R_k²)/d; for cosine relevance alone. */
  SPREAD("spread"),
  /** t_k = γ·log n_k + log(Σ_i e^b_i / n_k), and b_i in the weights inside clusters. */
  LEARNED("learned");

  private final String label;

  ClusterMass(String label) {
    this.label = label;
  }

  /**
   * By its name in model files.
   *
   * @throws InputException for another name
   */
  public static ClusterMass named(String name) {
    for (ClusterMass mass : values()) {
      if (mass.label.equals(name)) {
        return mass;
      }
    }
    throw new InputException("there is no mass " + name);
  }

  /** Whether it needs a number of each interest besides n_k: {@link Interests#massStatistics}. */
  public boolean hasStatistic() {
    return this == LOG_SUM_EXP || this == SPREAD || this == LEARNED;
  }

  /** f_k, in (0, 1]. */
  public float logitFactor(Interests interests, int k) {
    return this == SPREAD ? interests.massStatistics()[k] : 1f;
  }

  /**
   * t_k.
   *
   * @param scale β of cosine relevance; not used by others than {@link #SPREAD}
   */
  public float logitTerm(Interests interests, int k, float scale) {
    // StrictMath is the same on every machine.
    return switch (this) {
      case NONE -> 0f;
      case COUNT -> (float) StrictMath.log(interests.masses()[k]);
      case LOG_SUM_EXP, LEARNED -> (float) StrictMath.log(interests.massStatistics()[k]);
      case SPREAD -> {
        double length = interests.massStatistics()[k];
        double variance = Math.max(0, 1 - length * length) / interests.dimension();
        yield (float) (StrictMath.log(interests.masses()[k]) + 0.5 * scale * scale * variance);
      }
    };
  }
}
