package io.encodectr.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PoissonArrivalsTest {
  private static final int COUNT = 200_000;

  private static long[] arrivals(double rate, long seed) {
    PoissonArrivals arrivals = new PoissonArrivals(rate, seed);
    return LongStream.generate(arrivals::next).limit(COUNT).toArray();
  }

  private static double[] gaps(double rate, long seed) {
    long[] times = arrivals(rate, seed);
    double[] gaps = new double[COUNT];
    for (int i = 0; i < COUNT; i++) {
      gaps[i] = (times[i] - (i == 0 ? 0 : times[i - 1])) * 1e-9;
    }
    return gaps;
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "10, 2", "333.3, 3", "20000, 4"})
  void gapsAreExponentialAndIndependent(double rate, long seed) {
    double[] gaps = gaps(rate, seed);
    double mean = Arrays.stream(gaps).average().orElseThrow();
    double variance = Arrays.stream(gaps).map(g -> (g - mean) * (g - mean)).sum() / COUNT;
    assertThat(mean * rate).as("mean gap times rate").isCloseTo(1, within(0.01));
    assertThat(variance * rate * rate).as("variance of gaps").isCloseTo(1, within(0.03));
    for (double multiple : new double[] {0.1, 1, 3}) {
      double share = (double) Arrays.stream(gaps).filter(g -> g * rate > multiple).count() / COUNT;
      assertThat(share).as("gaps over " + multiple).isCloseTo(Math.exp(-multiple), within(0.005));
    }
    double product = 0;
    for (int i = 1; i < COUNT; i++) {
      product += (gaps[i] - mean) * (gaps[i - 1] - mean);
    }
    assertThat(product / COUNT / variance)
        .as("correlation of neighbors")
        .isCloseTo(0, within(0.01));
  }

  @Test
  void countsOfEqualSpansVaryAsMuchAsTheyAreLarge() {
    long[] times = arrivals(50, 9);
    int spans = (int) (times[COUNT - 1] / 1_000_000_000L);
    double[] counts = new double[spans];
    for (long time : times) {
      if (time / 1_000_000_000L < spans) {
        counts[(int) (time / 1_000_000_000L)]++;
      }
    }
    double mean = Arrays.stream(counts).average().orElseThrow();
    double variance = Arrays.stream(counts).map(c -> (c - mean) * (c - mean)).sum() / spans;
    assertThat(mean).isCloseTo(50, within(0.5));
    assertThat(variance / mean).isCloseTo(1, within(0.1));
  }

  @Test
  void sameSeedSameTimesInOrder() {
    long[] times = arrivals(1000, 5);
    assertThat(times).isEqualTo(arrivals(1000, 5)).isSorted().isNotEqualTo(arrivals(1000, 6));
    assertThatThrownBy(() -> new PoissonArrivals(0, 1)).hasMessageContaining("rate");
  }
}
