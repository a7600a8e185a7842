package io.encodectr.world;

import java.util.Arrays;
import java.util.List;

/** Logistic regression by Newton's method with a slight ridge, for a handful of features. */
final class LogisticRegression {
  private static final int STEPS = 30;
  private static final double RIDGE = 1e-3;

  private final double[] weights;

  private LogisticRegression(double[] weights) {
    this.weights = weights;
  }

  static LogisticRegression fit(List<double[]> rows, byte[] labels) {
    double[] weights = new double[rows.getFirst().length];
    for (int step = 0; step < STEPS; step++) {
      double[] change = newtonStep(rows, labels, weights);
      double largest = 0;
      for (int j = 0; j < weights.length; j++) {
        weights[j] += change[j];
        largest = Math.max(largest, Math.abs(change[j]));
      }
      if (largest < 1e-6) {
        break;
      }
    }
    return new LogisticRegression(weights);
  }

  double logit(double[] row) {
    return logit(weights, row);
  }

  private static double logit(double[] weights, double[] row) {
    double sum = 0;
    for (int j = 0; j < row.length; j++) {
      sum += weights[j] * row[j];
    }
    return sum;
  }

  private static double[] newtonStep(List<double[]> rows, byte[] labels, double[] weights) {
    int n = weights.length;
    double[][] system = new double[n][n + 1];
    for (int i = 0; i < labels.length; i++) {
      double[] row = rows.get(i);
      double p = 1 / (1 + Math.exp(-logit(weights, row)));
      double curvature = p * (1 - p);
      for (int j = 0; j < n; j++) {
        system[j][n] += (labels[i] - p) * row[j];
        for (int k = 0; k < n; k++) {
          system[j][k] += curvature * row[j] * row[k];
        }
      }
    }
    for (int j = 0; j < n; j++) {
      system[j][j] += RIDGE;
      system[j][n] -= RIDGE * weights[j];
    }
    return solve(system);
  }

  /** Gaussian elimination with pivoting of n rows of n + 1 columns. */
  private static double[] solve(double[][] system) {
    int n = system.length;
    for (int column = 0; column < n; column++) {
      int pivot = column;
      for (int row = column; row < n; row++) {
        if (Math.abs(system[row][column]) > Math.abs(system[pivot][column])) {
          pivot = row;
        }
      }
      double[] swap = system[column];
      system[column] = system[pivot];
      system[pivot] = swap;
      for (int row = 0; row < n; row++) {
        if (row != column) {
          double factor = system[row][column] / system[column][column];
          for (int k = column; k <= n; k++) {
            system[row][k] -= factor * system[column][k];
          }
        }
      }
    }
    double[] solution = new double[n];
    Arrays.setAll(solution, j -> system[j][n] / system[j][j]);
    return solution;
  }
}
