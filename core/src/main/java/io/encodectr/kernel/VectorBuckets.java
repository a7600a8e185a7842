package io.encodectr.kernel;

import static io.encodectr.kernel.Lanes.all;
import static io.encodectr.kernel.Lanes.load;

import jdk.incubator.vector.FloatVector;

/**
 * Vector API twin of {@link ScalarBuckets}. A row is read once for all its buckets, or written once
 * for all of them.
 */
final class VectorBuckets {
  private VectorBuckets() {}

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
      FloatVector w = all(weights[i]);
      for (int c = 0; c < d; c += 32) {
        int left = Math.min(32, d - c);
        long code = codes[row];
        int o = row * d + c;
        if (left == 32) {
          FloatVector x0 = load(table, o);
          FloatVector x1 = load(table, o + 8);
          FloatVector x2 = load(table, o + 16);
          FloatVector x3 = load(table, o + 24);
          for (int g = 0; g < groups; g++, code >>>= bits) {
            int s = ((g << bits) | ((int) code & mask)) * d + c;
            x0.fma(w, load(sums, s)).intoArray(sums, s);
            x1.fma(w, load(sums, s + 8)).intoArray(sums, s + 8);
            x2.fma(w, load(sums, s + 16)).intoArray(sums, s + 16);
            x3.fma(w, load(sums, s + 24)).intoArray(sums, s + 24);
          }
        } else {
          for (int g = 0; g < groups; g++, code >>>= bits) {
            int s = ((g << bits) | ((int) code & mask)) * d + c;
            for (int b = 0; b < left; b += 8) {
              load(table, o + b).fma(w, load(sums, s + b)).intoArray(sums, s + b);
            }
          }
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
    for (int i = 0; i < n; i++) {
      int row = rows[from + i];
      int c = 0;
      for (; c + 32 <= d; c += 32) {
        scatter32(gradient, row * d + c, d, codes[row], groups, bits, source, c);
      }
      for (; c < d; c += 8) {
        scatter8(gradient, row * d + c, d, codes[row], groups, bits, source, c);
      }
    }
  }

  private static void scatter32(
      float[] gradient, int o, int d, long rowCode, int groups, int bits, float[] source, int c) {
    int mask = (1 << bits) - 1;
    long code = rowCode;
    FloatVector x0 = load(gradient, o);
    FloatVector x1 = load(gradient, o + 8);
    FloatVector x2 = load(gradient, o + 16);
    FloatVector x3 = load(gradient, o + 24);
    for (int g = 0; g < groups; g++, code >>>= bits) {
      int s = ((g << bits) | ((int) code & mask)) * d + c;
      x0 = x0.add(load(source, s));
      x1 = x1.add(load(source, s + 8));
      x2 = x2.add(load(source, s + 16));
      x3 = x3.add(load(source, s + 24));
    }
    x0.intoArray(gradient, o);
    x1.intoArray(gradient, o + 8);
    x2.intoArray(gradient, o + 16);
    x3.intoArray(gradient, o + 24);
  }

  private static void scatter8(
      float[] gradient, int o, int d, long rowCode, int groups, int bits, float[] source, int c) {
    int mask = (1 << bits) - 1;
    long code = rowCode;
    FloatVector x = load(gradient, o);
    for (int g = 0; g < groups; g++, code >>>= bits) {
      x = x.add(load(source, ((g << bits) | ((int) code & mask)) * d + c));
    }
    x.intoArray(gradient, o);
  }
}
