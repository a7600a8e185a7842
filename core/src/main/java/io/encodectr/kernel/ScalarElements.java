package io.encodectr.kernel;

/** Scalar twin of {@link VectorElements}: one operation a value, so there is but one order. */
final class ScalarElements {
  private ScalarElements() {}

  static void scaleRows(
      float[] table, int d, int[] rows, int from, int n, float[] factors, float[] out) {
    for (int i = 0; i < n; i++) {
      int row = rows[from + i];
      for (int c = 0; c < d; c++) {
        out[i * d + c] = table[row * d + c] * factors[row];
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
      for (int c = 0; c < width; c++) {
        out[i * width + c] = base[i * stride + c] + table[row + c];
      }
    }
  }

  static void multiplyRows(
      float[] table, int d, int[] rows, int from, int n, float[] x, int xo, int oo, int stride) {
    for (int i = 0; i < n; i++) {
      int row = rows[from + i] * d;
      for (int c = 0; c < d; c++) {
        x[oo + i * stride + c] = x[xo + i * stride + c] * table[row + c];
      }
    }
  }

  static void relu(float[] x, int o, int n) {
    for (int i = o; i < o + n; i++) {
      x[i] = x[i] < 0f ? 0f : x[i];
    }
  }
}
