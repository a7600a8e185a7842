package io.encodectr.kernel;

/** Scalar twin of {@link VectorRows}. */
final class ScalarRows {
  private ScalarRows() {}

  /** The one reduction tree: ((l0+l4)+(l2+l6)) + ((l1+l5)+(l3+l7)). */
  static float tree(float[] l) {
    return ((l[0] + l[4]) + (l[2] + l[6])) + ((l[1] + l[5]) + (l[3] + l[7]));
  }

  private static float dot(float[] x, int xo, float[] y, int yo, int d, float[] lanes) {
    for (int c = 0; c < 8; c++) {
      lanes[c] = x[xo + c] * y[yo + c];
    }
    for (int c = 8; c < d; c++) {
      lanes[c & 7] = Math.fma(x[xo + c], y[yo + c], lanes[c & 7]);
    }
    return tree(lanes);
  }

  static float dot(float[] x, int xo, float[] y, int yo, int d) {
    return dot(x, xo, y, yo, d, new float[8]);
  }

  static void gather(float[] table, int d, int[] rows, int from, int n, float[] out, int oo) {
    for (int i = 0; i < n; i++) {
      System.arraycopy(table, rows[from + i] * d, out, oo + i * d, d);
    }
  }

  static void drain(float[] x, int o, float[] sum, int so, int n) {
    for (int i = 0; i < n; i++) {
      sum[so + i] += x[o + i];
      x[o + i] = 0f;
    }
  }

  static void transposeScaled(float[] keys, float[] scale, int np, int d, float[] out) {
    for (int i = 0; i < np; i++) {
      for (int c = 0; c < d; c++) {
        out[c * np + i] = keys[i * d + c] * scale[i];
      }
    }
  }

  static void squaredNorms(float[] x, int d, int from, int to, float[] out) {
    float[] lanes = new float[8];
    for (int i = from; i < to; i++) {
      out[i] = dot(x, i * d, x, i * d, d, lanes);
    }
  }

  static void dotPairs(float[] table, int d, int[] left, int[] right, int n, float[] out) {
    float[] lanes = new float[8];
    for (int i = 0; i < n; i++) {
      out[i] = dot(table, left[i] * d, table, right[i] * d, d, lanes);
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
    float[] lanes = new float[8];
    for (int i = 0; i < n; i++) {
      out[oo + i] = dot(query, qo, table, rows[from + i] * d, d, lanes);
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
    for (int c = 0; c < d; c++) {
      float sum = 0f;
      for (int i = 0; i < n; i++) {
        sum = Math.fma(table[rows[from + i] * d + c], weights[wo + i], sum);
      }
      out[oo + c] = sum;
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
      int source = rows[from + i] * d;
      int target = so + cluster[i] * d;
      for (int c = 0; c < d; c++) {
        sums[target + c] = Math.fma(table[source + c], weights[wo + i], sums[target + c]);
      }
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
      int target = rows[from + i] * d;
      int origin = so + cluster[co + i] * d;
      for (int c = 0; c < d; c++) {
        gradient[target + c] = Math.fma(source[origin + c], weights[wo + i], gradient[target + c]);
      }
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
    for (int i = 0; i < n; i++) {
      int target = rows[from + i] * d;
      for (int c = 0; c < d; c++) {
        float sum = Math.fma(keys[i * d + c], own[i], gradient[target + c]);
        for (int t = 0; t < terms; t++) {
          sum = Math.fma(vectors[t * d + c], coefficients[t * ld + i], sum);
        }
        gradient[target + c] = sum;
      }
    }
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
    for (int i = 0; i < n; i++) {
      float g = gradient[go + i];
      float first = Math.fma(m[o + i], 0.9f, g * 0.1f);
      float second = Math.fma(v[o + i], 0.999f, g * g * 0.001f);
      m[o + i] = first;
      v[o + i] = second;
      values[o + i] -= first * rate / ((float) Math.sqrt(second) * correction + 1e-8f);
    }
  }
}
