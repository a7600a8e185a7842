package io.encodectr.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The scalar and the Vector API twin of each kernel agree to the last bit, odd sizes included. */
class KernelTwinsTest {
  private static final long SEED = Long.getLong("encode.test.seed", 20261123L);
  private final SplittableRandom random = new SplittableRandom(SEED);
  private Flavor flavor = Flavor.UNIFORM;

  static int[] sizes() {
    return new int[] {
      1, 2, 3, 5, 6, 7, 8, 9, 11, 13, 15, 16, 17, 23, 31, 32, 33, 47, 63, 64, 65, 100, 127, 129,
      255, 257, 1000
    };
  }

  @BeforeEach
  void vectorsNeedNative256Bits() {
    assumeThat(Lanes.native256()).as("native 256-bit vectors").isTrue();
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void multiply(int m) {
    for (Flavor each : Flavor.values()) {
      flavor = each;
      for (int n : new int[] {8, 16, 24, 32, 40, 200}) {
        for (int k : new int[] {1, 4, 31, 32, 128}) {
          if ((long) m * n * k <= 2_000_000) {
            multiply(m, n, k);
          }
        }
      }
    }
  }

  /** Offsets and strides differ from each other, so that none can stand in for another. */
  private void multiply(int m, int n, int k) {
    int aStride = k + 3;
    int bStride = n + 5;
    int cStride = n + 8;
    float[] a = values(1 + Math.max(m * aStride, k * (m + 2)));
    float[] b = values(2 + k * bStride);
    float[] start = values(4 + m * cStride);
    for (boolean accumulate : new boolean[] {false, true}) {
      float[] c = start.clone();
      float[] e = start.clone();
      VectorMatrix.multiply(a, 1, aStride, 1, b, 2, bStride, c, 4, cStride, m, n, k, accumulate);
      ScalarMatrix.multiply(a, 1, aStride, 1, b, 2, bStride, e, 4, cStride, m, n, k, accumulate);
      assertSame(c, e, "row-major A, n=" + n + " k=" + k);
      VectorMatrix.multiply(a, 1, 1, m + 2, b, 2, bStride, c, 4, cStride, m, n, k, accumulate);
      ScalarMatrix.multiply(a, 1, 1, m + 2, b, 2, bStride, e, 4, cStride, m, n, k, accumulate);
      assertSame(c, e, "transposed A, n=" + n + " k=" + k);
    }
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void rowKernels(int n) {
    for (Flavor each : Flavor.values()) {
      flavor = each;
      compareRowKernels(n);
    }
  }

  private void compareRowKernels(int n) {
    for (int d : new int[] {8, 24, 32, 64}) {
      int np = Kernels.padded(n);
      float[] table = values(np * d);
      float[] scale = values(np);
      float[] c = new float[np * d];
      float[] e = new float[np * d];
      VectorRows.transposeScaled(table, scale, np, d, c);
      ScalarRows.transposeScaled(table, scale, np, d, e);
      assertSame(c, e, "transposeScaled d=" + d);

      float[] norms = new float[np];
      float[] expected = new float[np];
      VectorRows.squaredNorms(table, d, 0, n, norms);
      ScalarRows.squaredNorms(table, d, 0, n, expected);
      assertSame(norms, expected, "squaredNorms d=" + d);

      int[] left = rows(n, np);
      int[] right = rows(n, np);
      VectorRows.dotPairs(table, d, left, right, n, norms);
      ScalarRows.dotPairs(table, d, left, right, n, expected);
      assertSame(norms, expected, "dotPairs d=" + d);

      float[] query = values(d + 3);
      assertSame(
          new float[] {VectorRows.dot(query, 3, table, d, d)},
          new float[] {ScalarRows.dot(query, 3, table, d, d)},
          "dot d=" + d);
      VectorRows.dotRows(query, 3, table, d, left, 0, n, c, 5);
      ScalarRows.dotRows(query, 3, table, d, left, 0, n, e, 5);
      assertSame(c, e, "dotRows d=" + d);
      VectorRows.dotRows(query, 3, table, d, left, n / 2, n - n / 2, c, 0);
      ScalarRows.dotRows(query, 3, table, d, left, n / 2, n - n / 2, e, 0);
      assertSame(c, e, "dotRows from the middle d=" + d);

      float[] summed = values(d + 2);
      float[] expectedSum = summed.clone();
      for (int from : new int[] {0, n / 3, n}) {
        VectorRows.sumRows(table, d, left, from, n - from, scale, from, summed, 2);
        ScalarRows.sumRows(table, d, left, from, n - from, scale, from, expectedSum, 2);
        assertSame(summed, expectedSum, "sumRows d=" + d);
      }

      float[] gathered = new float[n * d + 8];
      float[] expectedGathered = gathered.clone();
      VectorRows.gather(table, d, left, 0, n, gathered, 8);
      ScalarRows.gather(table, d, left, 0, n, expectedGathered, 8);
      assertSame(gathered, expectedGathered, "gather d=" + d);

      float[] total = values(n * d);
      float[] expectedTotal = total.clone();
      VectorRows.drain(gathered, 8, total, 0, n * d);
      ScalarRows.drain(expectedGathered, 8, expectedTotal, 0, n * d);
      assertSame(total, expectedTotal, "drain d=" + d);
      assertSame(gathered, new float[n * d + 8], "drained d=" + d);
      assertSame(expectedGathered, new float[n * d + 8], "drained d=" + d);

      int[] cluster = rows(n, 5);
      float[] sums = values(5 * d);
      float[] expectedSums = sums.clone();
      VectorRows.poolClusters(table, d, left, 0, n, cluster, scale, 0, sums, 0);
      ScalarRows.poolClusters(table, d, left, 0, n, cluster, scale, 0, expectedSums, 0);
      assertSame(sums, expectedSums, "poolClusters d=" + d);

      VectorRows.scatterClusters(c, d, left, 0, n, cluster, 0, scale, 0, sums, 0);
      ScalarRows.scatterClusters(e, d, left, 0, n, cluster, 0, scale, 0, sums, 0);
      assertSame(c, e, "scatterClusters d=" + d);

      float[] coefficients = values(3 * np);
      float[] vectors = values(3 * d);
      VectorRows.scatterTerms(c, d, left, 0, n, coefficients, np, 3, vectors, scale, table);
      ScalarRows.scatterTerms(e, d, left, 0, n, coefficients, np, 3, vectors, scale, table);
      assertSame(c, e, "scatterTerms d=" + d);

      float[] m = values(np * d);
      float[] v = values(np * d);
      for (int i = 0; i < v.length; i++) {
        v[i] = Math.abs(v[i]);
      }
      float[] m2 = m.clone();
      float[] v2 = v.clone();
      VectorRows.adam(c, 0, table, 0, m, v, np * d, 0.01f, 1.3f);
      ScalarRows.adam(e, 0, table, 0, m2, v2, np * d, 0.01f, 1.3f);
      assertSame(c, e, "adam values");
      assertSame(m, m2, "adam first moments");
      assertSame(v, v2, "adam second moments");
    }
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void bucketKernels(int n) {
    for (Flavor each : Flavor.values()) {
      flavor = each;
      for (int d : new int[] {8, 24, 32, 40, 64}) {
        for (int bits : new int[] {1, 3}) {
          compareBucketKernels(n, d, bits);
        }
      }
    }
  }

  private void compareBucketKernels(int n, int d, int bits) {
    int groups = 48 / bits;
    float[] table = values(n * d);
    float[] weights = values(n);
    int[] rows = rows(n, n);
    long[] codes = random.longs(n).toArray();
    float[] sums = values((groups << bits) * d);
    float[] expected = sums.clone();
    int from = n / 4;
    VectorBuckets.sumBuckets(table, d, rows, from, n - from, weights, codes, groups, bits, sums);
    ScalarBuckets.sumBuckets(
        table, d, rows, from, n - from, weights, codes, groups, bits, expected);
    assertSame(sums, expected, "sumBuckets d=" + d);
    float[] expectedTable = table.clone();
    VectorBuckets.scatterBuckets(table, d, rows, from, n - from, codes, groups, bits, sums);
    ScalarBuckets.scatterBuckets(expectedTable, d, rows, from, n - from, codes, groups, bits, sums);
    assertSame(table, expectedTable, "scatterBuckets d=" + d);
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void softmaxKernels(int n) {
    for (Flavor each : Flavor.values()) {
      flavor = each;
      compareSoftmaxKernels(n);
    }
  }

  private void compareSoftmaxKernels(int n) {
    int np = Kernels.padded(n);
    for (float scale : new float[] {0.1f, 1f, 20f, 1000f}) {
      float[] c = values(np);
      float[] e = c.clone();
      VectorSoftmax.softmaxRows(c, 0, 1, n, scale);
      ScalarSoftmax.softmaxRows(e, 0, 1, n, scale);
      assertSame(c, e, "softmax scale=" + scale);
      float[] rows = values(3 * np + 4);
      float[] erows = rows.clone();
      VectorSoftmax.softmaxRows(rows, 4, 3, n, scale);
      ScalarSoftmax.softmaxRows(erows, 4, 3, n, scale);
      assertSame(rows, erows, "softmaxRows");
      float[] g = values(np);
      float[] ge = g.clone();
      VectorSoftmax.softmaxGradient(c, 0, g, 0, n, scale);
      ScalarSoftmax.softmaxGradient(e, 0, ge, 0, n, scale);
      assertSame(g, ge, "softmaxGradient");
      VectorSoftmax.expShifted(g, c, n, scale);
      ScalarSoftmax.expShifted(g, e, n, scale);
      assertSame(c, e, "expShifted");
      squashingKernels(Kernels.padded(n), scale);
    }
  }

  private void squashingKernels(int n, float scale) {
    float[] c = values(8 + n);
    for (int i = 0; i < c.length; i++) {
      c[i] *= scale;
    }
    float[] e = c.clone();
    VectorSoftmax.sigmoid(c, 8, n);
    ScalarSoftmax.sigmoid(e, 8, n);
    assertSame(c, e, "sigmoid");
    VectorSoftmax.tanh(c, 0, n);
    ScalarSoftmax.tanh(e, 0, n);
    assertSame(c, e, "tanh");
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void clusteringKernels(int n) {
    for (Flavor each : Flavor.values()) {
      flavor = each;
      compareClusteringKernels(n);
    }
  }

  private void compareClusteringKernels(int n) {
    int stride = (n + 63) / 64 * 64;
    int used = (n + 15) & ~15;
    for (int m : new int[] {1, 2, 4, 7, 16}) {
      float[] points = new float[stride * m];
      for (int j = 0; j < m; j++) {
        System.arraycopy(values(n), 0, points, j * stride, n);
      }
      float[] centers = values(30 * m);
      float[] a = new float[stride];
      float[] ea = new float[stride];
      float[] s = new float[stride];
      float[] es = new float[stride];
      for (int round = 0; round < 2; round++) {
        boolean moved = VectorClustering.assign(points, stride, used, m, centers, 30, a, s);
        boolean expected = ScalarClustering.assign(points, stride, used, m, centers, 30, ea, es);
        assertThat(moved).isEqualTo(expected);
        assertSame(a, ea, "assignment m=" + m);
        assertSame(s, es, "similarity m=" + m);
      }
      float[] d = new float[stride];
      Arrays.fill(d, 0, n, 2f);
      float[] ed = d.clone();
      float[] blocks = new float[stride / 8];
      float[] eblocks = new float[stride / 8];
      VectorClustering.shrinkDistances(points, stride, m, centers, m, d, blocks);
      ScalarClustering.shrinkDistances(points, stride, m, centers, m, ed, eblocks);
      assertSame(d, ed, "distance");
      assertSame(blocks, eblocks, "blockSums");
      int width = Kernels.padded(m + 1);
      float[] rows = values(n * width);
      float[] sums = new float[30 * width];
      float[] esums = new float[30 * width];
      VectorClustering.sumByCluster(rows, width, a, n, sums);
      ScalarClustering.sumByCluster(rows, width, a, n, esums);
      assertSame(sums, esums, "sumByCluster");
    }
  }

  private void assertSame(float[] actual, float[] expected, String what) {
    int at = Arrays.mismatch(actual, expected);
    assertThat(at)
        .as(
            "%s differs at %d: %s; seed %d",
            what, at, at < 0 ? "" : actual[at] + " and " + expected[at], SEED)
        .isEqualTo(-1);
  }

  /** What arrays are filled with. */
  private enum Flavor {
    UNIFORM,
    /** Runs of zeros as long as a row of 32. */
    ZERO_ROWS,
    /** A NaN here and there. */
    NAN
  }

  /** Numbers of the current flavor; uniform ones are in (-1, 1), a tenth of them zero. */
  private float[] values(int n) {
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = random.nextInt(10) == 0 ? 0f : (float) (random.nextDouble() * 2 - 1);
      if (flavor == Flavor.ZERO_ROWS && (i / 32) % 3 == 1) {
        x[i] = 0f;
      } else if (flavor == Flavor.NAN && random.nextInt(50) == 0) {
        x[i] = Float.NaN;
      }
    }
    return x;
  }

  private int[] rows(int n, int bound) {
    return random.ints(n, 0, bound).toArray();
  }
}
