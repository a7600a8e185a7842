package io.encodectr.kernel;

import static io.encodectr.kernel.Lanes.all;
import static io.encodectr.kernel.Lanes.load;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Vector API twin of {@link ScalarRows}. Dimension 32, the paper's, keeps a row in four registers;
 * other dimensions take the loop.
 */
final class VectorRows {
  private VectorRows() {}

  /** Loads, not block copies: the processor then waits for many rows at once. */
  static void gather(float[] table, int d, int[] rows, int from, int n, float[] out, int oo) {
    if (d == 32) {
      for (int i = 0; i < n; i++) {
        int o = rows[from + i] * 32;
        int to = oo + i * 32;
        load(table, o).intoArray(out, to);
        load(table, o + 8).intoArray(out, to + 8);
        load(table, o + 16).intoArray(out, to + 16);
        load(table, o + 24).intoArray(out, to + 24);
      }
      return;
    }
    for (int i = 0; i < n; i++) {
      int o = rows[from + i] * d;
      int to = oo + i * d;
      for (int c = 0; c < d; c += 8) {
        load(table, o + c).intoArray(out, to + c);
      }
    }
  }

  static void drain(float[] x, int o, float[] sum, int so, int n) {
    FloatVector zero = all(0f);
    for (int i = 0; i < n; i += 8) {
      load(sum, so + i).add(load(x, o + i)).intoArray(sum, so + i);
      zero.intoArray(x, o + i);
    }
  }

  static void transposeScaled(float[] keys, float[] scale, int np, int d, float[] out) {
    for (int i = 0; i < np; i += 8) {
      FloatVector s = load(scale, i);
      for (int c = 0; c < d; c += 8) {
        transpose8(keys, i * d + c, d, s, out, c * np + i, np);
      }
    }
  }

  private static void transpose8(
      float[] x, int o, int stride, FloatVector scale, float[] out, int oo, int outStride) {
    FloatVector r0 = load(x, o);
    FloatVector r1 = load(x, o + stride);
    FloatVector r2 = load(x, o + 2 * stride);
    FloatVector r3 = load(x, o + 3 * stride);
    FloatVector r4 = load(x, o + 4 * stride);
    FloatVector r5 = load(x, o + 5 * stride);
    FloatVector r6 = load(x, o + 6 * stride);
    FloatVector r7 = load(x, o + 7 * stride);
    FloatVector a0 = Lanes.low4(r0, r4);
    FloatVector a1 = Lanes.low4(r1, r5);
    FloatVector a2 = Lanes.low4(r2, r6);
    FloatVector a3 = Lanes.low4(r3, r7);
    FloatVector b0 = Lanes.low2(a0, a2);
    FloatVector b1 = Lanes.low2(a1, a3);
    FloatVector b2 = Lanes.high2(a0, a2);
    FloatVector b3 = Lanes.high2(a1, a3);
    Lanes.low1(b0, b1).mul(scale).intoArray(out, oo);
    Lanes.high1(b0, b1).mul(scale).intoArray(out, oo + outStride);
    Lanes.low1(b2, b3).mul(scale).intoArray(out, oo + 2 * outStride);
    Lanes.high1(b2, b3).mul(scale).intoArray(out, oo + 3 * outStride);
    a0 = Lanes.high4(r0, r4);
    a1 = Lanes.high4(r1, r5);
    a2 = Lanes.high4(r2, r6);
    a3 = Lanes.high4(r3, r7);
    b0 = Lanes.low2(a0, a2);
    b1 = Lanes.low2(a1, a3);
    b2 = Lanes.high2(a0, a2);
    b3 = Lanes.high2(a1, a3);
    Lanes.low1(b0, b1).mul(scale).intoArray(out, oo + 4 * outStride);
    Lanes.high1(b0, b1).mul(scale).intoArray(out, oo + 5 * outStride);
    Lanes.low1(b2, b3).mul(scale).intoArray(out, oo + 6 * outStride);
    Lanes.high1(b2, b3).mul(scale).intoArray(out, oo + 7 * outStride);
  }

