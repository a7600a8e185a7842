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
