package io.encodectr.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.encodectr.dataset.Dataset;
import io.encodectr.dataset.DatasetFixture;
import io.encodectr.file.InputException;
import io.encodectr.interest.InterestPrecision;
import io.encodectr.model.Model;
import io.encodectr.model.ModelFixture;
import io.encodectr.progress.Progress;
import io.encodectr.scoring.ModelItems;
import io.encodectr.scoring.ScoreContext;
import io.encodectr.scoring.Scorer;
import io.encodectr.scoring.ScoringModel;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every store of interests promises, whatever it is made of. */
public abstract class InterestStoreContract {
  protected static final int USERS = 700;
  private static final long SEED = 5;
  private static final long START = 1_700_000_000L;

  @TempDir private static Path shared;
  private static Dataset dataset;
  private static Model model;

  /** The store under test, empty at the beginning of a test. */
  protected abstract InterestStore store() throws IOException;

  /**
   * Publishes what an extraction of the dataset makes, who was forgotten here left out.
   *
   * @param keep how many generations stay; 0 = all
   * @return the id, in use now
   */
  protected abstract String publish(long asOf, int keep, InterestPrecision precision)
      throws IOException;

  protected String publish(long asOf, int keep) throws IOException {
    return publish(asOf, keep, InterestPrecision.FLOAT32);
  }

  @BeforeAll
  static void makeDataset() throws IOException {
    Random random = new Random(SEED);
    DatasetFixture fixture =
        new DatasetFixture(USERS, 200)
            .userIds(InterestStoreContract::id)
            .itemSets("genre", 7, i -> new int[] {i % 7})
            .userColumn("country", 5, u -> u % 6 - 1)
            .userNumbers("age", u -> u % 10 / 10f);
    for (int user = 0; user < USERS; user++) {
      fixture.history(user, START + user % 50, random.ints(user % 40, 0, 200).toArray());
    }
    dataset = fixture.open(shared.resolve("dataset"));
    ModelFixture.write(shared.resolve("model"), "encode", dataset, SEED);
    model = Model.load(shared.resolve("model"));
  }

  @AfterAll
  static void closeDataset() {
    dataset.close();
  }

  /** Ids of all kinds: with blanks, line ends, zeros, signs of other alphabets. */
  protected static String id(int user) {
    return switch (user) {
      case 3 -> "with blank";
      case 4 -> "line\nend";
      case 5 -> "zero\0in it";
      case 6 -> "ユーザー六";
      case 7 -> "{tag}:7";
      case 8 -> "x".repeat(1000);
      default -> "u" + user;
    };
  }

  /** Extracts as of a time into a folder. */
  protected static String extract(Path folder, long asOf, int keep) throws IOException {
    return extract(folder, asOf, keep, InterestPrecision.FLOAT32);
  }

  protected static String extract(Path folder, long asOf, int keep, InterestPrecision precision)
      throws IOException {
    return new ExtractionJob(
            dataset,
            model,
            ModelItems.of(model).table(),
            folder,
            new ExtractionJob.Options(asOf, 1, true, keep, precision, null))
        .run(Progress.NONE)
        .generation();
  }

  protected static long time(int day) {
    return START + 60 + 5L * day;
  }

  @ParameterizedTest
  @EnumSource
  void everyUserIsFoundAsTheExtractionMadeThem(InterestPrecision precision, @TempDir Path own)
      throws IOException {
    publish(time(1), 0, precision);
    extract(own.resolve("expected"), time(1), 0, precision);
    try (Generation expected = Store.open(own.resolve("expected")).openCurrent();
        InterestSource found = store().openGeneration(store().current())) {
      found.verify();
      assertThat(found.manifest()).isEqualTo(expected.manifest());
      assertThat(found.precision()).isEqualTo(precision);
      assertThat(found.users()).isEqualTo(USERS);
      assertThat(found.dimension()).isEqualTo(expected.dimension());
      assertThat(found.maxInterests()).isEqualTo(expected.maxInterests());
      assertThat(found.massStatistics()).isEqualTo(expected.massStatistics());
      int interests = 0;
      for (int user = 0; user < USERS; user++) {
        UserInterests there = found.find(id(user));
        assertThat(there)
            .as(id(user))
            .usingRecursiveComparison()
            .isEqualTo(expected.find(id(user)));
        interests += there.count();
      }
      assertThat(interests).isGreaterThan(USERS);
      for (String stranger : List.of("nobody", "", "u", "u99999", "x".repeat(1001))) {
        assertThat(found.find(stranger)).as(stranger).isNull();
      }
    }
  }

  @Test
  void listedUsersAreUsersInTheOrderOfTheirIds() throws IOException {
    publish(time(1), 0);
    try (InterestSource found = store().openGeneration(store().current())) {
      InterestSource.UserList listed = found.listed();
      assertThat(listed.size()).isBetween(1L, (long) USERS);
      byte[] before = {};
      for (long rank = 0; rank < listed.size(); rank++) {
        byte[] id = listed.id(rank).getBytes(java.nio.charset.StandardCharsets.UTF_8);
        assertThat(found.find(listed.id(rank))).isNotNull();
        assertThat(java.util.Arrays.compareUnsigned(before, id)).isNegative();
        before = id;
      }
    }
  }

