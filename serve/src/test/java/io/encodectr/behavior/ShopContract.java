package io.encodectr.behavior;

import static org.assertj.core.api.Assertions.assertThat;

import io.encodectr.behavior.ShopModel.Behavior;
import io.encodectr.behavior.ShopModel.Cut;
import io.encodectr.dataset.Dataset;
import io.encodectr.dataset.DatasetFixture;
import io.encodectr.generation.EventInput;
import io.encodectr.generation.EventSource;
import io.encodectr.generation.ExtractionJob;
import io.encodectr.generation.Generation;
import io.encodectr.generation.GenerationManifest;
import io.encodectr.generation.Store;
import io.encodectr.generation.UserInterests;
import io.encodectr.model.Model;
import io.encodectr.model.ModelFixture;
import io.encodectr.progress.Progress;
import io.encodectr.scoring.Explanation;
import io.encodectr.scoring.ScoreContext;
import io.encodectr.scoring.Scorer;
import io.encodectr.scoring.ScoringModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever is appended, repeated, late, forgotten, extracted, switched and rolled back in whatever
 * order: a score sees the last behaviors of the user's whole history, no more and no less, and a
 * record holds what it should. Against {@link ShopModel}.
 */
public abstract class ShopContract {
  private static final long SEED = Long.getLong("encode.test.seed", 20261123L);
  private static final int STEPS = Integer.getInteger("encode.steps", 120);
  private static final int ITEMS = 30;
  private static final int USERS = 10;
  private static final int RECENT = 50;
  private static final long START = 1_700_000_000L;

  @TempDir protected Path folder;
  protected EventLog log;
  private Random random;
  private SetClock clock;
  private ShopModel expected;
  private Forgetting forgetting;
  private ScoringModel model;
  private Path store;
  private Cut cut;
  private Dataset dataset;
  private Served active;
  private Served previous;
  private int datasets;
  private int extractions;

  /** A generation in use, the dataset behind it, and who was erased from it. */
  private record Served(Scorer scorer, Cut cut, String id, Set<String> erased) {
    GenerationManifest manifest() {
      return scorer.generation().manifest();
    }
  }

  /** Opens the log of the test, as it was left. */
  protected abstract EventLog opened(EventLogOptions options) throws IOException;

