package io.encodectr.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.encodectr.evaluation.DeLong.Difference;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
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
    return IntStream.range(0, labels.length).filter(i -> labels[i] == label).toArray();
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
    int fewest = Math.min(indices(labels, 0).length, indices(labels, 1).length);
    assertThat(found.degreesOfFreedom()).isCloseTo(fewest - 1, within(1e-6));
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
    Difference found = DeLong.of(List.of(a1, a2), List.of(b1, b2), labels, apart(200));
    assertThat(found.delta()).as("seed %d", seed).isCloseTo((first + second) / 2, within(1e-12));
    assertThat(found.standardError())
        .as("seed %d", seed)
        .isCloseTo(Math.sqrt(ofSamples + ofSeeds), within(1e-12));
    assertThat(found.degreesOfFreedom())
        .isCloseTo(
            Math.pow(ofSamples + ofSeeds, 2)
                / (ofSeeds * ofSeeds
                    + ofSamples
                        * ofSamples
                        / (Math.min(indices(labels, 0).length, indices(labels, 1).length) - 1)),
            within(1e-6));
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
    assertThatThrownBy(() -> DeLong.of(List.of(), List.of(), new byte[3], apart(3)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () -> DeLong.of(List.of(new float[3]), List.of(new float[3]), new byte[3], apart(2)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static int[] apart(int samples) {
    return IntStream.range(0, samples).toArray();
  }

  /**
   * Two equally good methods on users with a few samples each. A user's samples share how much each
   * method errs on that user, positives and negatives alike.
   */
  private record Clustered(byte[] labels, int[] users, float[] a, float[] b) {
    static Clustered of(Random random, int users, int most) {
      int[] sizes = random.ints(users, 1, most + 1).toArray();
      int n = IntStream.of(sizes).sum();
      Clustered made = new Clustered(new byte[n], new int[n], new float[n], new float[n]);
      int at = 0;
      for (int user = 0; user < users; user++) {
        double errsA = random.nextGaussian();
        double errsB = random.nextGaussian();
        // A method that reads a user well ranks positives higher and negatives lower.
        double skillA = random.nextGaussian();
        double skillB = random.nextGaussian();
        double likes = 0.2 + 0.6 * random.nextDouble();
        for (int i = 0; i < sizes[user]; i++, at++) {
          int label = random.nextDouble() < likes ? 1 : 0;
          made.labels[at] = (byte) label;
          made.users[at] = user;
          double sign = 2 * label - 1;
          made.a[at] = (float) (errsA + (0.5 + skillA) * sign + random.nextGaussian());
          made.b[at] = (float) (errsB + (0.5 + skillB) * sign + random.nextGaussian());
        }
      }
      return made;
    }

    Difference plain() {
      return DeLong.of(a, b, labels);
    }

    Difference byUser() {
      return DeLong.of(List.of(a), List.of(b), labels, users);
    }

    /** The difference of AUCs without a user. */
    double without(int user) {
      int[] kept = IntStream.range(0, users.length).filter(i -> users[i] != user).toArray();
      float[] keptA = new float[kept.length];
      float[] keptB = new float[kept.length];
      byte[] keptLabels = new byte[kept.length];
      for (int i = 0; i < kept.length; i++) {
        keptA[i] = a[kept[i]];
        keptB[i] = b[kept[i]];
        keptLabels[i] = labels[kept[i]];
      }
      return Auc.of(keptA, keptLabels) - Auc.of(keptB, keptLabels);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {31, 32, 33})
  void aJackknifeOverUsersFindsTheSameError(long seed) {
    int users = 250;
    Clustered world = Clustered.of(new Random(seed), users, 20);
    double[] without = IntStream.range(0, users).mapToDouble(world::without).toArray();
    double mean = Arrays.stream(without).average().orElseThrow();
    double squares = Arrays.stream(without).map(x -> (x - mean) * (x - mean)).sum();
    double jackknife = Math.sqrt(squares * (users - 1) / users);
    assertThat(world.byUser().standardError() / jackknife)
        .as("seed %d", seed)
        .isBetween(0.97, 1.03);
    assertThat(world.plain().standardError()).isLessThan(0.8 * jackknife);
    assertThat(world.byUser().delta()).isEqualTo(world.plain().delta());
  }

  /** Of equal methods on shared users about one p in twenty is below 0.05; plain DeLong errs. */
  @Test
  void samplesOfOneUserAreNoIndependentEvidence() {
    Random random = new Random(41);
    int runs = 400;
    int below = 0;
    int belowPlain = 0;
    for (int run = 0; run < runs; run++) {
      Clustered world = Clustered.of(random, 120, 15);
      below += world.byUser().p() < 0.05 ? 1 : 0;
      belowPlain += world.plain().p() < 0.05 ? 1 : 0;
    }
    assertThat(below / (double) runs).isBetween(0.02, 0.08);
    assertThat(belowPlain / (double) runs).isGreaterThan(0.12);
  }

  @Test
  void clustersOfOneSampleAreDeLong() {
    Clustered world = Clustered.of(new Random(51), 300, 1);
    assertThat(world.byUser()).isEqualTo(world.plain());
  }

  @Test
  void oneUserHasNoVariance() {
    byte[] labels = {1, 0, 1, 0, 0};
    float[] a = {0.9f, 0.1f, 0.4f, 0.4f, 0.2f};
    float[] b = {0.1f, 0.9f, 0.4f, 0.3f, 0.2f};
    assertThat(DeLong.of(List.of(a), List.of(b), labels, new int[5]).p()).isNaN();
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
