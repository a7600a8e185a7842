package io.encodectr.kernel;

import static io.encodectr.kernel.Lanes.F8;
import static io.encodectr.kernel.Lanes.load;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** Vector API twin of {@link ScalarSoftmax}. */
final class VectorSoftmax {
  private VectorSoftmax() {}

  /**
   * Passes over all rows, since one row alone is a chain of reductions that wait on each other. One
   * method for all passes: longer than what C2 inlines into callers, whose other kernels would
   * leave it no room, and just short enough to be compiled as a whole.
   */
  static void softmaxRows(float[] x, int o, int m, int n, float scale) {
    int stride = Kernels.padded(n);
    int whole = n & ~7;
    for (int row = o; row < o + m * stride; row += stride) {
      FloatVector running = FloatVector.broadcast(F8, Float.NEGATIVE_INFINITY);
      for (int i = row; i < row + whole; i += 8) {
        FloatVector v = load(x, i);
        running = v.blend(running, v.lt(running));
      }
      float largest = running.reduceLanes(VectorOperators.MAX);
      for (int i = row + whole; i < row + n; i++) {
        largest = largest < x[i] ? x[i] : largest;
      }
      for (int i = row; i < row + n; i += 8) {
        load(x, i).sub(largest).intoArray(x, i);
      }
    }
    float exponents = scale * ScalarSoftmax.LOG2_E;
    for (int i = o; i < o + m * stride; i += 8) {
      FloatVector rounder = FloatVector.broadcast(F8, ScalarSoftmax.ROUNDER);
      FloatVector y = load(x, i).mul(exponents).max(ScalarSoftmax.LEAST_EXPONENT);
      FloatVector t = rounder.add(y);
      FloatVector f = y.sub(t.sub(rounder));
      FloatVector p = FloatVector.broadcast(F8, ScalarSoftmax.Q0);
      p = p.fma(f, FloatVector.broadcast(F8, ScalarSoftmax.Q1));
      p = p.fma(f, FloatVector.broadcast(F8, ScalarSoftmax.Q2));
      p = p.fma(f, FloatVector.broadcast(F8, ScalarSoftmax.Q3));
      p = p.fma(f, FloatVector.broadcast(F8, ScalarSoftmax.Q4));
      p = p.fma(f, FloatVector.broadcast(F8, ScalarSoftmax.Q5));
      p = p.fma(f, FloatVector.broadcast(F8, 1f));
      p.reinterpretAsInts()
          .add(t.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23))
          .reinterpretAsFloats()
          .intoArray(x, i);
    }
    for (int row = o; row < o + m * stride; row += stride) {
      for (int i = row + n; i < row + stride; i++) {
        x[i] = 0f;
      }
    }
    for (int row = o; row < o + m * stride; row += stride) {
      FloatVector total = FloatVector.zero(F8);
      for (int i = row; i < row + stride; i += 8) {
        total = load(x, i).add(total);
      }
      float inverse = 1f / Lanes.sum(total);
      for (int i = row; i < row + stride; i += 8) {
        load(x, i).mul(inverse).intoArray(x, i);
      }
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
