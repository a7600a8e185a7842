package io.encodectr.train.sequence;

import io.encodectr.interest.BehaviorPrior;
import io.encodectr.interest.CrossFeatures;
import io.encodectr.interest.Interests;
import io.encodectr.interest.PriorWeights;
import io.encodectr.item.ItemTable;
import io.encodectr.kernel.Kernels;
import java.util.Arrays;

/**
 * Gradients of what {@link io.encodectr.interest.ClusterMass#LEARNED} learns, where its equations
 * are. With g_k = ∂L/∂u_k, and G_k = ∂L/∂t_k summed over the targets,
 *
 * <pre>
 *   ∂γ   = Σ_k G_k·log n_k
 *   ∂b_i = G_k·e^b_i / Σ_{j∈C_k} e^b_j  +  w_i·(g_k·s_i − g_k·u_k)      i ∈ C_k
 * </pre>
 *
 * <p>the first through t_k, the second through the weights inside the cluster. ∂b_i goes to the two
 * buckets that b_i is the sum of. One instance a shard.
 */
final class PriorGradient {
  private final BehaviorPrior prior;
  private final float[] count = new float[CrossFeatures.BUCKETS];
  private final float[] recency = new float[CrossFeatures.BUCKETS];
  private final float[] exponent = new float[1];
  private final float[] along;
  private int[] counts = {};
  private int[] ages = {};
  private float[] shares = {};

  /** Gradients of a prior of up to {@code clusters} clusters. */
  PriorGradient(BehaviorPrior prior, int clusters) {
    this.prior = prior;
    along = new float[clusters];
  }

  /** Forgets the last step. */
  void begin() {
    Arrays.fill(count, 0f);
    Arrays.fill(recency, 0f);
    exponent[0] = 0f;
  }

  /** Keeps what the prior knows of its {@code size} behaviors, as those from {@code at} on. */
  void keep(int at, int size) {
    if (shares.length < at + size) {
      int capacity = Math.max(1 << 12, (at + size) * 3 / 2);
      counts = Arrays.copyOf(counts, capacity);
      ages = Arrays.copyOf(ages, capacity);
      shares = Arrays.copyOf(shares, capacity);
    }
    for (int i = 0; i < size; i++) {
      counts[at + i] = prior.count(i);
      ages[at + i] = prior.recency(i);
      shares[at + i] = prior.share(i);
    }
  }

  /**
   * Adds the gradients of one history, whose behaviors are {@code size} of the kept ones from
   * {@code at} on.
   *
   * @param rows item rows of the kept behaviors
   * @param clusters of the kept behaviors
   * @param weights w_i of the kept behaviors
   * @param interests the history's
   * @param interestGradient g_k
   * @param termGradient G_k
   */
  void add(
      ItemTable items,
      int[] rows,
      int[] clusters,
      float[] weights,
      int at,
      int size,
      Interests interests,
      float[] interestGradient,
      float[] termGradient) {
    int d = items.dimension();
    for (int k = 0; k < interests.count(); k++) {
      along[k] = Kernels.dot(interestGradient, k * d, interests.vectors(), k * d, d);
      exponent[0] += termGradient[k] * (float) StrictMath.log(interests.masses()[k]);
    }
    for (int i = at; i < at + size; i++) {
      int k = clusters[i];
      float product = Kernels.dot(interestGradient, k * d, items.embeddings(), rows[i] * d, d);
      float bias = termGradient[k] * shares[i] + weights[i] * (product - along[k]);
      count[counts[i]] += bias;
      recency[ages[i]] += bias;
    }
  }

  /** Gradient of one of the tensors. */
  float[] of(String tensor) {
    return switch (tensor) {
      case PriorWeights.COUNT -> count;
      case PriorWeights.RECENCY -> recency;
      case PriorWeights.EXPONENT -> exponent;
      default -> throw new IllegalArgumentException("there is no tensor " + tensor);
    };
  }
}
