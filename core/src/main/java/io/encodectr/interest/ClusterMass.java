package io.encodectr.interest;

import io.encodectr.file.InputException;

/**
 * What of a cluster's mass its logit in Eq. 10 knows: I = Σ_k softmax_k(sim(u_k, x) + log
 * mass_k)·u_k.
 *
 * <p>Full attention asks for it. Sorted by cluster, DIN-L is
 *
 * <pre>
 *   I = Σ_i e^sim(s_i,x)·s_i / Σ_i e^sim(s_i,x) = Σ_k Z_k(x)·v_k(x) / Σ_k Z_k(x)
 *   Z_k(x) = Σ_{i∈C_k} e^sim(s_i,x)      v_k(x) = Σ_{i∈C_k} e^sim(s_i,x)·s_i / Z_k(x)
 * </pre>
 *
 * <p>so a cluster's logit is log Z_k(x), which grows with its number of members. Eq. 10 puts u_k
 * for v_k(x), and sim(u_k, x) for log Z_k(x). Where all members are equal, Z_k(x) =
 * n_k·e^sim(u_k,x): {@link #COUNT} is then full attention exactly. Where they scatter, the members
 * far from x add less than u_k does: {@link #LOG_SUM_EXP} takes the sum as the center c_k sees it,
 * Z_k(c_k)/e^β = Σ e^(β·cos(h_i,c_k) − β), an effective count that is n_k for equal members and
 * below it otherwise.
 *
 * <p>The mass is known when interests are extracted: it costs nothing online but an addition a
 * logit. Gradients take it as a constant.
 */
public enum ClusterMass {
  /** Nothing, as in the paper. */
  NONE("none"),
  /** n_k, the number of behaviors in the cluster. */
  COUNT("count"),
  /** Σ_i exp(β·cos(h_i, c_k) − β), at most n_k; for dot relevance Σ_i exp(sim_i − max sim). */
  LOG_SUM_EXP("log-sum-exp");

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

  /** log mass_k, what is added to the logit of interest k; 0 for {@link #NONE}. */
  public float logitTerm(Interests interests, int k) {
    return switch (this) {
      case NONE -> 0f;
      // The same on every machine, unlike Math.log.
      case COUNT -> (float) StrictMath.log(interests.masses()[k]);
      case LOG_SUM_EXP -> (float) StrictMath.log(interests.effectiveMasses()[k]);
    };
  }
}
