package io.encodectr.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.encodectr.evaluation.DeLong.Difference;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeLongTest {
  /** The kernel of the Mann-Whitney statistic. */
  private static double wins(float positive, float negative) {
    return positive > negative ? 1 : positive == negative ? 0.5 : 0;
  }

  /** Covariance of the AUCs of two sets of scores, by all pairs (DeLong et al. 1988, Eq. 5). */
  private static double covariance(float[] a, float[] b, byte[] labels) {
    int[] positive = indices(labels, 1);
    int[] negative = indices(labels, 0);
    double[][] overPositives = new double[2][positive.length];
    double[][] overNegatives = new double[2][negative.length];
    for (int i = 0; i < positive.length; i++) {
      for (int j = 0; j < negative.length; j++) {
        double first = wins(a[positive[i]], a[negative[j]]);
        double second = wins(b[positive[i]], b[negative[j]]);
        overPositives[0][i] += first / negative.length;
        overPositives[1][i] += second / negative.length;
        overNegatives[0][j] += first / positive.length;
        overNegatives[1][j] += second / positive.length;
      }
    }
    return covariance(overPositives) / positive.length
        + covariance(overNegatives) / negative.length;
  }

  private static double covariance(double[][] pair) {
    int n = pair[0].length;
    double sum = 0;
    double first = 0;
    double second = 0;
    for (int i = 0; i < n; i++) {
      first += pair[0][i] / n;
      second += pair[1][i] / n;
    }
    for (int i = 0; i < n; i++) {
      sum += (pair[0][i] - first) * (pair[1][i] - second);
    }
    return sum / (n - 1);
  }

  private static int[] indices(byte[] labels, int label) {
    return java.util.stream.IntStream.range(0, labels.length)
        .filter(i -> labels[i] == label)
        .toArray();
  }

  private static byte[] labels(Random random, int n) {
    byte[] labels = new byte[n];
    for (int i = 0; i < n; i++) {
      labels[i] = (byte) (i < 2 ? 1 : i < 4 ? 0 : random.nextInt(3) / 2);
    }
    return labels;
  }

  /** Scores that follow the labels a little and tie often. */
  private static float[] scores(Random random, byte[] labels, double signal) {
    float[] scores = new float[labels.length];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = Math.round((random.nextGaussian() + signal * labels[i]) * 4) / 4f;
    }
    return scores;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void agreesWithAllPairs(long seed) {
    Random random = new Random(seed);
    byte[] labels = labels(random, 5 + random.nextInt(300));
    float[] a = scores(random, labels, 1);
    float[] b = scores(random, labels, 0.5);
    Difference found = DeLong.of(a, b, labels);
    double variance =
        covariance(a, a, labels) + covariance(b, b, labels) - 2 * covariance(a, b, labels);
    assertThat(found.delta())
        .as("seed %d", seed)
        .isCloseTo(Auc.of(a, labels) - Auc.of(b, labels), within(1e-12));
    assertThat(found.standardError())
        .as("seed %d", seed)
        .isCloseTo(Math.sqrt(variance), within(1e-12));
    assertThat(found.degreesOfFreedom()).isInfinite();
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13})
  void seedsShareTheirSamples(long seed) {
    Random random = new Random(seed);
    byte[] labels = labels(random, 200);
    float[] a1 = scores(random, labels, 1);
    float[] a2 = scores(random, labels, 1.2);
    float[] b1 = scores(random, labels, 0.5);
    float[] b2 = scores(random, labels, 0.3);
    float[][] all = {a1, a2, b1, b2};
    double[] weights = {0.5, 0.5, -0.5, -0.5};
    double ofSamples = 0;
    for (int i = 0; i < 4; i++) {
      for (int j = 0; j < 4; j++) {
        ofSamples += weights[i] * weights[j] * covariance(all[i], all[j], labels);
      }
    }
    double first = Auc.of(a1, labels) - Auc.of(b1, labels);
    double second = Auc.of(a2, labels) - Auc.of(b2, labels);
    double ofSeeds = (first - second) * (first - second) / 4;
    Difference found = DeLong.of(List.of(a1, a2), List.of(b1, b2), labels);
    assertThat(found.delta()).as("seed %d", seed).isCloseTo((first + second) / 2, within(1e-12));
    assertThat(found.standardError())
        .as("seed %d", seed)
        .isCloseTo(Math.sqrt(ofSamples + ofSeeds), within(1e-12));
    assertThat(found.degreesOfFreedom())
        .isCloseTo(Math.pow((ofSamples + ofSeeds) / ofSeeds, 2), within(1e-6));
  }

  @Test
  void theSameScoresDoNotDiffer() {
    byte[] labels = {1, 0, 1, 0, 0};
    float[] scores = {0.9f, 0.1f, 0.4f, 0.4f, 0.2f};
    Difference found = DeLong.of(scores, scores.clone(), labels);
    assertThat(found.delta()).isZero();
    assertThat(found.standardError()).isZero();
    assertThat(found.p()).isEqualTo(1);
  }

  @Test
  void orderCountsAndNotScale() {
    Random random = new Random(7);
    byte[] labels = labels(random, 100);
    float[] a = scores(random, labels, 1);
    float[] b = scores(random, labels, 0);
    float[] stretched = a.clone();
    for (int i = 0; i < stretched.length; i++) {
      stretched[i] = 100 * stretched[i] + 3;
    }
    assertThat(DeLong.of(stretched, b, labels)).isEqualTo(DeLong.of(a, b, labels));
    assertThat(DeLong.of(b, a, labels).delta()).isEqualTo(-DeLong.of(a, b, labels).delta());
  }

  /** Under equal methods the p values are uniform: about one in twenty lies below 0.05. */
  @Test
  void saysDifferentAboutAsOftenAsPromised() {
    Random random = new Random(21);
    int below = 0;
    int runs = 400;
    for (int run = 0; run < runs; run++) {
      byte[] labels = labels(random, 300);
      float[] a = scores(random, labels, 0.7);
      float[] b = scores(random, labels, 0.7);
      below += DeLong.of(a, b, labels).p() < 0.05 ? 1 : 0;
    }
    assertThat(below / (double) runs).isBetween(0.02, 0.09);
  }

  @Test
  void aLonelyClassHasNoVariance() {
    assertThat(DeLong.of(new float[] {1, 2, 3}, new float[] {3, 2, 1}, new byte[] {1, 0, 0}).p())
        .isNaN();
    assertThat(DeLong.of(new float[2], new float[2], new byte[2]).p()).isNaN();
  }

  @Test
  void refusesUnequalLengths() {
    assertThatThrownBy(() -> DeLong.of(new float[2], new float[3], new byte[3]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> DeLong.of(List.of(), List.of(), new byte[3]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** Values of SciPy's 2*t.sf(t, df) and 2*norm.sf(t), and of tables. */
  @ParameterizedTest
  @CsvSource({
    "0, 2, 1",
    "4.302652729911275, 2, 0.05",
    "12.706204736432095, 1, 0.05",
    "2.228138851964939, 10, 0.05",
    "0.5, 3.7, 0.6453356333199318",
    "1.959963984540054, Infinity, 0.05",
    "-3.290526731491926, Infinity, 0.001",
    "1, Infinity, 0.317310507862914",
    "8, Infinity, 1.244192114854357e-15",
    "1.9602012636213575, 9999, 0.05",
  })
  void tailsOfStudentAndGauss(double t, double freedom, double p) {
    assertThat(StudentT.twoSided(t, freedom)).isCloseTo(p, within(1e-9 * p));
  }

  @ParameterizedTest
  @CsvSource({"2, 4.302652729911275", "10, 2.228138851964939", "Infinity, 1.959963984540054"})
  void intervalsGoByTheDegreesOfFreedom(double freedom, double width) {
    assertThat(new Difference(0.1, 0.01, freedom, 0).margin())
        .isCloseTo(0.01 * width, within(1e-10));
  }
}
