package io.encodectr.kernel;

/** Scalar twin of {@link VectorSoftmax}. */
final class ScalarSoftmax {
  static final float LOWEST = -87f;
  static final float HIGHEST = 80f;
  static final float LOG2_E = 1.44269504f;
  static final float LN2_HIGH = 0.693359375f;
  static final float LN2_LOW = -2.12194440e-4f;

  /** 1.5·2^23: adding it rounds to a whole number and leaves that number in the low bits. */
  static final float ROUNDER = 12582912f;

  // Cephes' expf polynomial on [-ln2/2, ln2/2].
  static final float P0 = 1.9875691500e-4f;
  static final float P1 = 1.3981999507e-3f;
  static final float P2 = 8.3334519073e-3f;
  static final float P3 = 4.1665795894e-2f;
  static final float P4 = 1.6666665459e-1f;
  static final float P5 = 5.0000001201e-1f;

  /** The least exponent of two that is a normal number's. */
  static final float LEAST_EXPONENT = -126f;

  // Cephes' exp2f polynomial on [-1/2, 1/2].
  static final float Q0 = 1.535336188319500e-4f;
  static final float Q1 = 1.339887440266574e-3f;
  static final float Q2 = 9.618437357674640e-3f;
  static final float Q3 = 5.550332471162809e-2f;
  static final float Q4 = 2.402264791363012e-1f;
  static final float Q5 = 6.931472028550421e-1f;

  private ScalarSoftmax() {}

  /** exp(x) for x ≤ 80; x below −87 counts as −87. */
  static float exp(float argument) {
    float x = Math.max(argument, LOWEST);
    float t = Math.fma(x, LOG2_E, ROUNDER);
    float n = t - ROUNDER;
    float f = Math.fma(n, -LN2_HIGH, x);
    f = Math.fma(n, -LN2_LOW, f);
    float p = P0;
    p = Math.fma(p, f, P1);
    p = Math.fma(p, f, P2);
    p = Math.fma(p, f, P3);
    p = Math.fma(p, f, P4);
    p = Math.fma(p, f, P5);
    p = Math.fma(p, f * f, f) + 1f;
    return Float.intBitsToFloat(Float.floatToRawIntBits(p) + (Float.floatToRawIntBits(t) << 23));
  }

  static void softmaxRows(float[] x, int o, int m, int n, float scale) {
    float exponents = scale * LOG2_E;
    for (int i = 0; i < m; i++) {
      softmax(x, o + i * Kernels.padded(n), n, exponents);
    }
  }

  /** softmax = 2^(e·(x − max x)) over its sum. */
  private static void softmax(float[] x, int o, int n, float exponents) {
    float largest = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < n; i++) {
      largest = Math.max(largest, x[o + i]);
    }
    int padded = Kernels.padded(n);
    float[] lanes = new float[8];
    for (int i = 0; i < padded; i++) {
      x[o + i] = i < n ? exp2((x[o + i] - largest) * exponents) : 0f;
      lanes[i & 7] += x[o + i];
    }
    float inverse = 1f / ScalarRows.tree(lanes);
    for (int i = 0; i < padded; i++) {
      x[o + i] *= inverse;
    }
  }

  /** 2^x for x in [−126, 127]; x below −126 counts as −126. */
  private static float exp2(float exponent) {
    float y = Math.max(exponent, LEAST_EXPONENT);
    float t = y + ROUNDER;
    float f = y - (t - ROUNDER);
    float p = Q0;
    p = Math.fma(p, f, Q1);
    p = Math.fma(p, f, Q2);
    p = Math.fma(p, f, Q3);
    p = Math.fma(p, f, Q4);
    p = Math.fma(p, f, Q5);
    p = Math.fma(p, f, 1f);
    return Float.intBitsToFloat(Float.floatToRawIntBits(p) + (Float.floatToRawIntBits(t) << 23));
  }

  static void softmaxGradient(float[] a, int ao, float[] da, int dao, int n, float scale) {
    int padded = Kernels.padded(n);
    float[] lanes = new float[8];
    for (int i = 0; i < padded; i++) {
      lanes[i & 7] = Math.fma(a[ao + i], da[dao + i], lanes[i & 7]);
    }
    float mean = ScalarRows.tree(lanes);
    for (int i = 0; i < padded; i++) {
      da[dao + i] = (da[dao + i] - mean) * a[ao + i] * scale;
    }
  }

  static void expShifted(float[] similarity, float[] out, int n, float beta) {
    for (int i = 0; i < Kernels.padded(n); i++) {
      out[i] = exp((similarity[i] - 1f) * beta);
    }
  }

  static void sigmoid(float[] x, int o, int n) {
    for (int i = o; i < o + n; i++) {
      x[i] = 1f / (exp(Math.min(-x[i], HIGHEST)) + 1f);
    }
  }

  static void tanh(float[] x, int o, int n) {
    for (int i = o; i < o + n; i++) {
      x[i] = 1f - 2f / (exp(Math.min(x[i] + x[i], HIGHEST)) + 1f);
    }
  }
}