  /** Eight partial sums of <x, y>, in ascending blocks of eight. */
  private static FloatVector partial(float[] x, int xo, float[] y, int yo, int d) {
    FloatVector s = load(x, xo).mul(load(y, yo));
    if (d == 32) {
      s = load(x, xo + 8).fma(load(y, yo + 8), s);
      s = load(x, xo + 16).fma(load(y, yo + 16), s);
      return load(x, xo + 24).fma(load(y, yo + 24), s);
    }
    for (int c = 8; c < d; c += 8) {
      s = load(x, xo + c).fma(load(y, yo + c), s);
    }
    return s;
  }

  // One row at a time: with eight at once HotSpot gives up inlining and boxes every vector.

  static float dot(float[] x, int xo, float[] y, int yo, int d) {
    return Lanes.sum(partial(x, xo, y, yo, d));
  }

  static void squaredNorms(float[] x, int d, int from, int to, float[] out) {
    for (int i = from; i < to; i++) {
      out[i] = Lanes.sum(partial(x, i * d, x, i * d, d));
    }
  }

  static void dotPairs(float[] table, int d, int[] left, int[] right, int n, float[] out) {
    for (int i = 0; i < n; i++) {
      out[i] = Lanes.sum(partial(table, left[i] * d, table, right[i] * d, d));
    }
  }

  static void dotRows(
      float[] query,
      int qo,
      float[] table,
      int d,
      int[] rows,
      int from,
      int n,
      float[] out,
      int oo) {
    if (d == 32) {
      FloatVector q0 = load(query, qo);
      FloatVector q1 = load(query, qo + 8);
      FloatVector q2 = load(query, qo + 16);
      FloatVector q3 = load(query, qo + 24);
      for (int i = 0; i < n; i++) {
        int o = rows[from + i] * 32;
        FloatVector s = q0.mul(load(table, o));
        s = q1.fma(load(table, o + 8), s);
        s = q2.fma(load(table, o + 16), s);
        out[oo + i] = Lanes.sum(q3.fma(load(table, o + 24), s));
      }
      return;
    }
    for (int i = 0; i < n; i++) {
      out[oo + i] = Lanes.sum(partial(query, qo, table, rows[from + i] * d, d));
    }
  }

  static void sumRows(
      float[] table,
      int d,
      int[] rows,
      int from,
      int n,
      float[] weights,
      int wo,
      float[] out,
      int oo) {
    if (d == 32) {
      FloatVector s0 = all(0f);
      FloatVector s1 = s0;
      FloatVector s2 = s0;
      FloatVector s3 = s0;
      for (int i = 0; i < n; i++) {
        int o = rows[from + i] * 32;
        FloatVector w = all(weights[wo + i]);
        s0 = load(table, o).fma(w, s0);
        s1 = load(table, o + 8).fma(w, s1);
        s2 = load(table, o + 16).fma(w, s2);
        s3 = load(table, o + 24).fma(w, s3);
      }
      s0.intoArray(out, oo);
      s1.intoArray(out, oo + 8);
      s2.intoArray(out, oo + 16);
      s3.intoArray(out, oo + 24);
      return;
    }
    for (int c = 0; c < d; c += 8) {
      FloatVector s = all(0f);
      for (int i = 0; i < n; i++) {
        s = load(table, rows[from + i] * d + c).fma(all(weights[wo + i]), s);
      }
      s.intoArray(out, oo + c);
    }
  }

  static void poolClusters(
      float[] table,
      int d,
      int[] rows,
      int from,
      int n,
      int[] cluster,
      float[] weights,
      int wo,
      float[] sums,
      int so) {
    for (int i = 0; i < n; i++) {
      addScaled(sums, so + cluster[i] * d, table, rows[from + i] * d, weights[wo + i], d);
    }
  }

