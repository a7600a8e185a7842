package io.encodectr.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.encodectr.file.InputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UserFractionTest {
  @TempDir Path folder;

  private Path dataset() throws IOException {
    DatasetFixture fixture =
        new DatasetFixture(400, 20).context("slot", 5, s -> s % 5).contextNumber("depth", s -> s);
    for (int u = 0; u < 400; u++) {
      fixture.history(u, 100, u % 20, (u + 1) % 20);
      for (int s = 0; s <= u % 3; s++) {
        fixture.train(u, (u + s) % 20, 101 + s, (u + s) % 2, u, 0.25f);
        fixture.test(u, (u + 2 * s) % 20, 1000 + s, s % 2, u, (u % 10) / 10f);
      }
    }
    fixture.open(folder.resolve("data")).close();
    return folder.resolve("data");
  }

  /** Everything a sample has, as text. */
  private static String text(Samples samples, int s) {
    return List.of(
            samples.user(s),
            samples.target(s),
            samples.time(s),
            samples.historyEnd(s),
            samples.label(s),
            samples.pageView(s),
            samples.probability(s),
            samples.contextCode(0, s),
            samples.contextValue(1, s))
        .toString();
  }

  private static List<String> all(Dataset dataset, Samples samples, UserFraction of) {
    List<String> texts = new ArrayList<>();
    for (int s = 0; s < samples.size(); s++) {
      if (of.holds(dataset.userIds().hash(samples.user(s)))) {
        texts.add(text(samples, s));
      }
    }
    return texts;
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.02, 0.3, 0.9})
  void holdsTheSamplesOfItsUsersAndNoOthers(double share) throws IOException {
    Path path = dataset();
    UserFraction fraction = new UserFraction(share);
    try (Dataset whole = Dataset.open(path);
        Dataset part = Dataset.open(path, fraction)) {
      assertThat(all(part, part.train(), UserFraction.ALL))
          .isEqualTo(all(whole, whole.train(), fraction))
          .hasSize(part.info().trainSamples());
      assertThat(all(part, part.test(), UserFraction.ALL))
          .isEqualTo(all(whole, whole.test(), fraction))
          .hasSize(part.info().testSamples());
      assertThat(part.test().size() / (double) whole.test().size())
          .isCloseTo(share, within(0.08))
          .isPositive();
      assertThat(part.users()).isEqualTo(whole.users());
      assertThat(part.behaviors().size()).isEqualTo(whole.behaviors().size());
      assertThat(part.info().fingerprint()).isNotEqualTo(whole.info().fingerprint()).hasSize(64);
    }
  }

  @Test
  void allIsTheDatasetItself() throws IOException {
    Path path = dataset();
    try (Dataset whole = Dataset.open(path);
        Dataset part = Dataset.open(path, new UserFraction(1))) {
      assertThat(part.info()).isEqualTo(whole.info());
      assertThat(part.train().size()).isEqualTo(whole.train().size());
    }
  }

  @Test
  void largerPartsHoldSmallerOnes() {
    for (int i = 0; i < 10_000; i++) {
      long hash = IdDictionary.hash("user-" + i);
      if (new UserFraction(0.1).holds(hash)) {
        assertThat(new UserFraction(0.2).holds(hash)).isTrue();
      }
      assertThat(UserFraction.ALL.holds(hash)).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -0.5, 1.001, Double.NaN})
  void refusesOtherShares(double share) {
    assertThatThrownBy(() -> new UserFraction(share))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("fraction");
  }
}
