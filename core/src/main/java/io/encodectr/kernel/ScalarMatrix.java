package io.encodectr.kernel;

/** Scalar twin of {@link VectorMatrix}. */
final class ScalarMatrix {
  private ScalarMatrix() {}

  static void multiply(
      float[] a,
      int ao,
      int aRow,
      int aColumn,
      float[] b,
      int bo,
      int ldb,
      float[] c,
      int co,
      int ldc,
      int m,
      int n,
      int k,
      boolean accumulate) {
    for (int i = 0; i < m; i++) {
      int row = co + i * ldc;
      if (!accumulate) {
        java.util.Arrays.fill(c, row, row + n, 0f);
      }
      for (int p = 0; p < k; p++) {
        float x = a[ao + i * aRow + p * aColumn];
        for (int j = 0; j < n; j++) {
          c[row + j] = Math.fma(b[bo + p * ldb + j], x, c[row + j]);
        }
      }
    }
  }
}
