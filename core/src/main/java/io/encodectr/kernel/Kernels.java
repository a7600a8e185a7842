package io.encodectr.kernel;

/**
 * The door to the kernels; {@link Layers} is the other, to those of dense layers. Chooses the twin
 * once, when the class is initialized.
 *
 * <p>The Vector API twin runs where 256-bit float vectors are native; everywhere else, and with
 * {@code -Dencode.kernels=scalar}, the scalar twin. {@code -Dencode.kernels=vector} forces the
 * Vector API or fails. Results do not depend on the choice.
 *
 * <p>Arrays are flat and row-major. Unless stated otherwise, a dimension {@code d} and a padded
 * length are multiples of 8, offsets and counts are trusted (callers own their buffers), and all
 * methods are thread-safe as long as their output arrays are not shared.
 */
public final class Kernels {
  static final boolean VECTOR = KernelChoice.vector();

  private Kernels() {}

  /** {@code "vector"} or {@code "scalar"}: the twin in use. */
  public static String provider() {
    return VECTOR ? "vector" : "scalar";
  }

  /** The least multiple of 8 that holds {@code n}. */
  public static int padded(int n) {
    return (n + 7) & ~7;
  }

  /**
   * C = A·B, or C += A·B. Each output is one chain of fused multiply-adds in ascending k, whatever
   * the block it is computed in.
   *
   * @param a element (i,k) at {@code ao + i*aRow + k*aColumn}
   * @param b row-major {@code [k × n]} with row stride {@code ldb}
   * @param c row-major {@code [m × n]} with row stride {@code ldc}
   * @param n columns, a multiple of 8
   */
  public static void multiply(
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
    if (VECTOR) {
      VectorMatrix.multiply(a, ao, aRow, aColumn, b, bo, ldb, c, co, ldc, m, n, k, accumulate);
    } else {
      ScalarMatrix.multiply(a, ao, aRow, aColumn, b, bo, ldb, c, co, ldc, m, n, k, accumulate);
    }
  }

  /** x[o..o+n) = 0 where it is negative; NaN and −0 stay. */
  public static void relu(float[] x, int o, int n) {
    if (VECTOR && (n & 7) == 0) {
      VectorElements.relu(x, o, n);
    } else {
      ScalarElements.relu(x, o, n);
    }
  }

  /** Copies {@code table[rows[from+i]]} to row i of {@code out}; i &lt; n. */
  public static void gather(
      float[] table, int d, int[] rows, int from, int n, float[] out, int oo) {
    if (VECTOR) {
      VectorRows.gather(table, d, rows, from, n, out, oo);
    } else {
      ScalarRows.gather(table, d, rows, from, n, out, oo);
    }
  }

  /** Row i of {@code out} is {@code table[rows[from+i]] · factors[rows[from+i]]}; i &lt; n. */
  public static void scaleRows(
      float[] table, int d, int[] rows, int from, int n, float[] factors, float[] out) {
    if (VECTOR) {
      VectorElements.scaleRows(table, d, rows, from, n, factors, out);
    } else {
      ScalarElements.scaleRows(table, d, rows, from, n, factors, out);
    }
  }

  /**
   * Row i of {@code out} is {@code base[i] + table[rows[from+i]]}; i &lt; n.
   *
   * @param width floats of a row, a multiple of 8
   * @param stride of the base's rows; 0 if all add to its one row
   */
  public static void addRows(
      float[] table,
      int width,
      int[] rows,
      int from,
      int n,
      float[] base,
      int stride,
      float[] out) {
    if (VECTOR) {
      VectorElements.addRows(table, width, rows, from, n, base, stride, out);
    } else {
      ScalarElements.addRows(table, width, rows, from, n, base, stride, out);
    }
  }

  /**
   * {@code x[oo + i·stride + c] = x[xo + i·stride + c] · table[rows[from+i]][c]} for c &lt; d and i
   * &lt; n; the two parts of x do not overlap.
   */
  public static void multiplyRows(
      float[] table, int d, int[] rows, int from, int n, float[] x, int xo, int oo, int stride) {
    if (VECTOR) {
      VectorElements.multiplyRows(table, d, rows, from, n, x, xo, oo, stride);
    } else {
      ScalarElements.multiplyRows(table, d, rows, from, n, x, xo, oo, stride);
    }
  }

  /** {@code sum[so+i] += x[o+i]} and {@code x[o+i] = 0} for i &lt; n, a multiple of 8. */
  public static void drain(float[] x, int o, float[] sum, int so, int n) {
    if (VECTOR) {
      VectorRows.drain(x, o, sum, so, n);
    } else {
      ScalarRows.drain(x, o, sum, so, n);
    }
  }

  /**
   * {@code out[c*np + i] = keys[i*d + c] * scale[i]} for all i &lt; np.
   *
   * @param keys {@code [np × d]}, rows beyond the real ones zero
   * @param scale {@code [np]}
   * @param np a multiple of 8
   */
  public static void transposeScaled(float[] keys, float[] scale, int np, int d, float[] out) {
    if (VECTOR) {
      VectorRows.transposeScaled(keys, scale, np, d, out);
    } else {
      ScalarRows.transposeScaled(keys, scale, np, d, out);
    }
  }

