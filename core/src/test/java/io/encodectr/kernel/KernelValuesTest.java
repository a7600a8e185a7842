package io.encodectr.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Kernels against plain double arithmetic, and their behavior at the edges. */
class KernelValuesTest {
  private static final long SEED = Long.getLong("encode.test.seed", 20261123L);
  private final SplittableRandom random = new SplittableRandom(SEED);

  @Test
  void exponentialIsExactToTwoUnitsInTheLastPlace() {
    for (double x = -87; x < 80; x += 0.0137) {
      float actual = ScalarSoftmax.exp((float) x);
      double expected = Math.exp((float) x);
      assertThat(actual / expected - 1).as("exp(%s)", x).isCloseTo(0, within(2.4e-7));
    }
  }

  @Test
  void sigmoidAndTanhAreExactFarBeyondWhereTheyLevelOff() {
    for (double x = -300; x < 300; x += 0.0731) {
      float[] sigmoid = {(float) x, 0, 0, 0, 0, 0, 0, Float.NaN};
      float[] tanh = sigmoid.clone();
      Kernels.sigmoid(sigmoid, 0, 8);
      Kernels.tanh(tanh, 0, 8);
      double exact = 1 / (1 + Math.exp(-(float) x));
      assertThat((double) sigmoid[0]).as("σ(%s)", x).isCloseTo(exact, within(1e-6 * exact + 1e-30));
      assertThat((double) tanh[0]).as("tanh(%s)", x).isCloseTo(Math.tanh((float) x), within(2e-7));
      assertThat(sigmoid[1]).isEqualTo(0.5f);
      assertThat(sigmoid[7]).isNaN();
      assertThat(tanh[7]).isNaN();
    }
  }

