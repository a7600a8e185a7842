package io.encodectr.kernel;

import static io.encodectr.kernel.Lanes.F8;
import static io.encodectr.kernel.Lanes.load;

import jdk.incubator.vector.FloatVector;

/** Vector API twin of {@link ScalarSoftmax}. */
final class VectorSoftmax {
  private VectorSoftmax() {}

  static void softmax(float[] x, int o, int n, float scale) {
    if (n == 0) {
      return;
    }
    int whole = n & ~7;
    FloatVector running = Lanes.all(Float.NEGATIVE_INFINITY);
    for (int i = 0; i < whole; i += 8) {
      running = running.max(load(x, o + i));
    }
    float largest = Lanes.max(running);
    for (int i = whole; i < n; i++) {
      largest = Math.max(largest, x[o + i]);
    }
    int padded = Kernels.padded(n);
    for (int i = 0; i < padded; i += 8) {
      Lanes.exp(load(x, o + i).sub(largest).mul(scale)).intoArray(x, o + i);
    }
    for (int i = n; i < padded; i++) {
      x[o + i] = 0f;
    }
    FloatVector total = FloatVector.zero(F8);
    for (int i = 0; i < padded; i += 8) {
      total = total.add(load(x, o + i));
    }
    float inverse = 1f / Lanes.sum(total);
    for (int i = 0; i < padded; i += 8) {
      load(x, o + i).mul(inverse).intoArray(x, o + i);
    }
  }

  static void softmaxGradient(float[] a, int ao, float[] da, int dao, int n, float scale) {
    int padded = Kernels.padded(n);
    FloatVector total = FloatVector.zero(F8);
    for (int i = 0; i < padded; i += 8) {
      total = load(a, ao + i).fma(load(da, dao + i), total);
    }
    float mean = Lanes.sum(total);
    for (int i = 0; i < padded; i += 8) {
      load(da, dao + i).sub(mean).mul(load(a, ao + i)).mul(scale).intoArray(da, dao + i);
    }
  }

  static void expShifted(float[] similarity, float[] out, int n, float beta) {
    for (int i = 0; i < Kernels.padded(n); i += 8) {
      Lanes.exp(load(similarity, i).sub(1f).mul(beta)).intoArray(out, i);
    }
  }

  static void sigmoid(float[] x, int o, int n) {
    FloatVector one = Lanes.all(1f);
    for (int i = o; i < o + n; i += 8) {
      FloatVector grown = Lanes.exp(load(x, i).neg().min(ScalarSoftmax.HIGHEST));
      one.div(grown.add(1f)).intoArray(x, i);
    }
  }

  static void tanh(float[] x, int o, int n) {
    FloatVector one = Lanes.all(1f);
    FloatVector two = Lanes.all(2f);
    for (int i = o; i < o + n; i += 8) {
      FloatVector v = load(x, i);
      FloatVector grown = Lanes.exp(v.add(v).min(ScalarSoftmax.HIGHEST));
      one.sub(two.div(grown.add(1f))).intoArray(x, i);
    }
  }
}
