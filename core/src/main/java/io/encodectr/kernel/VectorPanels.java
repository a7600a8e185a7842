package io.encodectr.kernel;

import static io.encodectr.kernel.Lanes.WIDE;
import static io.encodectr.kernel.Lanes.load;
import static io.encodectr.kernel.Lanes.wide;
import static io.encodectr.kernel.Lanes.wideAll;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * Vector API twin of {@link ScalarPanels}: six rows times one panel stay in registers. Each lane is
 * a sum of its own, so the vectors are as wide as the machine has them and the bits stay the same.
 *
 * <p>Strides that are constants in the source let C2 take the bounds checks out of the loop. Blocks
 * are longer than what C2 inlines into a caller, so each is compiled once and by itself.
 */
final class VectorPanels {
  private static final int W = WIDE.length();
  private static final int ROWS = 6;

  private VectorPanels() {}

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
    // Blocks that choose between zeros and C get slow once several methods share the JVM.
    for (int i = 0; !accumulate && i < m; i++) {
      Arrays.fill(c, co + i * ldc, co + i * ldc + n, 0f);
    }
    int width;
    for (int j = 0; j < n; j += width) {
      width = Layers.panelWidth(n - j);
      int panel = j * k;
      for (int i = 0; i < m; i += ROWS) {
        int pa = ao + i * lda;
        int pc = co + i * ldc + j;
        int rows = Math.min(ROWS, m - i);
        if (width == 2 * W) {
          twoVectors(a, pa, lda, panels, panel, c, pc, ldc, k, rows);
        } else if (width == W) {
          oneVector(a, pa, lda, panels, panel, c, pc, ldc, k, rows);
        } else {
          eightColumns(a, pa, lda, panels, panel, c, pc, ldc, k, rows);
        }
      }
    }
  }

  // A block of fewer rows takes its last row several times: the same sums, written several times.

  private static void twoVectors(
      float[] a, int ao, int lda, float[] b, int bo, float[] c, int co, int ldc, int k, int rows) {
    int a1 = ao + Math.min(1, rows - 1) * lda;
    int a2 = ao + Math.min(2, rows - 1) * lda;
    int a3 = ao + Math.min(3, rows - 1) * lda;
    int a4 = ao + Math.min(4, rows - 1) * lda;
    int a5 = ao + Math.min(5, rows - 1) * lda;
    int c1 = co + Math.min(1, rows - 1) * ldc;
    int c2 = co + Math.min(2, rows - 1) * ldc;
    int c3 = co + Math.min(3, rows - 1) * ldc;
    int c4 = co + Math.min(4, rows - 1) * ldc;
    int c5 = co + Math.min(5, rows - 1) * ldc;
    FloatVector s00 = wide(c, co);
    FloatVector s01 = wide(c, co + W);
    FloatVector s10 = wide(c, c1);
    FloatVector s11 = wide(c, c1 + W);
    FloatVector s20 = wide(c, c2);
    FloatVector s21 = wide(c, c2 + W);
    FloatVector s30 = wide(c, c3);
    FloatVector s31 = wide(c, c3 + W);
    FloatVector s40 = wide(c, c4);
    FloatVector s41 = wide(c, c4 + W);
    FloatVector s50 = wide(c, c5);
    FloatVector s51 = wide(c, c5 + W);
    for (int p = 0; p < k; p++) {
      FloatVector b0 = wide(b, bo + p * 2 * W);
      FloatVector b1 = wide(b, bo + p * 2 * W + W);
      FloatVector x = wideAll(a[ao + p]);
      s00 = b0.fma(x, s00);
      s01 = b1.fma(x, s01);
      x = wideAll(a[a1 + p]);
      s10 = b0.fma(x, s10);
      s11 = b1.fma(x, s11);
      x = wideAll(a[a2 + p]);
      s20 = b0.fma(x, s20);
      s21 = b1.fma(x, s21);
      x = wideAll(a[a3 + p]);
      s30 = b0.fma(x, s30);
      s31 = b1.fma(x, s31);
      x = wideAll(a[a4 + p]);
      s40 = b0.fma(x, s40);
      s41 = b1.fma(x, s41);
      x = wideAll(a[a5 + p]);
      s50 = b0.fma(x, s50);
      s51 = b1.fma(x, s51);
    }
    s00.intoArray(c, co);
    s01.intoArray(c, co + W);
    s10.intoArray(c, c1);
    s11.intoArray(c, c1 + W);
    s20.intoArray(c, c2);
    s21.intoArray(c, c2 + W);
    s30.intoArray(c, c3);
    s31.intoArray(c, c3 + W);
    s40.intoArray(c, c4);
    s41.intoArray(c, c4 + W);
    s50.intoArray(c, c5);
    s51.intoArray(c, c5 + W);
  }

  private static void oneVector(
      float[] a, int ao, int lda, float[] b, int bo, float[] c, int co, int ldc, int k, int rows) {
    int a1 = ao + Math.min(1, rows - 1) * lda;
    int a2 = ao + Math.min(2, rows - 1) * lda;
    int a3 = ao + Math.min(3, rows - 1) * lda;
    int a4 = ao + Math.min(4, rows - 1) * lda;
    int a5 = ao + Math.min(5, rows - 1) * lda;
    int c1 = co + Math.min(1, rows - 1) * ldc;
    int c2 = co + Math.min(2, rows - 1) * ldc;
    int c3 = co + Math.min(3, rows - 1) * ldc;
    int c4 = co + Math.min(4, rows - 1) * ldc;
    int c5 = co + Math.min(5, rows - 1) * ldc;
    FloatVector s0 = wide(c, co);
    FloatVector s1 = wide(c, c1);
    FloatVector s2 = wide(c, c2);
    FloatVector s3 = wide(c, c3);
    FloatVector s4 = wide(c, c4);
    FloatVector s5 = wide(c, c5);
    for (int p = 0; p < k; p++) {
      FloatVector b0 = wide(b, bo + p * W);
      s0 = b0.fma(wideAll(a[ao + p]), s0);
      s1 = b0.fma(wideAll(a[a1 + p]), s1);
      s2 = b0.fma(wideAll(a[a2 + p]), s2);
      s3 = b0.fma(wideAll(a[a3 + p]), s3);
      s4 = b0.fma(wideAll(a[a4 + p]), s4);
      s5 = b0.fma(wideAll(a[a5 + p]), s5);
    }
    s0.intoArray(c, co);
    s1.intoArray(c, c1);
    s2.intoArray(c, c2);
    s3.intoArray(c, c3);
    s4.intoArray(c, c4);
    s5.intoArray(c, c5);
  }

  private static void eightColumns(
      float[] a, int ao, int lda, float[] b, int bo, float[] c, int co, int ldc, int k, int rows) {
    int a1 = ao + Math.min(1, rows - 1) * lda;
    int a2 = ao + Math.min(2, rows - 1) * lda;
    int a3 = ao + Math.min(3, rows - 1) * lda;
    int a4 = ao + Math.min(4, rows - 1) * lda;
    int a5 = ao + Math.min(5, rows - 1) * lda;
    int c1 = co + Math.min(1, rows - 1) * ldc;
    int c2 = co + Math.min(2, rows - 1) * ldc;
    int c3 = co + Math.min(3, rows - 1) * ldc;
    int c4 = co + Math.min(4, rows - 1) * ldc;
    int c5 = co + Math.min(5, rows - 1) * ldc;
    FloatVector s0 = load(c, co);
    FloatVector s1 = load(c, c1);
    FloatVector s2 = load(c, c2);
    FloatVector s3 = load(c, c3);
    FloatVector s4 = load(c, c4);
    FloatVector s5 = load(c, c5);
    for (int p = 0; p < k; p++) {
      FloatVector b0 = load(b, bo + p * 8);
      s0 = b0.fma(Lanes.all(a[ao + p]), s0);
      s1 = b0.fma(Lanes.all(a[a1 + p]), s1);
      s2 = b0.fma(Lanes.all(a[a2 + p]), s2);
      s3 = b0.fma(Lanes.all(a[a3 + p]), s3);
      s4 = b0.fma(Lanes.all(a[a4 + p]), s4);
      s5 = b0.fma(Lanes.all(a[a5 + p]), s5);
    }
    s0.intoArray(c, co);
    s1.intoArray(c, c1);
    s2.intoArray(c, c2);
    s3.intoArray(c, c3);
    s4.intoArray(c, c4);
    s5.intoArray(c, c5);
  }
}
