package io.encodectr.kernel;

import static io.encodectr.kernel.Lanes.F8;
import static io.encodectr.kernel.Lanes.load;

import jdk.incubator.vector.FloatVector;

/**
 * Vector API twin of {@link ScalarMatrix}: blocks of rows × columns kept in registers. Block shapes
 * change which outputs are computed together, never the order of one output's sum.
 */
@SuppressWarnings("UnusedVariable") // blocks of all shapes take the same parameters
final class VectorMatrix {
  private VectorMatrix() {}

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
    int i = 0;
    if (aColumn == 1) {
      i = VectorRowBlocks.multiply(a, ao, aRow, b, bo, ldb, c, co, ldc, m, n, k, accumulate);
    }
    for (; i + 6 <= m; i += 6) {
      int pa = ao + i * aRow;
      int pc = co + i * ldc;
      int j = 0;
      for (; j + 16 <= n; j += 16) {
        block6x16(a, pa, aRow, aColumn, b, bo + j, ldb, c, pc + j, ldc, k, accumulate);
      }
      if (j < n) {
        block6x8(a, pa, aRow, aColumn, b, bo + j, ldb, c, pc + j, ldc, k, accumulate);
      }
    }
    for (; i + 2 <= m; i += 2) {
      int pa = ao + i * aRow;
      int pc = co + i * ldc;
      int j = 0;
      for (; j + 32 <= n; j += 32) {
        block2x32(a, pa, aRow, aColumn, b, bo + j, ldb, c, pc + j, ldc, k, accumulate);
      }
      for (; j < n; j += 8) {
        block2x8(a, pa, aRow, aColumn, b, bo + j, ldb, c, pc + j, ldc, k, accumulate);
      }
    }
    if (i < m) {
      int pa = ao + i * aRow;
      int pc = co + i * ldc;
      int j = 0;
      for (; j + 64 <= n; j += 64) {
        block1x64(a, pa, aRow, aColumn, b, bo + j, ldb, c, pc + j, ldc, k, accumulate);
      }
      for (; j + 32 <= n; j += 32) {
        block1x32(a, pa, aRow, aColumn, b, bo + j, ldb, c, pc + j, ldc, k, accumulate);
      }
      for (; j < n; j += 8) {
        block1x8(a, pa, aRow, aColumn, b, bo + j, ldb, c, pc + j, ldc, k, accumulate);
      }
    }
  }

  private static void block6x16(
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
      int k,
      boolean accumulate) {
    FloatVector c00 = accumulate ? load(c, co) : FloatVector.zero(F8);
    FloatVector c01 = accumulate ? load(c, co + 8) : FloatVector.zero(F8);
    FloatVector c10 = accumulate ? load(c, co + ldc) : FloatVector.zero(F8);
    FloatVector c11 = accumulate ? load(c, co + ldc + 8) : FloatVector.zero(F8);
    FloatVector c20 = accumulate ? load(c, co + 2 * ldc) : FloatVector.zero(F8);
    FloatVector c21 = accumulate ? load(c, co + 2 * ldc + 8) : FloatVector.zero(F8);
    FloatVector c30 = accumulate ? load(c, co + 3 * ldc) : FloatVector.zero(F8);
    FloatVector c31 = accumulate ? load(c, co + 3 * ldc + 8) : FloatVector.zero(F8);
    FloatVector c40 = accumulate ? load(c, co + 4 * ldc) : FloatVector.zero(F8);
    FloatVector c41 = accumulate ? load(c, co + 4 * ldc + 8) : FloatVector.zero(F8);
    FloatVector c50 = accumulate ? load(c, co + 5 * ldc) : FloatVector.zero(F8);
    FloatVector c51 = accumulate ? load(c, co + 5 * ldc + 8) : FloatVector.zero(F8);
    int pa = ao;
    int pb = bo;
    for (int p = 0; p < k; p++) {
      FloatVector b0 = load(b, pb);
      FloatVector b1 = load(b, pb + 8);
      FloatVector x = Lanes.all(a[pa]);
      c00 = b0.fma(x, c00);
      c01 = b1.fma(x, c01);
      x = Lanes.all(a[pa + aRow]);
      c10 = b0.fma(x, c10);
      c11 = b1.fma(x, c11);
      x = Lanes.all(a[pa + 2 * aRow]);
      c20 = b0.fma(x, c20);
      c21 = b1.fma(x, c21);
      x = Lanes.all(a[pa + 3 * aRow]);
      c30 = b0.fma(x, c30);
      c31 = b1.fma(x, c31);
      x = Lanes.all(a[pa + 4 * aRow]);
      c40 = b0.fma(x, c40);
      c41 = b1.fma(x, c41);
      x = Lanes.all(a[pa + 5 * aRow]);
      c50 = b0.fma(x, c50);
      c51 = b1.fma(x, c51);
      pa += aColumn;
      pb += ldb;
    }
    c00.intoArray(c, co);
    c01.intoArray(c, co + 8);
    c10.intoArray(c, co + ldc);
    c11.intoArray(c, co + ldc + 8);
    c20.intoArray(c, co + 2 * ldc);
    c21.intoArray(c, co + 2 * ldc + 8);
    c30.intoArray(c, co + 3 * ldc);
    c31.intoArray(c, co + 3 * ldc + 8);
    c40.intoArray(c, co + 4 * ldc);
    c41.intoArray(c, co + 4 * ldc + 8);
    c50.intoArray(c, co + 5 * ldc);
    c51.intoArray(c, co + 5 * ldc + 8);
  }

  private static void block6x8(
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
      int k,
      boolean accumulate) {
    FloatVector c00 = accumulate ? load(c, co) : FloatVector.zero(F8);
    FloatVector c10 = accumulate ? load(c, co + ldc) : FloatVector.zero(F8);
    FloatVector c20 = accumulate ? load(c, co + 2 * ldc) : FloatVector.zero(F8);
    FloatVector c30 = accumulate ? load(c, co + 3 * ldc) : FloatVector.zero(F8);
    FloatVector c40 = accumulate ? load(c, co + 4 * ldc) : FloatVector.zero(F8);
    FloatVector c50 = accumulate ? load(c, co + 5 * ldc) : FloatVector.zero(F8);
    int pa = ao;
    int pb = bo;
    for (int p = 0; p < k; p++) {
      FloatVector b0 = load(b, pb);
      FloatVector x = Lanes.all(a[pa]);
      c00 = b0.fma(x, c00);
      x = Lanes.all(a[pa + aRow]);
      c10 = b0.fma(x, c10);
      x = Lanes.all(a[pa + 2 * aRow]);
      c20 = b0.fma(x, c20);
      x = Lanes.all(a[pa + 3 * aRow]);
      c30 = b0.fma(x, c30);
      x = Lanes.all(a[pa + 4 * aRow]);
      c40 = b0.fma(x, c40);
      x = Lanes.all(a[pa + 5 * aRow]);
      c50 = b0.fma(x, c50);
      pa += aColumn;
      pb += ldb;
    }
    c00.intoArray(c, co);
    c10.intoArray(c, co + ldc);
    c20.intoArray(c, co + 2 * ldc);
    c30.intoArray(c, co + 3 * ldc);
    c40.intoArray(c, co + 4 * ldc);
    c50.intoArray(c, co + 5 * ldc);
  }

  private static void block2x32(
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
      int k,
      boolean accumulate) {
    FloatVector c00 = accumulate ? load(c, co) : FloatVector.zero(F8);
    FloatVector c01 = accumulate ? load(c, co + 8) : FloatVector.zero(F8);
    FloatVector c02 = accumulate ? load(c, co + 16) : FloatVector.zero(F8);
    FloatVector c03 = accumulate ? load(c, co + 24) : FloatVector.zero(F8);
    FloatVector c10 = accumulate ? load(c, co + ldc) : FloatVector.zero(F8);
    FloatVector c11 = accumulate ? load(c, co + ldc + 8) : FloatVector.zero(F8);
    FloatVector c12 = accumulate ? load(c, co + ldc + 16) : FloatVector.zero(F8);
    FloatVector c13 = accumulate ? load(c, co + ldc + 24) : FloatVector.zero(F8);
    int pa = ao;
    int pb = bo;
    for (int p = 0; p < k; p++) {
      FloatVector b0 = load(b, pb);
      FloatVector b1 = load(b, pb + 8);
      FloatVector b2 = load(b, pb + 16);
      FloatVector b3 = load(b, pb + 24);
      FloatVector x = Lanes.all(a[pa]);
      c00 = b0.fma(x, c00);
      c01 = b1.fma(x, c01);
      c02 = b2.fma(x, c02);
      c03 = b3.fma(x, c03);
      x = Lanes.all(a[pa + aRow]);
      c10 = b0.fma(x, c10);
      c11 = b1.fma(x, c11);
      c12 = b2.fma(x, c12);
      c13 = b3.fma(x, c13);
      pa += aColumn;
      pb += ldb;
    }
    c00.intoArray(c, co);
    c01.intoArray(c, co + 8);
    c02.intoArray(c, co + 16);
    c03.intoArray(c, co + 24);
    c10.intoArray(c, co + ldc);
    c11.intoArray(c, co + ldc + 8);
    c12.intoArray(c, co + ldc + 16);
    c13.intoArray(c, co + ldc + 24);
  }

  private static void block2x8(
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
      int k,
      boolean accumulate) {
    FloatVector c00 = accumulate ? load(c, co) : FloatVector.zero(F8);
    FloatVector c10 = accumulate ? load(c, co + ldc) : FloatVector.zero(F8);
    int pa = ao;
    int pb = bo;
    for (int p = 0; p < k; p++) {
      FloatVector b0 = load(b, pb);
      FloatVector x = Lanes.all(a[pa]);
      c00 = b0.fma(x, c00);
      x = Lanes.all(a[pa + aRow]);
      c10 = b0.fma(x, c10);
      pa += aColumn;
      pb += ldb;
    }
    c00.intoArray(c, co);
    c10.intoArray(c, co + ldc);
  }

  private static void block1x64(
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
      int k,
      boolean accumulate) {
    FloatVector c00 = accumulate ? load(c, co) : FloatVector.zero(F8);
    FloatVector c01 = accumulate ? load(c, co + 8) : FloatVector.zero(F8);
    FloatVector c02 = accumulate ? load(c, co + 16) : FloatVector.zero(F8);
    FloatVector c03 = accumulate ? load(c, co + 24) : FloatVector.zero(F8);
    FloatVector c04 = accumulate ? load(c, co + 32) : FloatVector.zero(F8);
    FloatVector c05 = accumulate ? load(c, co + 40) : FloatVector.zero(F8);
    FloatVector c06 = accumulate ? load(c, co + 48) : FloatVector.zero(F8);
    FloatVector c07 = accumulate ? load(c, co + 56) : FloatVector.zero(F8);
    int pa = ao;
    int pb = bo;
    for (int p = 0; p < k; p++) {
      FloatVector b0 = load(b, pb);
      FloatVector b1 = load(b, pb + 8);
      FloatVector b2 = load(b, pb + 16);
      FloatVector b3 = load(b, pb + 24);
      FloatVector b4 = load(b, pb + 32);
      FloatVector b5 = load(b, pb + 40);
      FloatVector b6 = load(b, pb + 48);
      FloatVector b7 = load(b, pb + 56);
      FloatVector x = Lanes.all(a[pa]);
      c00 = b0.fma(x, c00);
      c01 = b1.fma(x, c01);
      c02 = b2.fma(x, c02);
      c03 = b3.fma(x, c03);
      c04 = b4.fma(x, c04);
      c05 = b5.fma(x, c05);
      c06 = b6.fma(x, c06);
      c07 = b7.fma(x, c07);
      pa += aColumn;
      pb += ldb;
    }
    c00.intoArray(c, co);
    c01.intoArray(c, co + 8);
    c02.intoArray(c, co + 16);
    c03.intoArray(c, co + 24);
    c04.intoArray(c, co + 32);
    c05.intoArray(c, co + 40);
    c06.intoArray(c, co + 48);
    c07.intoArray(c, co + 56);
  }

  private static void block1x32(
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
      int k,
      boolean accumulate) {
    FloatVector c00 = accumulate ? load(c, co) : FloatVector.zero(F8);
    FloatVector c01 = accumulate ? load(c, co + 8) : FloatVector.zero(F8);
    FloatVector c02 = accumulate ? load(c, co + 16) : FloatVector.zero(F8);
    FloatVector c03 = accumulate ? load(c, co + 24) : FloatVector.zero(F8);
    int pa = ao;
    int pb = bo;
    for (int p = 0; p < k; p++) {
      FloatVector b0 = load(b, pb);
      FloatVector b1 = load(b, pb + 8);
      FloatVector b2 = load(b, pb + 16);
      FloatVector b3 = load(b, pb + 24);
      FloatVector x = Lanes.all(a[pa]);
      c00 = b0.fma(x, c00);
      c01 = b1.fma(x, c01);
      c02 = b2.fma(x, c02);
      c03 = b3.fma(x, c03);
      pa += aColumn;
      pb += ldb;
    }
    c00.intoArray(c, co);
    c01.intoArray(c, co + 8);
    c02.intoArray(c, co + 16);
    c03.intoArray(c, co + 24);
  }

  private static void block1x8(
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
      int k,
      boolean accumulate) {
    FloatVector c00 = accumulate ? load(c, co) : FloatVector.zero(F8);
    int pa = ao;
    int pb = bo;
    for (int p = 0; p < k; p++) {
      FloatVector b0 = load(b, pb);
      FloatVector x = Lanes.all(a[pa]);
      c00 = b0.fma(x, c00);
      pa += aColumn;
      pb += ldb;
    }
    c00.intoArray(c, co);
  }
}