  @Test
  void softmaxIsADistributionAtEveryLengthAndScale() {
    for (int n = 1; n < 70; n++) {
      for (float scale : new float[] {0.01f, 1f, 20f, 5000f}) {
        float[] x = uniform(Kernels.padded(n) + 8);
        float[] before = x.clone();
        Kernels.softmax(x, 0, n, scale);
        double sum = 0;
        double total = 0;
        double largest = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < n; i++) {
          largest = Math.max(largest, before[i]);
        }
        for (int i = 0; i < n; i++) {
          total += Math.exp(scale * (before[i] - largest));
        }
        for (int i = 0; i < n; i++) {
          sum += x[i];
          double expected = Math.exp(scale * (before[i] - largest)) / total;
          assertThat((double) x[i]).isCloseTo(expected, within(2e-4 * expected + 1e-30));
        }
        assertThat(sum).as("n=%d scale=%s seed=%d", n, scale, SEED).isCloseTo(1, within(1e-5));
        for (int i = n; i < Kernels.padded(n); i++) {
          assertThat(x[i]).as("padding").isZero();
        }
        assertThat(x[Kernels.padded(n)]).as("beyond").isEqualTo(before[Kernels.padded(n)]);
      }
    }
  }

  @Test
  void aNanSpoilsItsSoftmaxAndNothingElse() {
    float[] x = uniform(24);
    x[3] = Float.NaN;
    float[] before = x.clone();
    Kernels.softmax(x, 0, 13, 20f);
    for (int i = 0; i < 13; i++) {
      assertThat(x[i]).isNaN();
    }
    assertThat(x[16]).isEqualTo(before[16]);
  }

  @Test
  void aNanPointJoinsSomeClusterWithoutHarmToOthers() {
    float[] points = new float[4 * 64];
    for (int i = 0; i < 20; i++) {
      points[i] = 1f;
    }
    points[5] = Float.NaN;
    float[] centers = {0f, 1f, 0f, 0f, 1f, 0f, 0f, 0f};
    float[] assignment = new float[64];
    float[] similarity = new float[64];
    Kernels.assign(points, 64, 32, 4, centers, 2, assignment, similarity);
    assertThat(assignment[5]).isBetween(0f, 1f);
    for (int i = 0; i < 20; i++) {
      if (i != 5) {
        assertThat(assignment[i]).isEqualTo(1f);
      }
    }
  }

  @Test
  void ofEquallyNearCentersTheLowerWins() {
    float[] points = new float[4 * 64];
    points[0] = 1f;
    float[] centers = {0.5f, 0f, 0f, 0f, 0.5f, 0.1f, 0f, 0f, 0.5f, 0.2f, 0f, 0f};
    float[] assignment = new float[64];
    Kernels.assign(points, 64, 16, 4, centers, 3, assignment, new float[64]);
    assertThat(assignment[0]).isZero();
  }

  @Test
  void productsAndSumsOfRowsAreThoseOfPlainArithmetic() {
    int d = 24;
    float[] table = uniform(50 * d);
    float[] query = uniform(d + 1);
    for (int n = 0; n < 40; n++) {
      int[] rows = random.ints(n + 2, 0, 50).toArray();
      float[] weights = uniform(n + 1);
      float[] dots = uniform(n + 4);
      float[] before = dots.clone();
      float[] sum = uniform(d + 4);
      Kernels.dotRows(query, 1, table, d, rows, 2, n, dots, 3);
      Kernels.sumRows(table, d, rows, 2, n, weights, 1, sum, 4);
      for (int i = 0; i < n; i++) {
        double expected = 0;
        for (int c = 0; c < d; c++) {
          expected += (double) query[1 + c] * table[rows[2 + i] * d + c];
        }
        assertThat((double) dots[3 + i]).isCloseTo(expected, within(1e-5));
      }
      assertThat(dots[2]).isEqualTo(before[2]);
      assertThat(dots[n + 3]).isEqualTo(before[n + 3]);
      for (int c = 0; c < d; c++) {
        double expected = 0;
        for (int i = 0; i < n; i++) {
          expected += (double) weights[1 + i] * table[rows[2 + i] * d + c];
        }
        assertThat((double) sum[4 + c]).isCloseTo(expected, within(1e-5));
      }
    }
  }

  @Test
  void hammingDistanceCountsTheBitsThatDiffer() {
    long[] codes = random.longs(9).toArray();
    codes[0] = -1;
    codes[1] = 0;
    long code = random.nextLong();
    int[] distances = new int[9];
    distances[8] = 99;
    Kernels.hammingDistances(codes, 8, code, distances);
    for (int i = 0; i < 8; i++) {
      int expected = 0;
      for (int b = 0; b < 64; b++) {
        expected += (codes[i] >>> b & 1) == (code >>> b & 1) ? 0 : 1;
      }
      assertThat(distances[i]).isEqualTo(expected);
    }
    assertThat(distances[8]).isEqualTo(99);
  }

  @Test
  void aRowIsAddedToOneBucketOfEachGroup() {
    int d = 16;
    float[] table = uniform(3 * d);
    long[] codes = {0, 0b110_101_001L, 7};
    float[] sums = new float[3 * 8 * d];
    Kernels.sumBuckets(table, d, new int[] {1, 2}, 0, 2, new float[] {2f, 1f}, codes, 3, 3, sums);
    for (int bucket = 0; bucket < 24; bucket++) {
      for (int c = 0; c < d; c++) {
        float expected =
            switch (bucket) {
              case 1, 8 + 5, 16 + 6 -> 2 * table[d + c];
              case 7, 8, 16 -> table[2 * d + c];
              default -> 0;
            };
        assertThat(sums[bucket * d + c]).as("bucket %d", bucket).isEqualTo(expected);
      }
    }
    float[] gradient = new float[3 * d];
    Kernels.scatterBuckets(gradient, d, new int[] {1}, 0, 1, codes, 3, 3, sums);
    for (int c = 0; c < d; c++) {
      assertThat(gradient[d + c]).isEqualTo(6 * table[d + c]);
      assertThat(gradient[c]).isZero();
    }
  }

  @Test
  void theProviderIsTheOneAskedFor() {
    String wanted = System.getProperty("encode.kernels", "auto");
    String expected = wanted.equals("auto") ? (Lanes.native256() ? "vector" : "scalar") : wanted;
    assertThat(Kernels.provider()).isEqualTo(expected);
  }

  private float[] uniform(int n) {
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = (float) (random.nextDouble() * 2 - 1);
    }
    return x;
  }
}
