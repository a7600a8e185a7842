package io.encodectr.evaluation;

/** Tail probabilities of Student's t distribution and of the normal one. Stateless. */
final class StudentT {
  private static final double TINY = 1e-300;
  private static final double PRECISION = 1e-15;
  private static final int MOST_TERMS = 10_000;

  /** From so many degrees of freedom on the normal distribution is taken. */
  private static final double NORMAL = 1e5;

  private StudentT() {}

  /**
   * P(|T| ≥ |t|).
   *
   * @param freedom degrees of freedom, above 0; may be infinite
   * @return NaN if either is NaN
   */
  static double twoSided(double t, double freedom) {
    if (Double.isNaN(t) || Double.isNaN(freedom)) {
      return Double.NaN;
    }
    return freedom >= NORMAL
        ? complementaryError(Math.abs(t) / Math.sqrt(2))
        : incompleteBeta(freedom / (freedom + t * t), freedom / 2, 0.5);
  }

  /**
   * The t that P(|T| ≥ t) is {@code p} for.
   *
   * @param p above 0, below 1
   */
  static double quantile(double p, double freedom) {
    if (Double.isNaN(freedom)) {
      return Double.NaN;
    }
    double low = 0;
    double high = 1;
    while (twoSided(high, freedom) > p) {
      high *= 2;
    }
    for (int i = 0; i < 60; i++) {
      double middle = (low + high) / 2;
      if (twoSided(middle, freedom) > p) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return high;
  }

  /** erfc(x) for x ≥ 0: a series near zero, a continued fraction farther out. */
  private static double complementaryError(double x) {
    if (x < 2) {
      double term = x;
      double sum = x;
      for (int n = 1; Math.abs(term) > PRECISION * Math.abs(sum); n++) {
        term *= -x * x / n;
        sum += term / (2 * n + 1);
      }
      return 1 - 2 / Math.sqrt(Math.PI) * sum;
    }
    double tail = 0;
    for (int n = 100; n >= 1; n--) {
      tail = n / 2.0 / (x + tail);
    }
    return Math.exp(-x * x) / Math.sqrt(Math.PI) / (x + tail);
  }

  /** I_x(a, b) by Lentz's continued fraction, on the side where that converges fast. */
  private static double incompleteBeta(double x, double a, double b) {
    if (x <= 0 || x >= 1) {
      return x <= 0 ? 0 : 1;
    }
    double front =
        Math.exp(
            logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
    return x < (a + 1) / (a + b + 2)
        ? front * fraction(x, a, b) / a
        : 1 - front * fraction(1 - x, b, a) / b;
  }

  private static double fraction(double x, double a, double b) {
    double c = 1;
    double d = 1 / nonZero(1 - (a + b) * x / (a + 1));
    double value = d;
    for (int m = 1; m <= MOST_TERMS; m++) {
      double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
      d = 1 / nonZero(1 + even * d);
      c = nonZero(1 + even / c);
      value *= d * c;
      double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
      d = 1 / nonZero(1 + odd * d);
      c = nonZero(1 + odd / c);
      value *= d * c;
      if (Math.abs(d * c - 1) < PRECISION) {
        break;
      }
    }
    return value;
  }

  private static double nonZero(double value) {
    return Math.abs(value) < TINY ? TINY : value;
  }

  /** ln Γ(z) for z > 0: Stirling's series, after raising z to where it is exact enough. */
  private static double logGamma(double z) {
    double raised = z;
    double product = 0;
    while (raised < 15) {
      product += Math.log(raised);
      raised++;
    }
    double inverse = 1 / (raised * raised);
    double series =
        (1.0 / 12 - inverse * (1.0 / 360 - inverse * (1.0 / 1260 - inverse / 1680))) / raised;
    return (raised - 0.5) * Math.log(raised)
        - raised
        + 0.5 * Math.log(2 * Math.PI)
        + series
        - product;
  }
}
