package io.encodectr.sequence;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Scores of each behavior; those of distinct items are in {@link RetrievalTest}. */
class TopBehaviorsTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 50})
  void agreesWithSorting(int k) {
    TopBehaviors top = new TopBehaviors(k);
    int[] times = new int[k];
    for (int seed = 0; seed < 400; seed++) {
      Random random = new Random(seed);
      float[] scores = new float[random.nextInt(4 * k + 20)];
      int values = 1 + random.nextInt(2 * k + 4);
      for (int i = 0; i < scores.length; i++) {
        scores[i] =
            random.nextInt(20) == 0 ? Float.NaN : (random.nextInt(values) - values / 2) / 3f;
      }
      int[] expected =
          IntStream.range(0, scores.length)
              .boxed()
              .sorted(
                  Comparator.<Integer>comparingDouble(
                          i -> Float.isNaN(scores[i]) ? Double.NEGATIVE_INFINITY : scores[i] + 0f)
                      .thenComparing(Comparator.naturalOrder())
                      .reversed())
              .limit(k)
              .mapToInt(i -> i)
              .sorted()
              .toArray();
      int found = top.largest(scores, scores.length, times);
      assertThat(Arrays.copyOf(times, found))
          .as("seed %d, %d scores, k %d", seed, scores.length, k)
          .isEqualTo(expected);
    }
  }

  @Test
  void ofEqualsTheMostRecent() {
    int[] times = new int[2];
    assertThat(new TopBehaviors(2).largest(new float[] {1f, 1f, 0f, 1f}, 4, times)).isEqualTo(2);
    assertThat(times).containsExactly(1, 3);
  }
}
