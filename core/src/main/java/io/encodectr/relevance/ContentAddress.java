package io.encodectr.relevance;

import io.encodectr.kernel.Kernels;

/**
 * Content addressing of a memory, as neural Turing machines have it: the weight of vector v_i under
 * key k is w_i = softmax_i(β·cos(k, v_i)), with a strength β that is computed for each key. Forward
 * and backward. A zero vector has cosine 0 with every key and gets no gradient.
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
      out[oo + i] = Relevance.inverseNorm(dot(vectors, o, vectors, o, d));
    }
  }

  /** a·b over d components, d a multiple of 4. */
  public static float dot(float[] a, int ao, float[] b, int bo, int d) {
    float s0 = 0f;
    float s1 = 0f;
    float s2 = 0f;
    float s3 = 0f;
    for (int c = 0; c < d; c += 4) {
      s0 = Math.fma(a[ao + c], b[bo + c], s0);
      s1 = Math.fma(a[ao + c + 1], b[bo + c + 1], s1);
      s2 = Math.fma(a[ao + c + 2], b[bo + c + 2], s2);
      s3 = Math.fma(a[ao + c + 3], b[bo + c + 3], s3);
    }
    return (s0 + s2) + (s1 + s3);
  }

  /**
   * Cosines of a key with n vectors, and the weights they give.
   *
   * @param keyInverse 1/‖k‖
   * @param vectors {@code [n × d]} from {@code vo}
   * @param inverses 1/‖v_i‖ from {@code io}
   * @param cosines out, n from {@code co}
   * @param weights out, padded n from {@code co}, zeros beyond n
   */
  public static void weigh(
      float[] key,
      int ko,
      float keyInverse,
      float[] vectors,
      int vo,
      float[] inverses,
      int io,
      int n,
      int d,
      float strength,
      float[] cosines,
      float[] weights,
      int co) {
    for (int i = 0; i < n; i++) {
      float cosine = dot(key, ko, vectors, vo + i * d, d) * keyInverse * inverses[io + i];
      cosines[co + i] = cosine;
      weights[co + i] = cosine;
    }
    Kernels.softmax(weights, co, n, strength);
  }

  /**
   * Backward of {@link #weigh}, with its arguments.
   *
   * @param weightGradient ∂L/∂w_i from 0, padded n, zeros beyond n; overwritten
   * @param keyGradient ∂L/∂k is added from {@code go}
   * @param vectorGradient ∂L/∂v is added from {@code vgo}
   * @return ∂L/∂β
   */
  public static float gradient(
      float[] key,
      int ko,
      float keyInverse,
      float[] vectors,
      int vo,
      float[] inverses,
      int io,
      int n,
      int d,
      float strength,
      float[] cosines,
      float[] weights,
      int co,
      float[] weightGradient,
      float[] keyGradient,
      int go,
      float[] vectorGradient,
      int vgo) {
    Kernels.softmaxGradient(weights, co, weightGradient, 0, n, 1f);
    float strengthGradient = 0f;
    for (int i = 0; i < n; i++) {
      float cosine = cosines[co + i];
      strengthGradient += weightGradient[i] * cosine;
      float cosineGradient = weightGradient[i] * strength;
      float inverse = inverses[io + i];
      float across = cosineGradient * keyInverse * inverse;
      float alongKey = cosineGradient * cosine * keyInverse * keyInverse;
      float alongVector = cosineGradient * cosine * inverse * inverse;
      int v = vo + i * d;
      int vg = vgo + i * d;
      for (int c = 0; c < d; c++) {
        keyGradient[go + c] += across * vectors[v + c] - alongKey * key[ko + c];
        vectorGradient[vg + c] += across * key[ko + c] - alongVector * vectors[v + c];
      }
    }
    return strengthGradient;
  }
}
