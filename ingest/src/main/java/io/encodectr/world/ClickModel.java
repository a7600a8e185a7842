package io.encodectr.world;

import java.util.List;

/**
 * The true probability of a click, {@code p = σ(a·ρ(u,i) + b·π_i + β_u + c)}.
 *
 * <p>π_i is the standardized logarithm of the item's popularity, β_u the user's readiness to click,
 * and the relevance looks at all interests of the user, whether she acts upon them now or did so
 * long ago:
 *
 * <pre>ρ(u,i) = ln(1 + Σ_k √w_k · κ_k(i) / ε) / ln(1 + 1/ε),   ε = {@value #FLOOR}</pre>
 *
 * a logarithm of a sum of Gaussian kernels in the latent space. a and c are set by {@link
 * Calibration}. Immutable; thread-safe.
 *
 * @param relevanceScale a
 * @param popularityScale b
 * @param intercept c
 */
record ClickModel(double relevanceScale, double popularityScale, double intercept) {
  /** ε: the affinity below which an interest hardly counts. */
  static final double FLOOR = .03;

  /** b. */
  static final double POPULARITY_SCALE = 0.35;

  /** ρ(u,i): 0 for an item that meets no interest, about 1 at the heart of a strong one. */
  static double relevance(Catalog catalog, List<Interest> interests, int item) {
    double sum = 0;
    for (Interest interest : interests) {
      sum += StrictMath.sqrt(interest.weight()) * interest.affinity(catalog, item);
    }
    return sum / (sum + FLOOR);
  }

  /** The probability from relevance, popularity score and the user's bias. */
  double probability(double relevance, double popularityScore, double bias) {
    double logit =
        relevanceScale * relevance + popularityScale * popularityScore + bias + intercept;
    return 1 / (1 + StrictMath.exp(-logit));
  }
}