  /** Waits until the log has deleted what nobody needs. */
  protected abstract void awaitUpkeep();

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6})
  void scoresSeeTheLastOfTheWholeHistory(int round) throws Exception {
    random = new Random(SEED + round);
    begin();
    List<String> steps = new ArrayList<>();
    try {
      for (int step = 0; step < STEPS; step++) {
        steps.add(step());
        String user = user();
        requireScoresSee(user);
        // Now and then it is set back.
        clock.add(random.nextInt(20) == 0 ? -random.nextInt(60_000) : random.nextInt(5) * 700L);
      }
      for (int user = 0; user < USERS; user++) {
        requireScoresSee("u" + user);
      }
    } catch (AssertionError e) {
      throw new AssertionError("seed %d, steps %s".formatted(SEED + round, steps), e);
    } finally {
      for (Served each : new Served[] {active, previous}) {
        if (each != null) {
          each.scorer.close();
        }
      }
      dataset.close();
      log.close();
    }
  }

  private void begin() throws IOException {
    clock = new SetClock(START + 5000);
    Set<String> items = new HashSet<>();
    for (int i = 0; i < ITEMS; i++) {
      items.add("i" + i);
    }
    expected = new ShopModel(items);
    for (int n = 0; n < 200; n++) {
      expected.siteLogs(
          new Behavior(
              "u" + random.nextInt(USERS - 3),
              "i" + random.nextInt(ITEMS),
              START + random.nextInt(4000)));
    }
    open();
    store = Store.create(folder.resolve("store")).folder();
    forgetting = new Forgetting(log, clock);
    forgetting.join(Store.open(store));
    cutDataset();
    ModelFixture.write(folder.resolve("model"), "encode", dataset, SEED);
    model = ScoringModel.of(Model.load(folder.resolve("model")));
    extract(false);
  }

  private void open() throws IOException {
    log = opened(new EventLogOptions(300, 4 << 20, clock));
  }

  private String user() {
    // One user in three is u0, whose history outgrows what is read of it.
    return "u" + (random.nextInt(3) == 0 ? 0 : random.nextInt(USERS));
  }

  private String step() throws IOException {
    int choice = random.nextInt(100);
    if (choice < 62) {
      return append();
    } else if (choice < 70) {
      String user = user();
      forgetting.forget(user);
      long forgottenAt = Store.open(store).tombstones().forgottenAt(user);
      assertThat(forgottenAt).isGreaterThanOrEqualTo(clock.millis());
      expected.forget(user, forgottenAt / 1000);
      active.erased.add(user);
      if (previous != null) {
        previous.erased.add(user);
      }
      return "forget " + user;
    } else if (choice < 80) {
      extract(true);
      return "extract with events";
    } else if (choice < 85) {
      extract(false);
      return "extract";
    } else if (choice < 89) {
      cutDataset();
      extract(random.nextBoolean());
      return "new dataset";
    } else if (choice < 94) {
      return rollBack();
    }
    log.close();
    open();
    forgetting = new Forgetting(log, clock);
    forgetting.join(Store.open(store));
    use(); // The model knows what is active; a log that was reopened has to be told.
    return "reopen";
  }

  private String append() throws IOException {
    List<Event> events = new ArrayList<>();
    List<Outcome> outcomes = new ArrayList<>();
    long now = clock.millis() / 1000;
    for (int n = random.nextInt(4); n >= 0; n--) {
      String user = user();
      boolean unknown = random.nextInt(8) == 0;
      String item = "i" + (unknown ? ITEMS + random.nextInt(3) : random.nextInt(ITEMS));
      String id = random.nextInt(4) == 0 ? null : "e" + random.nextInt(60);
      long time = random.nextInt(5) == 0 ? Event.NOW : now - random.nextInt(2000) + 50;
      events.add(new Event(id, user, item, time, null));
      long happened = time == Event.NOW ? expected.nowOf(user, now) : time;
      outcomes.add(expected.append(id, new Behavior(user, item, happened)));
    }
    assertThat(log.append(events)).isEqualTo(outcomes);
    return "append " + events;
  }

  private String rollBack() throws IOException {
    if (previous == null) {
      return "nothing to roll back to";
    }
    Served back = active;
    active = previous;
    previous = back;
    use();
    return "roll back";
  }

  private void use() throws IOException {
    log.use(active.manifest(), previous == null ? null : previous.manifest());
    // Until a deleted event is gone, its id is known; the model deletes at once.
    awaitUpkeep();
    expected.use(active.cut.end(), previous == null ? null : previous.cut.end());
  }

  /** The users of a dataset are those that the site has seen, in any order. */
  private void cutDataset() throws IOException {
    if (dataset != null) {
      dataset.close();
    }
    cut = expected.cut();
    List<String> users =
        List.copyOf(new TreeSet<>(cut.behaviors().stream().map(Behavior::user).toList()))
            .reversed();
    DatasetFixture fixture =
        new DatasetFixture(users.size(), ITEMS)
            .userIds(users::get)
            .itemSets("genre", 4, i -> new int[] {i % 4})
            .userColumn("country", 3, u -> u % 3);
    for (Behavior each : cut.behaviors()) {
      fixture.behavior(
          users.indexOf(each.user()), Integer.parseInt(each.item().substring(1)), each.time());
    }
    dataset = fixture.open(folder.resolve("dataset" + datasets++));
  }

  private void extract(boolean withEvents) throws IOException {
    EventInput input =
        new EventInput() {
          private final int number = extractions++;

          @Override
          public String identity() {
            return "extraction " + number;
          }

          @Override
          public EventSource open(Path scratch) throws IOException {
            return log.snapshot();
          }
        };
    var options = new ExtractionJob.Options(null, 1, true, 0);
    ExtractionJob.Result result =
        new ExtractionJob(
                dataset,
                model.model(),
                model.items().table(),
                store,
                options,
                withEvents ? input : null)
            .run(Progress.NONE);
    Generation generation = Store.open(store).openCurrent();
    if (previous != null) {
      previous.scorer.close();
    }
    previous = active;
    active = new Served(Scorer.of(model, generation), cut, result.generation(), new HashSet<>());
    generation.verify();
    if (withEvents) {
      // All is in the records: nothing is left to add.
      for (int user = 0; user < USERS; user++) {
        List<Behavior> history = expected.history("u" + user, cut);
        UserInterests record = generation.find("u" + user);
        assertThat(record == null ? 0 : record.behaviors()).isEqualTo(history.size());
        assertThat(log.since("u" + user, active.scorer, Long.MAX_VALUE).count()).isZero();
      }
    }
    use();
  }

  private void requireScoresSee(String user) throws IOException {
    for (Served served : previous == null ? List.of(active) : List.of(active, previous)) {
      List<Behavior> history =
          served.erased.contains(user)
              ? expected.logged(user, served.cut)
              : expected.history(user, served.cut);
      List<Behavior> last = history.subList(Math.max(0, history.size() - RECENT), history.size());
      Explanation explanation =
          served.scorer.explain(
              user,
              List.of("i1"),
              ScoreContext.at(START),
              log.since(user, served.scorer, Long.MAX_VALUE));
      List<Behavior> seen =
          explanation.recent().stream()
              .map(each -> new Behavior(user, each.item(), each.time()))
              .toList();
      assertThat(seen)
          .as(
              "%s with %s (%s), %s, forgotten %s, events %s",
              user,
              served.id,
              served == active ? "active" : "previous",
              served.manifest(),
              Store.open(store).tombstones().forgottenAt(user),
              logged(user))
          .isEqualTo(last);
    }
  }

  /** Time and arrival of a user's events in the log. */
  private List<String> logged(String user) throws IOException {
    List<String> logged = new ArrayList<>();
    try (EventSource snapshot = log.snapshot()) {
      snapshot.read((each, item, time, received) -> {
        if (each.equals(user)) {
          logged.add(item + "@" + time + " received " + received);
        }
      });
    }
    return logged;
  }
}
