package io.encodectr.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.encodectr.dataset.Dataset;
import io.encodectr.dataset.DatasetFixture;
import io.encodectr.file.InputException;
import io.encodectr.generation.ExtractionJob;
import io.encodectr.generation.Store;
import io.encodectr.generation.UserInterests;
import io.encodectr.model.Model;
import io.encodectr.model.ModelFixture;
import io.encodectr.progress.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Events given with a request count as if the generation held them as recent behaviors. */
class UserEventsTest {
  private static final long SEED = Long.getLong("encode.test.seed", 20261123L);
  private static final int USERS = 30;
  private static final int ITEMS = 200;
  private static final long START = 1_700_000_000L;
  private static final long MIDDLE = START + 600;
  private static final List<String> CANDIDATES = List.of("i3", "i77", "never seen", "i199");

  @TempDir private static Path folder;
  private static Dataset dataset;
  private static ScoringModel din;
  private static ScoringModel encode;
  private static Scorer before;

  @BeforeAll
  static void extract() throws IOException {
    Random random = new Random(SEED);
    DatasetFixture fixture =
        new DatasetFixture(USERS, ITEMS)
            .itemSets("genre", 5, i -> new int[] {i % 5})
            .userColumn("country", 5, u -> u % 5);
    for (int user = 0; user < USERS; user++) {
      for (int i = 0; i < 4 * user; i++) {
        fixture.behavior(user, random.nextInt(ITEMS), START + i / 2 * 20L);
      }
      fixture.train(user, 1, START + 1, 0).test(user, 2, START + 2, 1);
    }
    dataset = fixture.open(folder.resolve("dataset"));
    din = model("din");
    encode = model("encode");
    before = scorer(din, MIDDLE);
  }

  @AfterAll
  static void close() {
    before.close();
    dataset.close();
  }

  private static ScoringModel model(String method) throws IOException {
    ModelFixture.write(folder.resolve(method), method, dataset, SEED);
    return ScoringModel.of(Model.load(folder.resolve(method)));
  }

  private static Scorer scorer(ScoringModel model, long asOf) throws IOException {
    Path store = folder.resolve(model.model().spec().method() + "-store-" + asOf);
    var options = new ExtractionJob.Options(asOf, 1, false, 0);
    new ExtractionJob(dataset, model.model(), model.items().table(), store, options)
        .run(Progress.NONE);
    return Scorer.of(model, Store.open(store).openCurrent());
  }

  /** The user's behaviors of the dataset at or after a time. */
  private static UserEvents since(int user, long time) {
    List<String> items = new ArrayList<>();
    List<Long> times = new ArrayList<>();
    for (int i = 0; i < dataset.behaviors().length(user); i++) {
      if (dataset.behaviors().time(user, i) >= time) {
        items.add(dataset.itemIds().id(dataset.behaviors().item(user, i)));
        times.add(dataset.behaviors().time(user, i));
      }
    }
    return new UserEvents(items, times.stream().mapToLong(t -> t).toArray(), false);
  }

  @Test
  void eventsScoreAsAnExtractionThatHoldsThemDoes() throws IOException {
    ScoreContext context = ScoreContext.at(START + 5000);
    int withEvents = 0;
    try (Scorer after = scorer(din, START + 5000)) {
      for (int user = 0; user < USERS; user++) {
        UserEvents events = since(user, MIDDLE);
        withEvents += events.count() > 0 ? 1 : 0;
        String id = dataset.userIds().id(user);
        assertThat(before.logits(id, CANDIDATES, context, events))
            .as("user %s, %d events, seed %d", id, events.count(), SEED)
            .isEqualTo(after.logits(id, CANDIDATES, context));
        assertThat(before.score(id, CANDIDATES, context, events))
            .isEqualTo(after.score(id, CANDIDATES, context));
        assertThat(before.explain(id, CANDIDATES, context, events).recent())
            .isEqualTo(after.explain(id, CANDIDATES, context).recent());
      }
    }
    assertThat(withEvents).isGreaterThan(10);
  }

