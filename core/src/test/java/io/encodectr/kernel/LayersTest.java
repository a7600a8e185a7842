package io.encodectr.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Kernels of dense layers: twins, and each against a plain product. */
class LayersTest {
  private static final long SEED = Long.getLong("encode.test.seed", 20261123L);
  private final SplittableRandom random = new SplittableRandom(SEED);

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5, 6, 7, 12, 13, 48, 50})
  void packedProductsHaveTheBitsOfPlainOnes(int m) {
    for (int n : new int[] {8, 16, 24, 32, 40, 56, 80, 200}) {
      for (int k : new int[] {1, 3, 32, 50, 128}) {
        float[] b = values(n * k + 7, x -> x);
        float[] panels = Layers.pack(b, 7, n, k);
        float[] a = values(2 + m * (k + 3), x -> x < -0.9 ? Double.NaN : x);
        float[] c = values(5 + m * (n + 8), x -> x);
        for (boolean accumulate : new boolean[] {false, true}) {
          float[] expected = c.clone();
          ScalarMatrix.multiply(a, 2, k + 3, 1, b, 7, n, expected, 5, n + 8, m, n, k, accumulate);
          float[] scalar = c.clone();
          ScalarPanels.multiply(a, 2, k + 3, panels, scalar, 5, n + 8, m, n, k, accumulate);
          assertSame(scalar, expected, "scalar n=" + n + " k=" + k);
          float[] actual = c.clone();
          Layers.multiply(a, 2, k + 3, panels, actual, 5, n + 8, m, n, k, accumulate);
          assertSame(actual, expected, "n=" + n + " k=" + k);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5, 6, 7, 13, 48})
  void zerosMayBeLeftOut(int m) {
    for (double negative : new double[] {0, 0.3, 0.9, 1}) {
      for (int n : new int[] {8, 16, 40, 80}) {
        for (int k : new int[] {8, 24, 200}) {
          float[] b = values(n * k, x -> x);
          float[] panels = Layers.pack(b, 0, n, k);
          float[] a =
              values(m * k, x -> x > 0.98 ? Double.NaN : Math.abs(x) < negative ? -1 - x : 1 + x);
          float[] c = values(m * n, x -> x);
          float[] rectified = a.clone();
          for (int i = 0; i < a.length; i++) {
            rectified[i] = a[i] < 0f ? 0f : a[i];
          }
          float[] expected = c.clone();
          ScalarMatrix.multiply(rectified, 0, k, 1, b, 0, n, expected, 0, n, m, n, k, true);
          float[] scalarInputs = a.clone();
          float[] scalar = c.clone();
          ScalarPanels.multiplyActive(scalarInputs, 0, k, panels, scalar, 0, n, m, n, k);
          assertSame(scalar, expected, "scalar n=" + n + " k=" + k);
          Layers.multiplyActive(a, 0, k, panels, c, 0, n, m, n, k, new int[k + 8]);
          assertSame(c, expected, "n=" + n + " k=" + k);
          assertSame(a, rectified, "rectified");
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"200,128", "80,200", "64,1", "64,129", "72,33", "128,300", "8,5"})
  void wholeNumbersOfEightBitsComeCloseAndTwinsAgree(int n, int k) {
    assumeThat(Kernels.provider()).isEqualTo("vector");
    for (int m : new int[] {1, 3, 4, 5, 9, 48}) {
      float[] b = values(n * k + 3, x -> x * x * x);
      float[] x = values(m * k, v -> v);
      if (m > 4) {
        Arrays.fill(x, k, 2 * k, 0f);
      }
      ByteLayer layer = ByteLayer.of(b, 3, n, k);
      float[] actual = new float[m * n];
      layer.multiply(x, 0, k, actual, 0, n, m, new ByteLayer.Workspace());
      float[] scalar = new float[m * n];
      var workspace = new ByteLayer.Workspace();
      workspace.reserve(m, layer);
      ScalarBytes.quantize(layer, x, 0, k, m, workspace);
      ScalarBytes.multiply(layer, workspace, scalar, 0, n, m);
      float[] exact = new float[m * n];
      ScalarMatrix.multiply(x, 0, k, 1, b, 3, n, exact, 0, n, m, n, k, false);
      double error = 0;
      double size = 0;
      for (int i = 0; i < exact.length; i++) {
        if (i % n >= layer.columns) {
          scalar[i] = exact[i];
        }
        error += Math.pow(actual[i] - exact[i], 2);
        size += Math.pow(exact[i], 2);
      }
      assertSame(actual, scalar, "n=" + n + " k=" + k + " m=" + m);
      assertThat(Math.sqrt(error / size)).as("relative error, seed %d", SEED).isLessThan(0.12);
    }
  }

  /** The bound that keeps 16 bits from overflowing, at the inputs that come nearest to it. */
  @Test
  void sumsDoNotOverflow() {
    for (int k : new int[] {16, 100, 128, 200, 1000}) {
      float[] b = new float[64 * k];
      float[] x = new float[k];
      for (int p = 0; p < k; p++) {
        for (int c = 0; c < 64; c++) {
          b[p * 64 + c] = (p + c) % 7 == 0 ? -3f : 1e-3f * c + 0.7f;
        }
        x[p] = b[p * 64 + 11] < 0 ? -5f : 5f;
      }
      float[] c = new float[64];
      ByteLayer.of(b, 0, 64, k).multiply(x, 0, k, c, 0, 64, 1, new ByteLayer.Workspace());
      double expected = 0;
      for (int p = 0; p < k; p++) {
        expected += x[p] * b[p * 64 + 11];
      }
      assertThat((double) c[11] / expected).as("k=%d", k).isBetween(0.75, 1.25);
    }
  }

  @Test
  void aNanMakesItsRowNanAndNoOther() {
    float[] b = values(64 * 16, x -> x);
    float[] x = values(5 * 16, v -> v);
    x[2 * 16 + 3] = Float.NaN;
    float[] c = new float[5 * 64];
    ByteLayer.of(b, 0, 64, 16).multiply(x, 0, 16, c, 0, 64, 5, new ByteLayer.Workspace());
    for (int i = 0; i < c.length; i++) {
      assertThat(Float.isNaN(c[i])).as("row %d", i / 64).isEqualTo(i / 64 == 2);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 24, 32, 200})
  void elementwiseTwinsAgree(int d) {
    assumeThat(Kernels.provider()).isEqualTo("vector");
    float[] table = values(20 * d, x -> x);
    float[] factors = values(20, x -> x);
    int[] rows = random.ints(11, 0, 20).toArray();
    float[] actual = new float[11 * d];
    float[] expected = new float[11 * d];
    VectorElements.scaleRows(table, d, rows, 2, 9, factors, actual);
    ScalarElements.scaleRows(table, d, rows, 2, 9, factors, expected);
    assertSame(actual, expected, "scaleRows");
    float[] base = values(9 * d, x -> x);
    for (int stride : new int[] {0, d}) {
      VectorElements.addRows(table, d, rows, 2, 9, base, stride, actual);
      ScalarElements.addRows(table, d, rows, 2, 9, base, stride, expected);
      assertSame(actual, expected, "addRows");
    }
    float[] x = values(9 * 4 * d, v -> v);
    float[] y = x.clone();
    VectorElements.multiplyRows(table, d, rows, 2, 9, x, 2 * d, 3 * d, 4 * d);
    ScalarElements.multiplyRows(table, d, rows, 2, 9, y, 2 * d, 3 * d, 4 * d);
    assertSame(x, y, "multiplyRows");
    float[] u = values(9 * d, v -> v > 0.9 ? Double.NaN : v);
    float[] v = u.clone();
    VectorElements.relu(u, 0, u.length);
    ScalarElements.relu(v, 0, v.length);
    assertSame(u, v, "relu");
  }

  private void assertSame(float[] actual, float[] expected, String what) {
    int at = Arrays.mismatch(actual, expected);
    assertThat(at)
        .as(
            "%s differs at %d: %s; seed %d",
            what, at, at < 0 ? "" : actual[at] + " and " + expected[at], SEED)
        .isEqualTo(-1);
  }

  private float[] values(int n, DoubleUnaryOperator of) {
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = (float) of.applyAsDouble(random.nextDouble() * 2 - 1);
    }
    return x;
  }
}
