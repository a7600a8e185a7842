package io.encodectr.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Sorted, integer-counted AUC against counting every pair. */
class AucTest {
  private static final long SEED = 20251;

  @Test
  void equalsTheCountOfAllPairsWithTies() {
    SplittableRandom random = new SplittableRandom(SEED);
    for (int round = 0; round < 600; round++) {
      int n = 2 + random.nextInt(220);
      int levels = 1 + random.nextInt(1 + random.nextInt(400));
      float[] scores = new float[n];
      byte[] labels = new byte[n];
      for (int i = 0; i < n; i++) {
        scores[i] = score(random, levels);
        labels[i] = (byte) (random.nextInt(5) == 0 ? 1 : 0);
      }
      assertThat(Auc.of(scores, labels))
          .as("seed %d round %d", SEED, round)
          .isEqualTo(Double.valueOf(allPairs(scores, labels)));
    }
  }

  @Test
  void hasNoValueWithoutBothClasses() {
    assertThat(Auc.of(new float[] {1, 2}, new byte[] {1, 1})).isNaN();
    assertThat(Auc.of(new float[] {1, 2}, new byte[] {0, 0})).isNaN();
    assertThat(Auc.of(new float[0], new byte[0])).isNaN();
  }

  @Test
  void knowsTheOrderOfExtremeScores() {
    float[] ascending = {
      Float.NEGATIVE_INFINITY,
      -Float.MAX_VALUE,
      -1,
      -Float.MIN_VALUE,
      0,
      Float.MIN_VALUE,
      1,
      Float.MAX_VALUE,
      Float.POSITIVE_INFINITY
    };
    assertThat(Auc.of(ascending, new byte[] {0, 0, 0, 0, 1, 1, 1, 1, 1})).isEqualTo(1);
    assertThat(Auc.of(new float[] {-0f, 0f}, new byte[] {0, 1})).isEqualTo(0.5);
    assertThatThrownBy(() -> Auc.of(new float[] {Float.NaN, 0}, new byte[] {0, 1}))
        .hasMessageContaining("NaN");
  }

  @Test
  void sliceEqualsTheAucOfItsSamplesAlone() {
    SplittableRandom random = new SplittableRandom(SEED);
    float[] scores = new float[500];
    byte[] labels = new byte[500];
    byte[] slice = new byte[500];
    List<Integer> inside = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      scores[i] = score(random, 40);
      labels[i] = (byte) random.nextInt(2);
      slice[i] = (byte) random.nextInt(3);
      if (slice[i] == 2) {
        inside.add(i);
      }
    }
    float[] insideScores = new float[inside.size()];
    byte[] insideLabels = new byte[inside.size()];
    for (int i = 0; i < inside.size(); i++) {
      insideScores[i] = scores[inside.get(i)];
      insideLabels[i] = labels[inside.get(i)];
    }
    assertThat(Auc.ofSlice(scores, labels, slice, 2))
        .isEqualTo(Double.valueOf(allPairs(insideScores, insideLabels)));
  }

  @Test
  void gaucWeighsEachGroupByItsImpressionsAndCountsTheSkipped() {
    SplittableRandom random = new SplittableRandom(SEED);
    for (int round = 0; round < 100; round++) {
      int n = 1 + random.nextInt(400);
      int groups = 1 + random.nextInt(60);
      int[] group = new int[n];
      float[] scores = new float[n];
      byte[] labels = new byte[n];
      TreeMap<Integer, List<Integer>> members = new TreeMap<>();
      for (int i = 0; i < n; i++) {
        group[i] = random.nextInt(groups) * 30_000_001;
        scores[i] = score(random, 12);
        labels[i] = (byte) random.nextInt(2);
        members.computeIfAbsent(group[i], key -> new ArrayList<>()).add(i);
      }
      double sum = 0;
      int weight = 0;
      int skipped = 0;
      for (List<Integer> samples : members.values()) {
        float[] own = new float[samples.size()];
        byte[] ownLabels = new byte[samples.size()];
        for (int i = 0; i < own.length; i++) {
          own[i] = scores[samples.get(i)];
          ownLabels[i] = labels[samples.get(i)];
        }
        double auc = allPairs(own, ownLabels);
        if (Double.isNaN(auc)) {
          skipped++;
        } else {
          sum += auc * own.length;
          weight += own.length;
        }
      }
      Gauc gauc = Gauc.of(group, scores, labels);
      assertThat(gauc.skipped()).isEqualTo(skipped);
      assertThat(gauc.groups()).isEqualTo(members.size() - skipped);
      assertThat(gauc.skippedShare()).isEqualTo((double) (n - weight) / n);
      if (weight == 0) {
        assertThat(gauc.value()).isNaN();
      } else {
        assertThat(gauc.value())
            .as("seed %d round %d", SEED, round)
            .isCloseTo(sum / weight, within(1e-12));
      }
    }
  }

  @Test
  void logLossIsTheMeanCrossEntropyAndStaysFinite() {
    assertThat(LogLoss.of(new float[] {0.25f, 0.25f}, new byte[] {1, 0}))
        .isCloseTo((Math.log(4) - Math.log(0.75)) / 2, within(1e-12));
    assertThat(LogLoss.of(new float[] {0, 1}, new byte[] {1, 0}))
        .isCloseTo(-Math.log(1e-7), within(1e-6));
    assertThat(LogLoss.of(new float[0], new byte[0])).isNaN();
    assertThatThrownBy(() -> LogLoss.of(new float[] {1.5f}, new byte[] {1}))
        .hasMessageContaining("1.5");
  }

  /** The definition, pair by pair. */
  private static double allPairs(float[] scores, byte[] labels) {
    long half = 0;
    long pairs = 0;
    for (int i = 0; i < scores.length; i++) {
      for (int j = 0; j < scores.length; j++) {
        if (labels[i] == 1 && labels[j] == 0) {
          pairs++;
          half += scores[i] > scores[j] ? 2 : scores[i] == scores[j] ? 1 : 0;
        }
      }
    }
    return pairs == 0 ? Double.NaN : half / (2.0 * pairs);
  }

  private static float score(SplittableRandom random, int levels) {
    return (random.nextInt(levels) - levels / 2) * 0.37f;
  }
}