  static void scatterClusters(
      float[] gradient,
      int d,
      int[] rows,
      int from,
      int n,
      int[] cluster,
      int co,
      float[] weights,
      int wo,
      float[] source,
      int so) {
    for (int i = 0; i < n; i++) {
      addScaled(gradient, rows[from + i] * d, source, so + cluster[co + i] * d, weights[wo + i], d);
    }
  }

  private static void addScaled(float[] y, int yo, float[] x, int xo, float scale, int d) {
    FloatVector s = all(scale);
    if (d == 32) {
      FloatVector y0 = load(x, xo).fma(s, load(y, yo));
      FloatVector y1 = load(x, xo + 8).fma(s, load(y, yo + 8));
      FloatVector y2 = load(x, xo + 16).fma(s, load(y, yo + 16));
      FloatVector y3 = load(x, xo + 24).fma(s, load(y, yo + 24));
      y0.intoArray(y, yo);
      y1.intoArray(y, yo + 8);
      y2.intoArray(y, yo + 16);
      y3.intoArray(y, yo + 24);
      return;
    }
    for (int c = 0; c < d; c += 8) {
      load(x, xo + c).fma(s, load(y, yo + c)).intoArray(y, yo + c);
    }
  }

  static void scatterTerms(
      float[] gradient,
      int d,
      int[] rows,
      int from,
      int n,
      float[] coefficients,
      int ld,
      int terms,
      float[] vectors,
      float[] own,
      float[] keys) {
    if (d == 32) {
      for (int i = 0; i < n; i++) {
        scatter32(gradient, rows[from + i] * 32, coefficients, i, ld, terms, vectors, own[i], keys);
      }
      return;
    }
    for (int i = 0; i < n; i++) {
      int target = rows[from + i] * d;
      for (int c = 0; c < d; c += 8) {
        FloatVector s = load(keys, i * d + c).fma(all(own[i]), load(gradient, target + c));
        for (int t = 0; t < terms; t++) {
          s = load(vectors, t * d + c).fma(all(coefficients[t * ld + i]), s);
        }
        s.intoArray(gradient, target + c);
      }
    }
  }

  private static void scatter32(
      float[] gradient,
      int target,
      float[] coefficients,
      int i,
      int ld,
      int terms,
      float[] vectors,
      float own,
      float[] keys) {
    FloatVector w = all(own);
    int k = i * 32;
    FloatVector s0 = load(keys, k).fma(w, load(gradient, target));
    FloatVector s1 = load(keys, k + 8).fma(w, load(gradient, target + 8));
    FloatVector s2 = load(keys, k + 16).fma(w, load(gradient, target + 16));
    FloatVector s3 = load(keys, k + 24).fma(w, load(gradient, target + 24));
    for (int t = 0, v = 0, q = i; t < terms; t++, v += 32, q += ld) {
      w = all(coefficients[q]);
      s0 = load(vectors, v).fma(w, s0);
      s1 = load(vectors, v + 8).fma(w, s1);
      s2 = load(vectors, v + 16).fma(w, s2);
      s3 = load(vectors, v + 24).fma(w, s3);
    }
    s0.intoArray(gradient, target);
    s1.intoArray(gradient, target + 8);
    s2.intoArray(gradient, target + 16);
    s3.intoArray(gradient, target + 24);
  }

  static void adam(
      float[] values,
      int o,
      float[] gradient,
      int go,
      float[] m,
      float[] v,
      int n,
      float rate,
      float correction) {
    for (int i = 0; i < n; i += 8) {
      FloatVector g = load(gradient, go + i);
      FloatVector first = load(m, o + i).fma(all(0.9f), g.mul(0.1f));
      FloatVector second = load(v, o + i).fma(all(0.999f), g.mul(g).mul(0.001f));
      first.intoArray(m, o + i);
      second.intoArray(v, o + i);
      FloatVector root = second.lanewise(VectorOperators.SQRT).mul(correction).add(1e-8f);
      load(values, o + i).sub(first.mul(rate).div(root)).intoArray(values, o + i);
    }
  }
}
