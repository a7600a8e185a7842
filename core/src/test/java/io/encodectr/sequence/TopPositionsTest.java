package io.encodectr.sequence;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopPositionsTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 50})
  void agreesWithSorting(int k) {
    TopPositions top = new TopPositions(k);
    for (int seed = 0; seed < 400; seed++) {
      Random random = new Random(seed);
      int n = random.nextInt(4 * k + 20);
      int values = 1 + random.nextInt(2 * k + 4);
      float[] scores = new float[n + 3];
      for (int i = 0; i < scores.length; i++) {
        scores[i] = random.nextInt(20) == 0 ? Float.NaN : random.nextInt(values) - values / 2;
      }
      int[] expected =
          IntStream.range(0, n)
              .boxed()
              .sorted(
                  Comparator.<Integer>comparingDouble(
                          i -> Float.isNaN(scores[3 + i]) ? -1e30 : scores[3 + i])
                      .thenComparing(Comparator.naturalOrder())
                      .reversed())
              .limit(k)
              .mapToInt(i -> i)
              .sorted()
              .toArray();
      int selected = top.select(scores, 3, n);
      assertThat(Arrays.copyOf(top.positions(), selected))
          .as("seed %d, n %d, k %d", seed, n, k)
          .isEqualTo(expected);
    }
  }

  @Test
  void ofEqualsTheMostRecent() {
    TopPositions top = new TopPositions(2);
    assertThat(top.select(new float[] {1f, 1f, 1f, 1f}, 0, 4)).isEqualTo(2);
    assertThat(top.positions()).containsExactly(2, 3);
  }
}
