package io.encodectr.world;

import java.util.List;

/**
 * The true probability of a click, {@code p = σ(a·ρ(u,i) + b·π_i + β_u + c)}.
 *
 * <p>π_i is the standardized logarithm of the item's popularity and β_u the user's readiness to
 * click. The relevance looks at all interests of the user, whether she acts upon them now or did so
 * long ago, and saturates:
 *
 * <pre>ρ(u,i) = s / (s + θ),   s = Σ_k √w_k · κ_k(i),   θ = {@value #HALF}</pre>
 *
 * with the mixtures of Gaussian kernels κ_k of {@link Interest}. a and c are set by {@link
 * Calibration}. Immutable; thread-safe.
 *
 * @param relevanceScale a
 * @param popularityScale b
 * @param intercept c
 */
record ClickModel(double relevanceScale, double popularityScale, double intercept) {
  /** θ: the affinity at which relevance is one half. */
  static final double HALF = 0.04;

  /** b. */
  static final double POPULARITY_SCALE = 0.35;

  /** ρ(u,i): 0 for an item that meets no interest, near 1 at the heart of a strong one. */
  static double relevance(Catalog catalog, List<Interest> interests, int item) {
    double sum = 0;
    for (Interest interest : interests) {
      sum += StrictMath.sqrt(interest.weight()) * interest.affinity(catalog, item);
    }
    return sum / (sum + HALF);
  }

  /** The probability from relevance, popularity score and the user's bias. */
  double probability(double relevance, double popularityScore, double bias) {
    double logit =
        relevanceScale * relevance + popularityScale * popularityScore + bias + intercept;
    return 1 / (1 + StrictMath.exp(-logit));
  }
}