  @Test
  void scoresAreThoseOfTheFolder(@TempDir Path own) throws IOException {
    publish(time(1), 0);
    extract(own.resolve("expected"), time(1), 0);
    ScoringModel scoring = ScoringModel.of(model);
    List<String> items = List.of("i1", "i7", "i150", "unheard of");
    try (Scorer expected = Scorer.of(scoring, Store.open(own.resolve("expected")).openCurrent());
        Scorer scorer = Scorer.of(scoring, store().openGeneration(store().current()))) {
      for (int user = 0; user < USERS; user += 23) {
        ScoreContext now = ScoreContext.at(START + 1000);
        assertThat(scorer.logits(id(user), items, now))
            .isEqualTo(expected.logits(id(user), items, now));
      }
    }
  }

  @Test
  void readersSeeTheOldGenerationOrTheNewOne() throws Exception {
    String first = publish(time(1), 0);
    AtomicBoolean done = new AtomicBoolean();
    ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
    Thread reader =
        Thread.ofPlatform()
            .start(() -> {
              while (!done.get()) {
                try (InterestSource found = store().openGeneration(store().current())) {
                  found.verify();
                  assertThat(found.find("u39")).isNotNull();
                } catch (IOException | RuntimeException | AssertionError e) {
                  failures.add(e);
                }
              }
            });
    try (InterestSource old = store().openGeneration(first)) {
      String second = publish(time(2), 0);
      assertThat(second).isNotEqualTo(first);
      assertThat(store().current()).isEqualTo(second);
      assertThat(store().ids()).containsExactly(first, second);
      assertThat(old.find("u39")).isNotNull();
      assertThat(store().manifest(first).asOf()).isEqualTo(time(1));
      assertThat(store().manifest(second).asOf()).isEqualTo(time(2));
    } finally {
      done.set(true);
      reader.join();
    }
    assertThat(failures).isEmpty();
  }

  @Test
  void publishingTheSameAgainPutsItBackInUse() throws IOException {
    String first = publish(time(1), 0);
    String second = publish(time(2), 0);
    assertThat(publish(time(1), 0)).isEqualTo(first);
    assertThat(store().current()).isEqualTo(first);
    assertThat(store().ids()).containsExactlyInAnyOrder(first, second);
    try (InterestSource found = store().openGeneration(first)) {
      found.verify();
    }
  }

  @Test
  void onlySoManyGenerationsAreKept() throws IOException {
    publish(time(1), 0);
    String second = publish(time(2), 0);
    String third = publish(time(3), 2);
    assertThat(store().ids()).containsExactly(second, third);
    assertThat(store().current()).isEqualTo(third);
  }

  @Test
  void whatIsNotThereIsSaid() throws IOException {
    assertThatThrownBy(() -> store().current()).isInstanceOf(InputException.class);
    publish(time(1), 0);
    assertThatThrownBy(() -> store().openGeneration("no-such-one"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("no-such-one");
    assertThatThrownBy(() -> store().openGeneration("../../x"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("no generation id");
    assertThat(store().isGone()).isFalse();
    assertThat(store().location()).isEqualTo(store().location());
  }

  private void forget(String user, long time, boolean byName) throws IOException {
    store().beginForgetting(Map.of(Tombstones.hash(user), time));
    if (byName) {
      store().finishForgetting(user);
    } else {
      store().finishForgetting();
    }
  }

  private static boolean isNothing(UserInterests user) {
    return user == null
        || (user.behaviors() == 0 && user.count() == 0 && user.recentItems().length == 0);
  }

  @Test
  void whoIsForgottenIsInNoGenerationNowOrLater() throws IOException {
    String first = publish(time(1), 0);
    String second = publish(time(2), 0);
    long now = Instant.ofEpochSecond(time(5)).toEpochMilli();
    for (String id : List.of(first, second)) {
      try (InterestSource found = store().openGeneration(id)) {
        assertThat(isNothing(found.find("u39"))).isFalse();
        assertThat(isNothing(found.find("u79"))).isFalse();
      }
    }
    try (InterestSource open = store().openGeneration(first)) {
      forget("u39", now, true);
      forget("u79", now + 1, false);
      assertThat(isNothing(open.find("u39"))).isTrue();
      assertThat(isNothing(open.find("u79"))).isTrue();
      assertThat(isNothing(open.find("u119"))).isFalse();
      open.verify();
    }
    String third = publish(time(3), 0);
    for (String id : List.of(first, second, third)) {
      try (InterestSource found = store().openGeneration(id)) {
        found.verify();
        assertThat(isNothing(found.find("u39"))).as(id).isTrue();
        assertThat(isNothing(found.find("u79"))).as(id).isTrue();
        assertThat(isNothing(found.find("u119"))).as(id).isFalse();
      }
    }
    assertThat(store().tombstones().times())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(Tombstones.hash("u39"), now, Tombstones.hash("u79"), now + 1));
    assertThat(store().tombstones().pending()).isEmpty();
    assertThat(store().tombstones().last()).isEqualTo(now + 1);
  }

  @Test
  void anEarlierForgettingIsNoNews() throws IOException {
    publish(time(1), 0);
    forget("u39", 2000, true);
    forget("u39", 1000, true);
    forget("stranger", 3000, true);
    assertThat(store().tombstones().forgottenAt("u39")).isEqualTo(2000);
    assertThat(store().tombstones().count()).isEqualTo(2);
  }
}
