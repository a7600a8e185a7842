package io.encodectr.explorer;

/**
 * The two directions in which points of m dimensions vary most, for drawing them in a plane: the
 * eigenvectors of the covariance matrix with the two largest eigenvalues. Each axis points to the
 * side on which its largest component is positive, so the same points always give the same picture.
 * Immutable and thread-safe.
 */
final class PrincipalAxes {
  private static final int SWEEPS = 64;

  private final double[] mean;
  private final double[] first;
  private final double[] second;
  private final double share;

  private PrincipalAxes(double[] mean, double[] first, double[] second, double share) {
    this.mean = mean;
    this.first = first;
    this.second = second;
    this.share = share;
  }

  /**
   * Axes of the points that are not zero; a zero vector has no direction and takes no part.
   *
   * @param points {@code [count × m]}
   * @param m dimensions, at least 1; with one, all second coordinates are 0
   */
  static PrincipalAxes of(float[] points, int count, int m) {
    double[] mean = new double[m];
    int used = 0;
    for (int i = 0; i < count; i++) {
      if (!isZero(points, i * m, m)) {
        used++;
        for (int c = 0; c < m; c++) {
          mean[c] += points[i * m + c];
        }
      }
    }
    for (int c = 0; c < m; c++) {
      mean[c] /= Math.max(1, used);
    }
    double[][] covariance = covariance(points, count, mean);
    double[][] vectors = new double[m][m];
    double[] values = eigen(covariance, vectors);
    int largest = largest(values, -1);
    int next = largest(values, largest);
    double total = 0;
    for (double value : values) {
      total += value;
    }
    double kept = values[largest] + (next < 0 ? 0 : values[next]);
    return new PrincipalAxes(
        mean,
        axis(vectors, largest),
        next < 0 ? new double[m] : axis(vectors, next),
        total > 0 ? kept / total : 1);
  }

  private static boolean isZero(float[] points, int o, int m) {
    for (int c = 0; c < m; c++) {
      if (points[o + c] != 0f) {
        return false;
      }
    }
    return true;
  }

  private static double[][] covariance(float[] points, int count, double[] mean) {
    int m = mean.length;
    double[][] sums = new double[m][m];
    for (int i = 0; i < count; i++) {
      if (isZero(points, i * m, m)) {
        continue;
      }
      for (int a = 0; a < m; a++) {
        for (int b = 0; b <= a; b++) {
          sums[a][b] += (points[i * m + a] - mean[a]) * (points[i * m + b] - mean[b]);
        }
      }
    }
    for (int a = 0; a < m; a++) {
      for (int b = 0; b < a; b++) {
        sums[b][a] = sums[a][b];
      }
    }
    return sums;
  }

  /**
   * Jacobi's method: turns pairs of axes until the matrix is diagonal.
   *
   * @param a symmetric; left diagonal
   * @param vectors out: the eigenvectors in its columns
   * @return the eigenvalues, the diagonal of {@code a}
   */
  static double[] eigen(double[][] a, double[][] vectors) {
    int m = a.length;
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < m; j++) {
        vectors[i][j] = i == j ? 1 : 0;
      }
    }
    for (int sweep = 0; sweep < SWEEPS && offDiagonal(a) > 0; sweep++) {
      for (int p = 0; p < m; p++) {
        for (int q = p + 1; q < m; q++) {
          turn(a, vectors, p, q);
        }
      }
    }
    double[] values = new double[m];
    for (int i = 0; i < m; i++) {
      values[i] = a[i][i];
    }
    return values;
  }

  /** Sum of squares beside the diagonal; 0 where it no longer matters. */
  private static double offDiagonal(double[][] a) {
    double off = 0;
    double all = 0;
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < a.length; j++) {
        all += a[i][j] * a[i][j];
        off += i == j ? 0 : a[i][j] * a[i][j];
      }
    }
    return off <= 1e-28 * all ? 0 : off;
  }

  /** Turns axes p and q so that a[p][q] becomes 0. */
  private static void turn(double[][] a, double[][] vectors, int p, int q) {
    if (a[p][q] == 0) {
      return;
    }
    double theta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
    double t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
    double cosine = 1 / Math.sqrt(t * t + 1);
    double sine = t * cosine;
    int m = a.length;
    for (int i = 0; i < m; i++) {
      double ip = a[i][p];
      double iq = a[i][q];
      a[i][p] = cosine * ip - sine * iq;
      a[i][q] = sine * ip + cosine * iq;
    }
    for (int i = 0; i < m; i++) {
      double pi = a[p][i];
      double qi = a[q][i];
      a[p][i] = cosine * pi - sine * qi;
      a[q][i] = sine * pi + cosine * qi;
      double vp = vectors[i][p];
      double vq = vectors[i][q];
      vectors[i][p] = cosine * vp - sine * vq;
      vectors[i][q] = sine * vp + cosine * vq;
    }
  }

  private static int largest(double[] values, int except) {
    int found = -1;
    for (int i = 0; i < values.length; i++) {
      if (i != except && (found < 0 || values[i] > values[found])) {
        found = i;
      }
    }
    return found;
  }

  private static double[] axis(double[][] vectors, int column) {
    double[] axis = new double[vectors.length];
    int largest = 0;
    for (int i = 0; i < axis.length; i++) {
      axis[i] = vectors[i][column];
      largest = Math.abs(axis[i]) > Math.abs(axis[largest]) + 1e-12 ? i : largest;
    }
    double sign = axis[largest] < 0 ? -1 : 1;
    for (int i = 0; i < axis.length; i++) {
      axis[i] *= sign;
    }
    return axis;
  }

  /** Share of the points' variance that lies in the plane, in [0, 1]; 1 if nothing varies. */
  double share() {
    return share;
  }

  /** First coordinate of the point at {@code points[o]}. */
  float x(float[] points, int o) {
    return along(first, points, o);
  }

  /** Second coordinate of the point at {@code points[o]}. */
  float y(float[] points, int o) {
    return along(second, points, o);
  }

  private float along(double[] axis, float[] points, int o) {
    double sum = 0;
    for (int c = 0; c < axis.length; c++) {
      sum += (points[o + c] - mean[c]) * axis[c];
    }
    return (float) sum;
  }
}