  /** {@code out[i] = <x[i], x[i]>} for rows i in [from, to) of {@code x [· × d]}. */
  public static void squaredNorms(float[] x, int d, int from, int to, float[] out) {
    if (VECTOR) {
      VectorRows.squaredNorms(x, d, from, to, out);
    } else {
      ScalarRows.squaredNorms(x, d, from, to, out);
    }
  }

  /** {@code <x, y>} of d components from xo and from yo on. */
  public static float dot(float[] x, int xo, float[] y, int yo, int d) {
    return VECTOR ? VectorRows.dot(x, xo, y, yo, d) : ScalarRows.dot(x, xo, y, yo, d);
  }

  /** {@code out[i] = <table[left[i]], table[right[i]]>} for i &lt; n. */
  public static void dotPairs(float[] table, int d, int[] left, int[] right, int n, float[] out) {
    if (VECTOR) {
      VectorRows.dotPairs(table, d, left, right, n, out);
    } else {
      ScalarRows.dotPairs(table, d, left, right, n, out);
    }
  }

  /** {@code out[oo+i] = <query, table[rows[from+i]]>} for i &lt; n; the query starts at qo. */
  public static void dotRows(
      float[] query,
      int qo,
      float[] table,
      int d,
      int[] rows,
      int from,
      int n,
      float[] out,
      int oo) {
    if (VECTOR) {
      VectorRows.dotRows(query, qo, table, d, rows, from, n, out, oo);
    } else {
      ScalarRows.dotRows(query, qo, table, d, rows, from, n, out, oo);
    }
  }

  /** {@code out[oo..oo+d) = Σ_i weights[wo+i] · table[rows[from+i]]}, in ascending i &lt; n. */
  public static void sumRows(
      float[] table,
      int d,
      int[] rows,
      int from,
      int n,
      float[] weights,
      int wo,
      float[] out,
      int oo) {
    if (VECTOR) {
      VectorRows.sumRows(table, d, rows, from, n, weights, wo, out, oo);
    } else {
      ScalarRows.sumRows(table, d, rows, from, n, weights, wo, out, oo);
    }
  }

  /**
   * Hamming distances {@code out[i] = bitCount(codes[i] ^ code)} for i &lt; n. One twin: the
   * processor counts 64 bits in one instruction, and whole numbers have one sum.
   */
  public static void hammingDistances(long[] codes, int n, long code, int[] out) {
    for (int i = 0; i < n; i++) {
      out[i] = Long.bitCount(codes[i] ^ code);
    }
  }

  /**
   * Sums of rows by their hash buckets: {@code sums[g·2^bits + b] += weights[i] · table[rows[from +
   * i]]} in ascending i, for every group g, where b is the g-th group of {@code bits} bits of
   * {@code codes[rows[from + i]]}.
   *
   * @param codes a code for each row of the table
   * @param sums {@code [groups·2^bits × d]}
   */
  public static void sumBuckets(
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
    if (VECTOR) {
      VectorBuckets.sumBuckets(table, d, rows, from, n, weights, codes, groups, bits, sums);
    } else {
      ScalarBuckets.sumBuckets(table, d, rows, from, n, weights, codes, groups, bits, sums);
    }
  }

  /**
   * Backward of {@link #sumBuckets} for weights of 1: {@code gradient[rows[from+i]] += Σ_g
   * source[g·2^bits + b]}, in ascending i and g.
   */
  public static void scatterBuckets(
      float[] gradient,
      int d,
      int[] rows,
      int from,
      int n,
      long[] codes,
      int groups,
      int bits,
      float[] source) {
    if (VECTOR) {
      VectorBuckets.scatterBuckets(gradient, d, rows, from, n, codes, groups, bits, source);
    } else {
      ScalarBuckets.scatterBuckets(gradient, d, rows, from, n, codes, groups, bits, source);
    }
  }

  /**
   * Softmax of {@code scale·x} over n entries, in place; entries n..np become 0. A NaN makes all n
   * entries NaN.
   */
  public static void softmax(float[] x, int o, int n, float scale) {
    softmaxRows(x, o, 1, n, scale);
  }

  /** {@link #softmax} of each of m rows of n entries; rows begin a padded n apart. */
  public static void softmaxRows(float[] x, int o, int m, int n, float scale) {
    if (VECTOR) {
      VectorSoftmax.softmaxRows(x, o, m, n, scale);
    } else {
      ScalarSoftmax.softmaxRows(x, o, m, n, scale);
    }
  }

  /**
   * Gradient of {@link #softmax}: {@code da[i] = scale · a[i] · (da[i] − Σ_j a[j]·da[j])}, in place
   * over the padded length of n.
   */
  public static void softmaxGradient(float[] a, int ao, float[] da, int dao, int n, float scale) {
    if (VECTOR) {
      VectorSoftmax.softmaxGradient(a, ao, da, dao, n, scale);
    } else {
      ScalarSoftmax.softmaxGradient(a, ao, da, dao, n, scale);
    }
  }

