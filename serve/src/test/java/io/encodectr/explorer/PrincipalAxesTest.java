package io.encodectr.explorer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrincipalAxesTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 8, 33, 64})
  void eigenvectorsSolveTheirEquation(int m) {
    Random random = new Random(m);
    double[][] matrix = new double[m][m];
    for (int i = 0; i < m; i++) {
      for (int j = 0; j <= i; j++) {
        matrix[i][j] = matrix[j][i] = random.nextGaussian();
      }
    }
    double[][] diagonal = new double[m][];
    for (int i = 0; i < m; i++) {
      diagonal[i] = matrix[i].clone();
    }
    double[][] vectors = new double[m][m];
    double[] values = PrincipalAxes.eigen(diagonal, vectors);
    for (int k = 0; k < m; k++) {
      for (int i = 0; i < m; i++) {
        double image = 0;
        for (int j = 0; j < m; j++) {
          image += matrix[i][j] * vectors[j][k];
        }
        assertThat(image).as("m " + m).isCloseTo(values[k] * vectors[i][k], within(1e-9));
      }
      for (int l = 0; l <= k; l++) {
        double product = 0;
        for (int i = 0; i < m; i++) {
          product += vectors[i][k] * vectors[i][l];
        }
        assertThat(product).isCloseTo(k == l ? 1 : 0, within(1e-12));
      }
    }
  }

  private static float[] cloud(long seed, int count, int m) {
    Random random = new Random(seed);
    float[] points = new float[count * m];
    for (int i = 0; i < count; i++) {
      for (int c = 0; c < m; c++) {
        points[i * m + c] = (float) (random.nextGaussian() * (c + 1) + c);
      }
    }
    return points;
  }

  private static double variance(double[] values) {
    double sum = 0;
    double squares = 0;
    for (double value : values) {
      sum += value;
      squares += value * value;
    }
    return squares / values.length - sum * sum / values.length / values.length;
  }

  @Test
  void noDirectionVariesMoreThanTheFirstAxis() {
    int m = 5;
    int count = 400;
    float[] points = cloud(3, count, m);
    PrincipalAxes axes = PrincipalAxes.of(points, count, m);
    double[] x = new double[count];
    double[] y = new double[count];
    double total = 0;
    for (int i = 0; i < count; i++) {
      x[i] = axes.x(points, i * m);
      y[i] = axes.y(points, i * m);
    }
    for (int c = 0; c < m; c++) {
      double[] component = new double[count];
      for (int i = 0; i < count; i++) {
        component[i] = points[i * m + c];
      }
      total += variance(component);
    }
    Random random = new Random(4);
    for (int trial = 0; trial < 200; trial++) {
      double[] direction = random.doubles(m, -1, 1).toArray();
      double length = 0;
      for (double d : direction) {
        length += d * d;
      }
      double[] along = new double[count];
      for (int i = 0; i < count; i++) {
        for (int c = 0; c < m; c++) {
          along[i] += points[i * m + c] * direction[c] / Math.sqrt(length);
        }
      }
      assertThat(variance(along)).isLessThanOrEqualTo(variance(x) + 1e-6);
    }
    assertThat(variance(y)).isLessThan(variance(x));
    assertThat(axes.share()).isCloseTo((variance(x) + variance(y)) / total, within(1e-6));
  }

  @Test
  void aPlaneKeepsItsDistances() {
    Random random = new Random(9);
    int count = 60;
    int m = 4;
    float[] points = new float[count * m];
    float[][] flat = new float[count][2];
    for (int i = 0; i < count; i++) {
      flat[i][0] = random.nextFloat() * 3;
      flat[i][1] = random.nextFloat();
      // Two orthonormal directions of four dimensions.
      points[i * m] = 0.6f * flat[i][0];
      points[i * m + 1] = 0.8f * flat[i][0];
      points[i * m + 3] = flat[i][1];
    }
    PrincipalAxes axes = PrincipalAxes.of(points, count, m);
    assertThat(axes.share()).isCloseTo(1, within(1e-9));
    for (int i = 1; i < count; i++) {
      double drawn =
          Math.hypot(
              axes.x(points, i * m) - axes.x(points, 0), axes.y(points, i * m) - axes.y(points, 0));
      double real = Math.hypot(flat[i][0] - flat[0][0], flat[i][1] - flat[0][1]);
      assertThat(drawn).isCloseTo(real, within(1e-5));
    }
  }

  @Test
  void zerosTakeNoPartAndAxesPointOneWay() {
    int m = 3;
    float[] points = cloud(5, 50, m);
    float[] more = new float[points.length + 10 * m];
    System.arraycopy(points, 0, more, 5 * m, points.length);
    PrincipalAxes axes = PrincipalAxes.of(points, 50, m);
    PrincipalAxes withZeros = PrincipalAxes.of(more, 60, m);
    for (int i = 0; i < 50; i++) {
      assertThat(withZeros.x(points, i * m)).isEqualTo(axes.x(points, i * m));
      assertThat(withZeros.y(points, i * m)).isEqualTo(axes.y(points, i * m));
    }
    // The third component varies most, so it decides where the first axis points.
    float[] far = {0, 0, 100};
    assertThat(axes.x(far, 0)).isPositive();
  }

  @Test
  void nothingAndOneDimensionHaveAxesToo() {
    PrincipalAxes none = PrincipalAxes.of(new float[0], 0, 4);
    assertThat(none.share()).isEqualTo(1);
    assertThat(none.x(new float[] {0, 0, 0, 0}, 0)).isZero();
    float[] line = {-1, 1, 1, -1, 1};
    PrincipalAxes one = PrincipalAxes.of(line, 5, 1);
    assertThat(one.x(line, 1) - one.x(line, 0)).isEqualTo(2f);
    assertThat(one.y(line, 0)).isZero();
  }
}
