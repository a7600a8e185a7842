package io.encodectr.kernel;

/** Scalar twin of {@link VectorBuckets}. */
final class ScalarBuckets {
  private ScalarBuckets() {}

  static void sumBuckets(
      float[] table,
      int d,
      int[] rows,
      int from,
      int n,
      float[] weights,
      long[] codes,
      int groups,
      int bits,
      float[] sums) {
    int mask = (1 << bits) - 1;
    for (int i = 0; i < n; i++) {
      int row = rows[from + i];
      for (int g = 0; g < groups; g++) {
        int bucket = ((g << bits) | ((int) (codes[row] >>> (g * bits)) & mask)) * d;
        for (int c = 0; c < d; c++) {
          sums[bucket + c] = Math.fma(table[row * d + c], weights[i], sums[bucket + c]);
        }
      }
    }
  }

  static void scatterBuckets(
      float[] gradient,
      int d,
      int[] rows,
      int from,
      int n,
      long[] codes,
      int groups,
      int bits,
      float[] source) {
    int mask = (1 << bits) - 1;
    for (int i = 0; i < n; i++) {
      int row = rows[from + i];
      for (int g = 0; g < groups; g++) {
        int bucket = ((g << bits) | ((int) (codes[row] >>> (g * bits)) & mask)) * d;
        for (int c = 0; c < d; c++) {
          gradient[row * d + c] += source[bucket + c];
        }
      }
    }
  }
}