  @Test
  void rowsOfCandidatesScoreAsTheirIds() {
    ScoreContext context = ScoreContext.at(START);
    int[] rows = CANDIDATES.stream().mapToInt(before::candidate).toArray();
    assertThat(rows).containsExactly(3, 77, din.items().unknown(), 199);
    UserEvents events = new UserEvents(List.of("i5"), new long[] {MIDDLE}, false);
    assertThat(before.logits("u9", rows, context, events))
        .isEqualTo(before.logits("u9", CANDIDATES, context, events));
    assertThatThrownBy(() -> before.logits("u9", new int[] {ITEMS + 1}, context, events))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> before.logits("u9", new int[] {-1}, context, events))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void whatAForgottenUserDidBeforeIsNotRead() throws IOException {
    ScoreContext context = ScoreContext.at(START);
    UserEvents forgotten = new UserEvents(List.of(), new long[0], true);
    UserEvents back = new UserEvents(List.of("i5"), new long[] {MIDDLE}, true);
    try (Scorer scorer = scorer(encode, MIDDLE)) {
      assertThat(scorer.logits("u20", CANDIDATES, context, forgotten))
          .isEqualTo(scorer.logits("nobody", CANDIDATES, context))
          .isNotEqualTo(scorer.logits("u20", CANDIDATES, context));
      assertThat(scorer.logits("u20", CANDIDATES, context, back))
          .isEqualTo(scorer.logits("nobody", CANDIDATES, context, back))
          .isNotEqualTo(scorer.logits("nobody", CANDIDATES, context));
      Explanation explanation = scorer.explain("u20", CANDIDATES, context, back);
      assertThat(explanation.known()).isFalse();
      assertThat(explanation.interests()).isEmpty();
      assertThat(explanation.recent()).extracting(Explanation.Behavior::item).containsExactly("i5");
      assertThat(explanation.candidates().getFirst().recentAttention()).containsExactly(1f);
    }
  }

  @Test
  void eventsLeaveStoredInterestsAlone() throws IOException {
    ScoreContext context = ScoreContext.at(START);
    UserEvents events = new UserEvents(List.of("i5"), new long[] {MIDDLE}, false);
    try (Scorer scorer = scorer(encode, MIDDLE + 1)) {
      Explanation without = scorer.explain("u20", CANDIDATES, context);
      Explanation with = scorer.explain("u20", CANDIDATES, context, events);
      assertThat(with.interests()).isEqualTo(without.interests()).isNotEmpty();
      assertThat(with.recent()).hasSize(Math.min(50, without.recent().size() + 1));
      assertThat(with.candidates().getFirst().logit())
          .isNotEqualTo(without.candidates().getFirst().logit());
    }
  }

  @Test
  void eventsOnUnknownItemsAreLeftOutAndCounted() {
    ScoreContext context = ScoreContext.at(START);
    UserEvents events =
        new UserEvents(
            List.of("new", "i5", "i5 ", "new"),
            new long[] {MIDDLE, MIDDLE, MIDDLE, MIDDLE + 1},
            false);
    assertThat(before.unknown(events)).isEqualTo(3);
    assertThat(before.logits("u9", CANDIDATES, context, events))
        .isEqualTo(
            before.logits(
                "u9",
                CANDIDATES,
                context,
                new UserEvents(List.of("i5"), new long[] {MIDDLE}, false)));
  }

  /** Against sorting: stable by time, the last ones kept. */
  @Test
  void mergesByTimeTheStoredOnesFirst() {
    record Behavior(int row, long time) {}
    Random random = new Random(SEED);
    RecentBehaviors merged = new RecentBehaviors(dataset.itemIds(), 5);
    for (int round = 0; round < 2000; round++) {
      int stored = random.nextInt(6);
      int given = random.nextInt(9);
      long[] times = random.longs(stored, 0, 6).sorted().toArray();
      int[] rows = random.ints(stored, 0, ITEMS).toArray();
      long[] eventTimes = random.longs(given, 0, 6).sorted().toArray();
      List<Behavior> expected = new ArrayList<>();
      for (int i = 0; i < stored; i++) {
        expected.add(new Behavior(rows[i], times[i]));
      }
      List<String> items = new ArrayList<>();
      for (int i = 0; i < given; i++) {
        int row = random.nextInt(ITEMS + 40);
        items.add("i" + row);
        if (row < ITEMS) {
          expected.add(new Behavior(row, eventTimes[i]));
        }
      }
      expected.sort(Comparator.comparingLong(Behavior::time));
      expected = expected.subList(Math.max(0, expected.size() - 5), expected.size());
      merged.merge(
          round % 7 == 0 && stored == 0 ? null : stored(rows, times),
          new UserEvents(items, eventTimes, false));
      List<Behavior> actual = new ArrayList<>();
      for (int i = 0; i < merged.count(); i++) {
        actual.add(new Behavior(merged.rows()[i], merged.times()[i]));
      }
      assertThat(actual).as("round %d, seed %d", round, SEED).isEqualTo(expected);
    }
  }

  private static UserInterests stored(int[] rows, long[] times) {
    return new UserInterests(
        rows.length,
        0,
        new float[0],
        new int[0],
        new float[0],
        new UserInterests.Members[0],
        rows,
        times,
        new UserInterests.Feature[0]);
  }

  @Test
  void refusesTimesThatDoNotFit() {
    assertThatThrownBy(() -> new UserEvents(List.of("a"), new long[0], false))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new UserEvents(List.of("a", "b"), new long[] {2, 1}, false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("event 1 happened at 1");
  }

  @Test
  void wrongContextIsStillRefused() {
    assertThatThrownBy(() ->
            before.score(
                "u1", CANDIDATES, new ScoreContext(START, Map.of("x", "1")), UserEvents.NONE))
        .isInstanceOf(InputException.class);
  }
}
