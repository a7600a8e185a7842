package io.encodectr.kernel;

import static io.encodectr.kernel.Lanes.all;
import static io.encodectr.kernel.Lanes.load;

import jdk.incubator.vector.FloatVector;

/**
 * Vector API twin of {@link ScalarElements}. By hand, because C2 leaves loops scalar whose arrays
 * might be one and the same.
 */
final class VectorElements {
  private VectorElements() {}

  static void scaleRows(
      float[] table, int d, int[] rows, int from, int n, float[] factors, float[] out) {
    if (d == 32) {
      for (int i = 0; i < n; i++) {
        FloatVector factor = all(factors[rows[from + i]]);
        int o = rows[from + i] * 32;
        load(table, o).mul(factor).intoArray(out, i * 32);
        load(table, o + 8).mul(factor).intoArray(out, i * 32 + 8);
        load(table, o + 16).mul(factor).intoArray(out, i * 32 + 16);
        load(table, o + 24).mul(factor).intoArray(out, i * 32 + 24);
      }
      return;
    }
    for (int i = 0; i < n; i++) {
      int row = rows[from + i];
      FloatVector factor = all(factors[row]);
      for (int c = 0; c < d; c += 8) {
        load(table, row * d + c).mul(factor).intoArray(out, i * d + c);
      }
    }
  }

  static void addRows(
      float[] table,
      int width,
      int[] rows,
      int from,
      int n,
      float[] base,
      int stride,
      float[] out) {
    for (int i = 0; i < n; i++) {
      int row = rows[from + i] * width;
      for (int c = 0; c < width; c += 8) {
        load(base, i * stride + c).add(load(table, row + c)).intoArray(out, i * width + c);
      }
    }
  }

  static void multiplyRows(
      float[] table, int d, int[] rows, int from, int n, float[] x, int xo, int oo, int stride) {
    for (int i = 0; i < n; i++) {
      int row = rows[from + i] * d;
      for (int c = 0; c < d; c += 8) {
        load(x, xo + i * stride + c).mul(load(table, row + c)).intoArray(x, oo + i * stride + c);
      }
    }
  }

  /** A compare and a blend; max() with its care for NaN would take five instructions. */
  static void relu(float[] x, int o, int n) {
    for (int i = o; i < o + n; i += 8) {
      FloatVector v = load(x, i);
      v.blend(0f, v.lt(0f)).intoArray(x, i);
    }
  }
}
