package io.encodectr.kernel;

import static io.encodectr.kernel.Lanes.WIDE;
import static io.encodectr.kernel.Lanes.wide;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Vector API twin of {@link ScalarBytes}: four rows times one panel, a group of inputs at a time,
 * in registers of 16-bit lanes; six rows would not fit the registers of AVX2. Whole numbers have
 * one sum, so vectors are as wide as the machine has them.
 */
final class VectorBytes {
  private static final VectorSpecies<Integer> INTS =
      WIDE.length() > 8 ? IntVector.SPECIES_512 : IntVector.SPECIES_256;
  private static final VectorSpecies<Short> SHORTS =
      WIDE.length() > 8 ? ShortVector.SPECIES_512 : ShortVector.SPECIES_256;

  /** Lanes of floats, ints, and shorts. */
  private static final int W = WIDE.length();

  private static final int LANES = 2 * W;
  private static final int ROWS = ByteLayer.ROWS;

  private VectorBytes() {}

  /** First all rows' scales, then all rows, since each row alone would wait for its own. */
  static void quantize(ByteLayer layer, float[] x, int xo, int ldx, int m, ByteLayer.Workspace w) {
    for (int g = 0; g < layer.groups; g++) {
      int from = g * layer.groupLength;
      int n = layer.end(g) - from;
      for (int i = 0; i < m; i++) {
        float largest = largest(x, xo + i * ldx + from, n);
        w.scales[i * layer.groups + g] = largest / ByteLayer.LARGEST_INPUT;
        w.inverses[i] = ScalarBytes.inverse(largest);
      }
      for (int i = 0; i < m; i++) {
        round(x, xo + i * ldx + from, n, w.inverses[i], w.inputs, i * layer.stride() + from);
      }
    }
  }

  private static float largest(float[] x, int o, int n) {
    int whole = n / W * W;
    IntVector running = IntVector.zero(INTS);
    for (int i = o; i < o + whole; i += W) {
      running = wide(x, i).reinterpretAsInts().and(Integer.MAX_VALUE).max(running);
    }
    return ScalarBytes.largest(x, o + whole, n - whole, running.reduceLanes(VectorOperators.MAX));
  }

  private static void round(float[] x, int o, int n, float inverse, int[] out, int oo) {
    int i = 0;
    for (; i + W <= n; i += W) {
      IntVector rounded =
          wide(x, o + i)
              .fma(Lanes.wideAll(inverse), Lanes.wideAll(ScalarSoftmax.ROUNDER))
              .reinterpretAsInts();
      rounded.lanewise(VectorOperators.LSHL, 16).or(rounded.and(0xffff)).intoArray(out, oo + i);
    }
    for (; i < n; i++) {
      out[oo + i] = ScalarBytes.twice(x[o + i], inverse);
    }
  }

  static void multiply(ByteLayer layer, ByteLayer.Workspace w, float[] c, int co, int ldc, int m) {
    int stride = layer.stride();
    for (int j = 0; j < layer.columns; j += 2 * LANES) {
      int panel = j * layer.k;
      for (int i = 0; i < m; i += ROWS) {
        int rows = Math.min(ROWS, m - i);
        for (int g = 0; g < layer.groups; g++) {
          int from = g * layer.groupLength;
          sum(w.inputs, i * stride, stride, layer.panels, panel, from, layer.end(g), rows, w.sums);
          int scale = i * layer.groups + g;
          int row = co + i * ldc + j;
          int so = g * layer.columns + j;
          add(w.sums, layer.scales, so, w.scales, scale, layer.groups, c, row, ldc, rows);
        }
      }
    }
  }

