package io.encodectr.cluster;

import io.encodectr.kernel.Kernels;
import io.encodectr.relevance.Relevance;
import java.util.Arrays;

/**
 * Dynamic routing from behaviors to interest capsules, as in MIND (Table 7). The bilinear map that
 * all pairs share is the projection W, so behaviors enter as h. Routing logits start random, b_ik ~
 * (0, 1), and T times
 *
 * <pre>
 *   w_ik = exp(b_ik) / Σ_j exp(b_ij)      z_k = Σ_i w_ik·h_i      b_ik ← b_ik + β·cos(h_i, z_k)
 * </pre>
 *
 * <p>The scaled cosine stands where MIND has a dot product with the squashed capsule, as the paper
 * asks of all clusterings; squashing would not change a direction. Every behavior then belongs to
 * the capsule of its largest logit, the lower one of equals, so that attention inside clusters (Eq.
 * 8) applies; the capsule's direction is its center. O(T·K·L·m).
 *
 * <p>The random start is the sum of four uniform numbers, of variance 1: arithmetic that is the
 * same on every machine.
 */
final class RoutingClustering extends ItemClustering {
  private static final float ROOT_3 = 1.7320508f;

  private final Relevance relevance;
  private final int iterations;
  private final int stride;
  private final float[] capsules;
  private final float[] transposed;
  private float[] logits = {};
  private float[] weights = {};
  private float[] weighted = {};

  RoutingClustering(Relevance relevance, int clusters, int iterations, int m) {
    super(clusters, m);
    if (iterations < 1) {
      throw new IllegalArgumentException("iterations must be positive, not " + iterations);
    }
    this.relevance = relevance;
    this.iterations = iterations;
    stride = Kernels.padded(clusters);
    capsules = new float[clusters * width];
    transposed = new float[width * stride];
  }

  @Override
  void assign(long seed) {
    reserve();
    start(seed);
    for (int t = 0; t < iterations; t++) {
      route();
      relevance.similarities(vectors, distinct, transposed, stride, width, weights);
      for (int i = 0; i < distinct * stride; i++) {
        logits[i] += weights[i];
      }
    }
    for (int i = 0; i < distinct; i++) {
      int best = 0;
      for (int k = 1; k < clusters; k++) {
        if (logits[i * stride + k] > logits[i * stride + best]) {
          best = k;
        }
      }
      assigned[i] = best;
      similarities[i] = weights[i * stride + best];
    }
  }

  private void reserve() {
    if (logits.length < distinct * stride) {
      int capacity = distinct + distinct / 2;
      logits = new float[Math.multiplyExact(capacity, stride)];
      weights = new float[capacity * stride];
      weighted = new float[capacity * width];
    }
    for (int i = 0; i < distinct; i++) {
      for (int c = 0; c < m; c++) {
        weighted[i * width + c] = counts[i] * vectors[i * width + c];
      }
    }
  }

  /** Logits are held divided by β. */
  private void start(long seed) {
    SeedStream random = new SeedStream(seed);
    float factor = ROOT_3 / relevance.scale();
    Arrays.fill(logits, 0, distinct * stride, 0f);
    for (int i = 0; i < distinct; i++) {
      for (int k = 0; k < clusters; k++) {
        long bits = random.next();
        long sum =
            (bits & 0xffff) + ((bits >>> 16) & 0xffff) + ((bits >>> 32) & 0xffff) + (bits >>> 48);
        logits[i * stride + k] = (sum - 131070) * 0x1p-16f * factor;
      }
    }
  }

  /** Capsules' directions from the logits. */
  private void route() {
    System.arraycopy(logits, 0, weights, 0, distinct * stride);
    for (int i = 0; i < distinct; i++) {
      relevance.attentionWeights(weights, i * stride, clusters);
    }
    Kernels.multiply(
        weights, 0, 1, stride, weighted, 0, width, capsules, 0, width, clusters, width, distinct,
        false);
    for (int k = 0; k < clusters; k++) {
      turn(capsules, k * width);
      for (int c = 0; c < m; c++) {
        transposed[c * stride + k] = capsules[k * width + c];
      }
    }
  }
}
