package io.encodectr.kernel;

import java.util.Arrays;

/** Scalar twin of {@link VectorPanels}. */
final class ScalarPanels {
  private ScalarPanels() {}

  static void multiply(
      float[] a,
      int ao,
      int lda,
      float[] panels,
      float[] c,
      int co,
      int ldc,
      int m,
      int n,
      int k,
      boolean accumulate) {
    int width;
    for (int j = 0; j < n; j += width) {
      width = Layers.panelWidth(n - j);
      for (int i = 0; i < m; i++) {
        row(a, ao + i * lda, panels, j * k, width, c, co + i * ldc + j, k, accumulate);
      }
    }
  }

  private static void row(
      float[] a,
      int ao,
      float[] b,
      int bo,
      int width,
      float[] c,
      int co,
      int k,
      boolean accumulate) {
    if (!accumulate) {
      Arrays.fill(c, co, co + width, 0f);
    }
    for (int p = 0; p < k; p++) {
      for (int l = 0; l < width; l++) {
        c[co + l] = Math.fma(b[bo + p * width + l], a[ao + p], c[co + l]);
      }
    }
  }

  static void multiplyActive(
      float[] a, int ao, int lda, float[] panels, float[] c, int co, int ldc, int m, int n, int k) {
    for (int i = 0; i < m; i++) {
      ScalarElements.relu(a, ao + i * lda, k);
    }
    multiply(a, ao, lda, panels, c, co, ldc, m, n, k, true);
  }
}
