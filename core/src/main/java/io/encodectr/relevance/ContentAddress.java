package io.encodectr.relevance;

import io.encodectr.kernel.Kernels;

/**
 * Content addressing of a memory, as neural Turing machines have it: the weight of vector v_i under
 * key k is w_i = softmax_i(β·s_i), with s_i = cos(k, v_i) or a mean of such cosines ({@link
 * Relevance#cosines}) and a strength β that is computed for each key. Forward and backward. A zero
 * vector has cosine 0 with every key and gets no gradient.
 *
 * <p>Static and thread-safe.
 */
public final class ContentAddress {
  private ContentAddress() {}

  /** β = 2·(1 + log(1 + exp z)), at least 2. */
  public static float strength(float z) {
    double softplus = z > 20f ? z : StrictMath.log1p(StrictMath.exp(z));
    return (float) (2 * (1 + softplus));
  }

  /** dβ/dz. */
  public static float strengthSlope(float z) {
    return (float) (2 / (1 + StrictMath.exp(-(double) z)));
  }

  /** Writes 1/‖v_i‖ of n vectors of d components, 0 for zero vectors. */
  public static void inverseNorms(float[] vectors, int vo, int n, int d, float[] out, int oo) {
    for (int i = 0; i < n; i++) {
      int o = vo + i * d;
      out[oo + i] = Relevance.inverseNorm(Kernels.dot(vectors, o, vectors, o, d));
    }
  }

  /**
   * Weights from similarities.
   *
   * @param similarities n from {@code o}
   * @param weights out, padded n from {@code o}, zeros beyond n
   */
  public static void weigh(float[] similarities, float[] weights, int o, int n, float strength) {
    System.arraycopy(similarities, o, weights, o, n);
    Kernels.softmax(weights, o, n, strength);
  }

  /**
   * Backward of {@link #weigh}, with its arguments.
   *
   * @param gradient in: ∂L/∂w_i from 0, padded n, zeros beyond n; out: ∂L/∂ of the similarities
   * @return ∂L/∂β
   */
  public static float weightGradient(
      float[] similarities, float[] weights, int o, int n, float strength, float[] gradient) {
    Kernels.softmaxGradient(weights, o, gradient, 0, n, 1f);
    // The gradients add up to zero but for rounding, which alike similarities would multiply.
    double strengthGradient = 0;
    for (int i = 0; i < n; i++) {
      strengthGradient += gradient[i] * ((double) similarities[o + i] - similarities[o]);
      gradient[i] *= strength;
    }
    return (float) strengthGradient;
  }

  /**
   * Backward of {@link Relevance#cosines}, with its arguments.
   *
   * @param cosines as they came out, n from {@code co}
   * @param gradient ∂L/∂ of the similarities, n from 0
   * @param share what a similarity has of its cosine
   * @param keyGradient ∂L/∂k is added from {@code go}
   * @param vectorGradient ∂L/∂v is added from {@code vgo}
   */
  public static void cosineGradient(
      float[] key,
      int ko,
      float keyInverse,
      float[] vectors,
      int vo,
      float[] inverses,
      int io,
      int n,
      int d,
      float[] cosines,
      int co,
      float[] gradient,
      float share,
      float[] keyGradient,
      int go,
      float[] vectorGradient,
      int vgo) {
    for (int i = 0; i < n; i++) {
      float cosine = cosines[co + i];
      float given = gradient[i] * share;
      float inverse = inverses[io + i];
      float across = given * keyInverse * inverse;
      float alongKey = given * cosine * keyInverse * keyInverse;
      float alongVector = given * cosine * inverse * inverse;
      int v = vo + i * d;
      int vg = vgo + i * d;
      for (int c = 0; c < d; c++) {
        keyGradient[go + c] += across * vectors[v + c] - alongKey * key[ko + c];
        vectorGradient[vg + c] += across * key[ko + c] - alongVector * vectors[v + c];
      }
    }
  }
}
