package io.encodectr.kernel;

/**
 * The door to the kernels of dense layers, whose weights many inputs share: they are packed once
 * into panels of columns that lie as the kernel reads them. Chooses the twin as {@link Kernels}
 * does; results do not depend on it. Arrays are flat and row-major; offsets and counts are trusted;
 * thread-safe as long as output arrays are not shared.
 */
public final class Layers {
  /** Columns of a wide panel: two vectors. */
  private static final int PANEL = Kernels.VECTOR ? 2 * Lanes.WIDE.length() : 16;

  private Layers() {}

  /** Columns of the next panel when {@code left}, a multiple of 8, are left. */
  static int panelWidth(int left) {
    return left >= PANEL ? PANEL : left >= PANEL / 2 ? PANEL / 2 : 8;
  }

  /**
   * Packs B {@code [k × n]} for {@link #multiply}. The order of the values is this machine's: not
   * to be kept in a file.
   *
   * @param bo where B begins in {@code b}
   * @param n columns, a multiple of 8
   */
  public static float[] pack(float[] b, int bo, int n, int k) {
    float[] panels = new float[Math.multiplyExact(k, n)];
    pack(b, bo, n, k, panels);
    return panels;
  }

  /** The same into an array of at least k·n floats. */
  public static void pack(float[] b, int bo, int n, int k, float[] panels) {
    int width;
    for (int j = 0; j < n; j += width) {
      width = panelWidth(n - j);
      for (int p = 0; p < k; p++) {
        System.arraycopy(b, bo + p * n + j, panels, j * k + p * width, width);
      }
    }
  }

  /**
   * C = A·B, or C += A·B. Each output is one chain of fused multiply-adds in ascending k, as in
   * {@link Kernels#multiply}.
   *
   * @param a {@code [m × k]} with row stride {@code lda}
   * @param panels B {@code [k × n]}, packed
   * @param c {@code [m × n]} with row stride {@code ldc}
   */
  public static void multiply(
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
    if (Kernels.VECTOR) {
      VectorPanels.multiply(a, ao, lda, panels, c, co, ldc, m, n, k, accumulate);
    } else {
      ScalarPanels.multiply(a, ao, lda, panels, c, co, ldc, m, n, k, accumulate);
    }
  }

  /**
   * Rectifies A in place, as {@link Kernels#relu} does, and then C += A·B as {@link #multiply}, but
   * leaves out inputs that are zero in several rows at once: the same bits, up to the sign of a
   * zero, if B is finite.
   *
   * @param k a multiple of 8
   * @param active room for k + 8 numbers
   */
  public static void multiplyActive(
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
      int[] active) {
    if (Kernels.VECTOR) {
      VectorActivePanels.multiply(a, ao, lda, panels, c, co, ldc, m, n, k, active);
    } else {
      ScalarPanels.multiplyActive(a, ao, lda, panels, c, co, ldc, m, n, k);
    }
  }
}
