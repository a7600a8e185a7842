package io.encodectr.interest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RowSorterTest {
  private static final long SEED = Long.getLong("encode.test.seed", 20261123L);

  @Test
  void sortsLikeTheLibrary() {
    SplittableRandom random = new SplittableRandom(SEED);
    RowSorter sorter = new RowSorter();
    for (int bound : new int[] {1, 2, 2047, 2048, 100_000, 5_000_000, Integer.MAX_VALUE}) {
      for (int n : new int[] {0, 1, 2, 47, 48, 49, 100, 1500, 3001}) {
        int[] rows = random.ints(n + 3, 0, bound).toArray();
        int[] expected = rows.clone();
        Arrays.sort(expected, 0, n);
        sorter.sort(rows, n);
        assertThat(rows).as("n=%d bound=%d seed=%d", n, bound, SEED).isEqualTo(expected);
      }
    }
  }
}
