package io.encodectr.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.encodectr.file.InputException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KneeSearchTest {
  private final List<Double> tried = new ArrayList<>();

  private KneeSearch.Knee search(KneeSearch search, double capacity) throws IOException {
    return search.search(rate -> {
      tried.add(rate);
      return rate <= capacity;
    });
  }

  @ParameterizedTest
  @ValueSource(doubles = {1.4, 3, 11, 97, 1234, 20_000})
  void closesInOnTheCapacity(double capacity) throws IOException {
    KneeSearch.Knee knee = search(new KneeSearch(10, 1e6, 1.5, 4), capacity);
    double held = Objects.requireNonNull(knee.held());
    double broken = Objects.requireNonNull(knee.broken());
    assertThat(held).isLessThanOrEqualTo(capacity);
    assertThat(broken).isGreaterThan(capacity);
    assertThat(broken / held).as("a gap of 1.5, halved four times").isLessThan(1.05);
    assertThat(tried).doesNotContain(0.0);
  }

  @Test
  void stopsAtTheHighestRateAndAtNothing() throws IOException {
    KneeSearch.Knee all = search(new KneeSearch(10, 100, 1.5, 4), 1e9);
    assertThat(all.held()).isEqualTo(100);
    assertThat(all.broken()).isNull();
    KneeSearch.Knee none = search(new KneeSearch(10, 100, 1.5, 4), 0);
    assertThat(none.held()).isNull();
    assertThat(Objects.requireNonNull(none.broken())).isLessThan(1.5);
  }

  @Test
  void oneHiccupIsNotTheEnd() throws IOException {
    boolean[] hiccup = {true};
    KneeSearch.Knee knee =
        new KneeSearch(10, 100, 2, 0)
            .search(rate -> {
              boolean holds = rate < 60 && !(rate > 30 && hiccup[0]);
              hiccup[0] &= rate <= 30;
              tried.add(rate);
              return holds;
            });
    assertThat(knee.held()).isEqualTo(40);
    assertThat(knee.broken()).isEqualTo(80);
    assertThat(tried).containsExactly(10.0, 20.0, 40.0, 40.0, 80.0, 80.0);
  }

  @Test
  void wrongRatesAreRefused() {
    assertThatThrownBy(() -> new KneeSearch(0, 10, 1.5, 1)).isInstanceOf(InputException.class);
    assertThatThrownBy(() -> new KneeSearch(20, 10, 1.5, 1)).isInstanceOf(InputException.class);
    assertThatThrownBy(() -> new KneeSearch(1, 10, 1.5, -1)).isInstanceOf(InputException.class);
    assertThatThrownBy(() -> new KneeSearch(1, Double.POSITIVE_INFINITY, 1.5, 1))
        .isInstanceOf(InputException.class);
  }
}