  /** Adds the sums of some rows of a panel to C. */
  private static void add(
      int[] sums,
      float[] b,
      int bo,
      float[] x,
      int xo,
      int ldx,
      float[] c,
      int co,
      int ldc,
      int rows) {
    FloatVector b0 = wide(b, bo);
    FloatVector b1 = wide(b, bo + W);
    FloatVector b2 = wide(b, bo + 2 * W);
    FloatVector b3 = wide(b, bo + 3 * W);
    for (int i = 0; i < rows; i++) {
      FloatVector scale = Lanes.wideAll(x[xo + i * ldx]);
      int row = co + i * ldc;
      IntVector s = IntVector.fromArray(INTS, sums, i * 2 * W);
      low(s).fma(b0.mul(scale), wide(c, row)).intoArray(c, row);
      high(s).fma(b1.mul(scale), wide(c, row + W)).intoArray(c, row + W);
      s = IntVector.fromArray(INTS, sums, i * 2 * W + W);
      low(s).fma(b2.mul(scale), wide(c, row + 2 * W)).intoArray(c, row + 2 * W);
      high(s).fma(b3.mul(scale), wide(c, row + 3 * W)).intoArray(c, row + 3 * W);
    }
  }

  /** The lower half of each int. */
  private static FloatVector low(IntVector pairs) {
    IntVector wide = pairs.lanewise(VectorOperators.LSHL, 16).lanewise(VectorOperators.ASHR, 16);
    return (FloatVector) wide.convert(VectorOperators.I2F, 0);
  }

  private static FloatVector high(IntVector pairs) {
    IntVector wide = pairs.lanewise(VectorOperators.ASHR, 16);
    return (FloatVector) wide.convert(VectorOperators.I2F, 0);
  }

  // A block of fewer rows takes its last row several times.

  private static void sum(
      int[] x, int xo, int ldx, short[] b, int bo, int from, int to, int rows, int[] sums) {
    int x1 = xo + Math.min(1, rows - 1) * ldx;
    int x2 = xo + Math.min(2, rows - 1) * ldx;
    int x3 = xo + Math.min(3, rows - 1) * ldx;
    ShortVector s00 = ShortVector.zero(SHORTS);
    ShortVector s01 = ShortVector.zero(SHORTS);
    ShortVector s10 = ShortVector.zero(SHORTS);
    ShortVector s11 = ShortVector.zero(SHORTS);
    ShortVector s20 = ShortVector.zero(SHORTS);
    ShortVector s21 = ShortVector.zero(SHORTS);
    ShortVector s30 = ShortVector.zero(SHORTS);
    ShortVector s31 = ShortVector.zero(SHORTS);
    for (int p = from; p < to; p++) {
      ShortVector b0 = ShortVector.fromArray(SHORTS, b, bo + p * 2 * LANES);
      ShortVector b1 = ShortVector.fromArray(SHORTS, b, bo + p * 2 * LANES + LANES);
      ShortVector y = IntVector.broadcast(INTS, x[xo + p]).reinterpretAsShorts();
      s00 = b0.mul(y).add(s00);
      s01 = b1.mul(y).add(s01);
      y = IntVector.broadcast(INTS, x[x1 + p]).reinterpretAsShorts();
      s10 = b0.mul(y).add(s10);
      s11 = b1.mul(y).add(s11);
      y = IntVector.broadcast(INTS, x[x2 + p]).reinterpretAsShorts();
      s20 = b0.mul(y).add(s20);
      s21 = b1.mul(y).add(s21);
      y = IntVector.broadcast(INTS, x[x3 + p]).reinterpretAsShorts();
      s30 = b0.mul(y).add(s30);
      s31 = b1.mul(y).add(s31);
    }
    s00.reinterpretAsInts().intoArray(sums, 0);
    s01.reinterpretAsInts().intoArray(sums, W);
    s10.reinterpretAsInts().intoArray(sums, 2 * W);
    s11.reinterpretAsInts().intoArray(sums, 3 * W);
    s20.reinterpretAsInts().intoArray(sums, 4 * W);
    s21.reinterpretAsInts().intoArray(sums, 5 * W);
    s30.reinterpretAsInts().intoArray(sums, 6 * W);
    s31.reinterpretAsInts().intoArray(sums, 7 * W);
  }
}