  /** x[o..o+n) = σ(x) = 1/(1 + exp(−x)), in place; n a multiple of 8. NaN stays NaN. */
  public static void sigmoid(float[] x, int o, int n) {
    if (VECTOR) {
      VectorSoftmax.sigmoid(x, o, n);
    } else {
      ScalarSoftmax.sigmoid(x, o, n);
    }
  }

  /** x[o..o+n) = tanh(x), in place, to an absolute error of 2e-7; n a multiple of 8. */
  public static void tanh(float[] x, int o, int n) {
    if (VECTOR) {
      VectorSoftmax.tanh(x, o, n);
    } else {
      ScalarSoftmax.tanh(x, o, n);
    }
  }

  /**
   * {@code out[i] = exp(beta·(similarity[i] − 1))}, i &lt; padded n; arguments below −87 count as
   * −87. Relative error below 2e-7.
   */
  public static void expShifted(float[] similarity, float[] out, int n, float beta) {
    if (VECTOR) {
      VectorSoftmax.expShifted(similarity, out, n, beta);
    } else {
      ScalarSoftmax.expShifted(similarity, out, n, beta);
    }
  }

  /**
   * Nearest center of each point by dot product; ties go to the lower center.
   *
   * @param points structure of arrays {@code [m × np]}, unit or zero vectors
   * @param np the stride between components
   * @param used points looked at, a multiple of 16, at most np; padding points join cluster 0
   * @param centers {@code [count × m]}
   * @param assignment in: the last assignment, out: the new one, as whole floats
   * @param similarity out: dot product with the chosen center
   * @return whether any assignment changed
   */
  public static boolean assign(
      float[] points,
      int np,
      int used,
      int m,
      float[] centers,
      int count,
      float[] assignment,
      float[] similarity) {
    return VECTOR
        ? VectorClustering.assign(points, np, used, m, centers, count, assignment, similarity)
        : ScalarClustering.assign(points, np, used, m, centers, count, assignment, similarity);
  }

  /**
   * Step of k-means++: {@code distance[i] = min(distance[i], max(0, 1 − <point i, center>))}, with
   * distances below {@code 1e-6} counting as 0, and sums over blocks of 64 points as 8 partial
   * sums.
   *
   * @param points {@code [m × np]}, np a multiple of 64
   * @param blockSums out {@code [np/64 × 8]}
   */
  public static void shrinkDistances(
      float[] points, int np, int m, float[] center, int co, float[] distance, float[] blockSums) {
    if (VECTOR) {
      VectorClustering.shrinkDistances(points, np, m, center, co, distance, blockSums);
    } else {
      ScalarClustering.shrinkDistances(points, np, m, center, co, distance, blockSums);
    }
  }

  /** {@code sums[assignment[i]] += rows[i]}, rows of {@code width} floats, in ascending i. */
  public static void sumByCluster(
      float[] rows, int width, float[] assignment, int n, float[] sums) {
    if (VECTOR) {
      VectorClustering.sumByCluster(rows, width, assignment, n, sums);
    } else {
      ScalarClustering.sumByCluster(rows, width, assignment, n, sums);
    }
  }

  /** {@code sums[cluster[i]] += table[rows[from+i]] · weights[i]}, in ascending i. */
  public static void poolClusters(
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
    if (VECTOR) {
      VectorRows.poolClusters(table, d, rows, from, n, cluster, weights, wo, sums, so);
    } else {
      ScalarRows.poolClusters(table, d, rows, from, n, cluster, weights, wo, sums, so);
    }
  }

  /** {@code gradient[rows[from+i]] += source[cluster[co+i]] · weights[wo+i]}, in ascending i. */
  public static void scatterClusters(
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
    if (VECTOR) {
      VectorRows.scatterClusters(gradient, d, rows, from, n, cluster, co, weights, wo, source, so);
    } else {
      ScalarRows.scatterClusters(gradient, d, rows, from, n, cluster, co, weights, wo, source, so);
    }
  }

  /**
   * {@code gradient[rows[from+i]] += Σ_t coefficients[t*ld + i] · vectors[t] + own[i] · keys[i]}:
   * what an attention's values and keys get back from its {@code terms} vectors.
   */
  public static void scatterTerms(
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
    if (VECTOR) {
      VectorRows.scatterTerms(
          gradient, d, rows, from, n, coefficients, ld, terms, vectors, own, keys);
    } else {
      ScalarRows.scatterTerms(
          gradient, d, rows, from, n, coefficients, ld, terms, vectors, own, keys);
    }
  }

  /**
   * One Adam step on n values: m and v are the running moments, {@code rate = lr/(1−β1^t)}, {@code
   * correction = 1/√(1−β2^t)}; β1 = 0.9, β2 = 0.999, ε = 1e-8.
   */
  public static void adam(
      float[] values,
      int o,
      float[] gradient,
      int go,
      float[] m,
      float[] v,
      int n,
      float rate,
      float correction) {
    if (VECTOR && (n & 7) == 0) {
      VectorRows.adam(values, o, gradient, go, m, v, n, rate, correction);
    } else {
      ScalarRows.adam(values, o, gradient, go, m, v, n, rate, correction);
    }
  }
}
