package io.encodectr.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RelevanceIndicatorTest {
  private static final long SEED = 77;

  @Test
  void ofTheTargetAttentionItselfIsItsEntropy() {
    RelevanceIndicator indicator = new RelevanceIndicator(false);
    SplittableRandom random = new SplittableRandom(SEED);
    for (int length : new int[] {1, 2, 49, 50, 51, 200, 1500}) {
      float[] p = weights(random, length);
      indicator.add(p, p, length);
    }
    assertThat(indicator.value()).isCloseTo(indicator.floor(), within(1e-12));
    assertThat(indicator.recall()).isCloseTo(1, within(1e-9));
    assertThat(indicator.value()).isLessThan(indicator.uniform());
  }

  @Test
  void ofUniformWeightsIsLogLAndRecallsByChance() {
    int length = 400;
    float[] uniform = new float[length];
    Arrays.fill(uniform, 1f / length);
    RelevanceIndicator indicator = new RelevanceIndicator(false);
    indicator.add(weights(new SplittableRandom(SEED), length), uniform, length);
    assertThat(indicator.value()).isCloseTo(Math.log(length), within(1e-5));
    assertThat(indicator.uniform()).isEqualTo(Math.log(length));
    assertThat(indicator.recall()).isCloseTo(50.0 / length, within(1e-9));
  }

  @Test
  void smoothingKeepsRetrievalMethodsFinite() {
    int length = 100;
    float[] p = new float[length];
    Arrays.fill(p, 0.01f);
    float[] q = new float[length];
    Arrays.fill(q, 0, 50, 0.02f);
    RelevanceIndicator indicator = new RelevanceIndicator(true);
    indicator.add(p, q, length);
    double expected = -0.5 * Math.log(0.99 * 0.02 + 0.0001) - 0.5 * Math.log(0.0001);
    assertThat(indicator.value()).isCloseTo(expected, within(1e-5));
    assertThat(indicator.recall()).isCloseTo(0.5, within(1e-9));
  }

  @Test
  void recallCountsTheSharedPartOfBothTopFifties() {
    int length = 120;
    float[] p = new float[length];
    float[] q = new float[length];
    for (int i = 0; i < length; i++) {
      p[i] = (i + 1f) / 7260;
      q[i] = (Math.floorMod(i - 20, length) + 1f) / 7260;
    }
    RelevanceIndicator indicator = new RelevanceIndicator(false);
    indicator.add(p, q, length);
    // p's top are 70..119; q's are 90..119 and 0..19.
    assertThat(indicator.recall()).isCloseTo(30 / 50.0, within(1e-9));
  }

  @Test
  void mergedPartsEqualTheWhole() {
    SplittableRandom random = new SplittableRandom(SEED);
    RelevanceIndicator whole = new RelevanceIndicator(true);
    RelevanceIndicator first = new RelevanceIndicator(true);
    RelevanceIndicator second = new RelevanceIndicator(true);
    for (int i = 0; i < 20; i++) {
      float[] p = weights(random, 90);
      float[] q = weights(random, 90);
      whole.add(p, q, 90);
      (i < 9 ? first : second).add(p, q, 90);
    }
    first.merge(second);
    assertThat(first.samples()).isEqualTo(20);
    assertThat(first.value()).isCloseTo(whole.value(), within(1e-12));
    assertThat(first.recall()).isCloseTo(whole.recall(), within(1e-12));
    assertThatThrownBy(() -> first.add(new float[0], new float[0], 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static float[] weights(SplittableRandom random, int length) {
    double[] raw = new double[length];
    double sum = 0;
    for (int i = 0; i < length; i++) {
      raw[i] = Math.exp(6 * random.nextDouble());
      sum += raw[i];
    }
    float[] weights = new float[length];
    for (int i = 0; i < length; i++) {
      weights[i] = (float) (raw[i] / sum);
    }
    return weights;
  }
}
