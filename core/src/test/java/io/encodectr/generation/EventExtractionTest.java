package io.encodectr.generation;

import static io.encodectr.generation.EventFixture.END;
import static io.encodectr.generation.EventFixture.ITEMS;
import static io.encodectr.generation.EventFixture.SEED;
import static io.encodectr.generation.EventFixture.START;
import static io.encodectr.generation.EventFixture.USERS;
import static io.encodectr.generation.EventFixture.entries;
import static io.encodectr.generation.EventFixture.events;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.encodectr.dataset.Dataset;
import io.encodectr.file.InputException;
import io.encodectr.generation.ExtractionJob.Options;
import io.encodectr.generation.ExtractionJob.Result;
import io.encodectr.model.Model;
import io.encodectr.model.ModelFixture;
import io.encodectr.progress.Progress;
import io.encodectr.scoring.ModelItems;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Extraction that joins events, and what forgetting leaves of it. */
class EventExtractionTest {
  private static final long NOW = (END + 5000) * 1000;
  private static final Instant LATER = Instant.ofEpochMilli(NOW);

  @TempDir private static Path shared;
  private static Dataset dataset;
  private static Model model;

  @TempDir private Path folder;
  private Path store;

  @BeforeAll
  static void makeDataset() throws IOException {
    dataset = EventFixture.dataset(shared.resolve("dataset"), USERS, false);
    ModelFixture.write(shared.resolve("model"), "encode", dataset, SEED);
    model = Model.load(shared.resolve("model"));
  }

  @AfterAll
  static void closeDataset() {
    dataset.close();
  }

  @BeforeEach
  void nameStore() {
    store = folder.resolve("store");
  }

  private ExtractionJob job(Dataset data, Path into, EventInput events, Options options) {
    return new ExtractionJob(data, model, ModelItems.of(model).table(), into, options, events);
  }

  private Result extract(EventInput events, Path into) throws IOException {
    return job(dataset, into, events, new Options(null, 2, true, 0)).run(Progress.NONE);
  }

  private static byte[] file(Path store, String id) throws IOException {
    return Files.readAllBytes(Store.open(store).generation(id).resolve(Generation.FILE));
  }

  @Test
  void joinedEventsAreAsGoodAsBehaviorsOfTheDataset() throws IOException {
    Result result = extract(events(), store);
    int users = USERS + 50;
    long unknown =
        entries().stream()
            .filter(each -> each.time() >= END)
            .filter(each -> Integer.parseInt(each.item().substring(1)) >= ITEMS)
            .count();
    long joined = entries().stream().filter(each -> each.time() >= END).count() - unknown;
    assertThat(result.events()).isEqualTo(joined).isGreaterThan(2000);
    assertThat(result.unknownItemEvents()).isEqualTo(unknown).isPositive();
    assertThat(result.eventsThrough()).isEqualTo(3000);
    Path other = folder.resolve("other");
    try (Dataset both = EventFixture.dataset(folder.resolve("both"), users, true)) {
      job(both, other, null, new Options(result.asOf(), 2, false, 0)).run(Progress.NONE);
      try (Generation expected = Store.open(other).openCurrent();
          Generation actual = Store.open(store).openCurrent()) {
        actual.verify();
        long added = 0;
        for (int user = 0; user < users; user++) {
          UserInterests record = actual.find("u" + user);
          UserInterests same = expected.find("u" + user);
          if (user >= USERS && same.behaviors() == 0) {
            assertThat(record).as("u%d has no events", user).isNull();
          } else {
            assertThat(record)
                .as("u%d, seed %d", user, SEED)
                .usingRecursiveComparison()
                .isEqualTo(same);
            added += user >= USERS ? 1 : 0;
          }
        }
        assertThat(result.eventUsers()).isEqualTo(added).isPositive();
        assertThat(actual.users()).isEqualTo(USERS + added);
        GenerationManifest manifest = actual.manifest();
        assertThat(manifest.representedUntil()).isEqualTo(END);
        assertThat(manifest.asOf()).isEqualTo(result.asOf()).isGreaterThan(END);
        assertThat(manifest.represents("list", END - 1, 5000)).isTrue();
        assertThat(manifest.represents("list", END, 3000)).isTrue();
        assertThat(manifest.represents("list", END, 3001)).isFalse();
        assertThat(manifest.represents("list", manifest.asOf(), 3000)).isFalse();
        assertThat(manifest.represents("another log", END, 3000)).isFalse();
        assertThat(manifest.represents("another log", END - 1, 3000)).isTrue();
      }
    }
  }

  @Test
  void anAsOfTimeCutsEventsToo() throws IOException {
    Options options = new Options(END + 500, 2, false, 0);
    Result result = job(dataset, store, events(), options).run(Progress.NONE);
    assertThat(result.asOf()).isEqualTo(END + 500);
    long before =
        entries().stream()
            .filter(each -> each.time() >= END && each.time() < END + 500)
            .filter(each -> Integer.parseInt(each.item().substring(1)) < ITEMS)
            .count();
    assertThat(result.events()).isEqualTo(before);
    Options early = new Options(START + 20, 2, false, 0);
    result = job(dataset, folder.resolve("early"), events(), early).run(Progress.NONE);
    assertThat(result.events()).isZero();
    assertThat(result.eventUsers()).isZero();
  }

  @Test
  void noEventsGiveTheBytesOfAPlainExtraction() throws IOException {
    Result with = extract(new EventList(), store);
    Result plain = extract(null, folder.resolve("plain"));
    assertThat(with.generation()).isEqualTo(plain.generation());
    assertThat(file(store, with.generation()))
        .isEqualTo(file(folder.resolve("plain"), plain.generation()));
    assertThat(with.eventsThrough()).isZero();
    assertThat(plain.eventsThrough()).isNull();
  }

  private interface Action {
    void run() throws IOException;
  }

  /** A progress that does something whenever a block is done. */
  private static Progress doing(Action action) {
    return (name, total, unit) ->
        new Progress.Task() {
          @Override
          public void advance(long n) {
            try {
              action.run();
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          }

          @Override
          public void note(String text) {}

          @Override
          public void close() {}
        };
  }

  @Test
  void aStoppedRunGoesOnWithTheEventsItBeganWith() throws IOException {
    String expected = extract(events(), folder.resolve("whole")).generation();
    EventList list = events();
    Progress stopping =
        doing(() -> {
          throw new IllegalStateException("stopped");
        });
    Options options = new Options(null, 1, false, 0);
    assertThatThrownBy(() -> job(dataset, store, list, options).run(stopping))
        .hasMessage("stopped");
    list.add("u3", "i3", END + 10, NOW);
    Result result = job(dataset, store, list, options).run(Progress.NONE);
    assertThat(list.opened()).isEqualTo(1);
    assertThat(result.resumedUsers()).isEqualTo(ExtractionJob.BLOCK);
    assertThat(result.generation()).isEqualTo(expected);
    assertThat(file(store, expected)).isEqualTo(file(folder.resolve("whole"), expected));
    // The one after sees the new event.
    Result next = job(dataset, store, list, options).run(Progress.NONE);
    assertThat(next.eventsThrough()).isEqualTo(3001);
    assertThatThrownBy(() -> job(dataset, store, list, options).run(Progress.NONE))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("already holds");
  }

  @Test
  void aForgottenUserIsErasedWhereverTheRecordIs() throws IOException {
    String first = extract(null, store).generation();
    String second = extract(events(), store).generation();
    List<String> order = Store.open(store).ids();
    try (Generation mapped = Generation.open(Store.open(store).generation(first))) {
      UserInterests before = mapped.find("u58");
      assertThat(before.behaviors()).isEqualTo(58);
      assertThat(contains(file(store, first), before)).isTrue();
      Store.open(store).forget("u58", LATER);
      for (String id : List.of(first, second)) {
        try (Generation generation = Generation.open(Store.open(store).generation(id))) {
          generation.verify();
          requireEmpty(generation.find("u58"));
          assertThat(generation.find("u59").behaviors()).isGreaterThanOrEqualTo(59);
          assertThat(generation.manifest().erased()).isEqualTo(1);
        }
        assertThat(contains(file(store, id), before)).isFalse();
      }
      requireEmpty(mapped.find("u58")); // Opened before, and sees it.
    }
    assertThat(Store.open(store).ids()).isEqualTo(order);
    Store.open(store).forget("u58", LATER); // Again: nothing left to do.
    Store.open(store).forget("nobody", LATER);
    try (Generation generation = Generation.open(Store.open(store).generation(first))) {
      assertThat(generation.manifest().erased()).isEqualTo(1);
    }
  }

  private static void requireEmpty(UserInterests user) {
    assertThat(user.behaviors()).isZero();
    assertThat(user.represented()).isZero();
    assertThat(user.count()).isZero();
    assertThat(user.recentItems()).isEmpty();
    assertThat(user.features()[0].codes()).isEmpty();
    assertThat(user.features()[1].number()).isZero();
    assertThat(user.features()[1].continuous()).isTrue();
  }

  /** Whether a user's recent items stand anywhere in a file. */
  private static boolean contains(byte[] file, UserInterests user) {
    int[] items = user.recentItems();
    ByteBuffer wanted = ByteBuffer.allocate(4 * items.length).order(ByteOrder.LITTLE_ENDIAN);
    for (int item : items) {
      wanted.putInt(item);
    }
    for (int at = 0; at + wanted.capacity() <= file.length; at++) {
      if (Arrays.equals(file, at, at + wanted.capacity(), wanted.array(), 0, wanted.capacity())) {
        return true;
      }
    }
    return false;
  }

  @Test
  void whatWasBeforeAForgettingNeverComesBack() throws IOException {
    Store.create(store).forget("u58", LATER);
    Store.create(store).forget("u" + (USERS + 3), LATER);
    Result plain = extract(null, store);
    assertThat(plain.users()).isEqualTo(USERS - 1);
    try (Generation generation = Store.open(store).openCurrent()) {
      generation.verify();
      assertThat(generation.find("u58")).isNull();
      assertThat(generation.find("u57").behaviors()).isEqualTo(57);
      assertThat(generation.find("u59").behaviors()).isEqualTo(59);
      assertThat(generation.manifest().honors(NOW)).isTrue();
      assertThat(generation.manifest().honors(NOW + 1)).isFalse();
    }
    // A copy of the log that was made before still has the users' events.
    EventList events =
        events().add("u58", "i3", NOW / 1000 + 7, NOW).add("u58", "i4", END, NOW - 5);
    extract(events, store);
    try (Generation generation = Store.open(store).openCurrent()) {
      assertThat(generation.find("u58")).isNull();
      assertThat(generation.find("u" + (USERS + 3))).isNull();
    }
  }

  @Test
  void aForgottenUserWhoComesBackHasWhatCameAfter() throws IOException {
    Store.create(store).forget("u58", LATER);
    EventList events = events().add("u58", "i5", NOW / 1000 + 7, NOW + 1);
    extract(events, store);
    try (Generation generation = Store.open(store).openCurrent()) {
      UserInterests user = generation.find("u58");
      assertThat(user.behaviors()).isEqualTo(1);
      assertThat(user.recentItems()).containsExactly(5);
      assertThat(user.features()[0].codes()).isEmpty();
    }
    // So do behaviors that a later dataset has.
    Store.create(folder.resolve("early")).forget("u58", Instant.ofEpochSecond(START + 8 + 40));
    extract(null, folder.resolve("early"));
    try (Generation generation = Store.open(folder.resolve("early")).openCurrent()) {
      UserInterests user = generation.find("u58");
      int left = 58 - 41;
      assertThat(user.behaviors()).isEqualTo(left);
      assertThat(user.represented()).isEqualTo(left);
      assertThat(user.recentTimes()[0]).isEqualTo(START + 8 + 41);
    }
  }

  @Test
  void aForgettingDuringAnExtractionCounts() throws IOException {
    Progress forgetting = doing(() -> Store.open(store).forget("u58", LATER));
    job(dataset, store, null, new Options(null, 1, false, 0)).run(forgetting);
    try (Generation generation = Store.open(store).openCurrent()) {
      generation.verify();
      requireEmpty(generation.find("u58"));
      assertThat(generation.manifest().honors(NOW)).isFalse();
    }
  }

  /** Its work folder holds what the user did, and nobody may ever start it again. */
  @Test
  void aRunThatIsStoppedAfterAForgettingIsCleared() throws IOException {
    Progress stopping =
        doing(() -> {
          Store.open(store).forget("u58", LATER);
          throw new IllegalStateException("stopped");
        });
    Options options = new Options(null, 1, false, 0);
    assertThatThrownBy(() -> job(dataset, store, events(), options).run(stopping))
        .hasMessage("stopped");
    assertThat(workFolders()).hasSize(1);
    Store.open(store).finishForgetting();
    assertThat(workFolders()).isEmpty();
    // One that knows of all forgettings may go on.
    Progress stopped =
        doing(() -> {
          throw new IllegalStateException("stopped");
        });
    assertThatThrownBy(() -> job(dataset, store, events(), options).run(stopped))
        .hasMessage("stopped");
    Store.open(store).finishForgetting();
    assertThat(workFolders()).hasSize(1);
  }

  private List<Path> workFolders() throws IOException {
    try (Stream<Path> entries = Files.list(store)) {
      return entries.filter(entry -> entry.getFileName().toString().startsWith(".work")).toList();
    }
  }

  @Test
  void eventsThatTheLogHasDeletedAreNotSilentlyMissing() throws IOException {
    Options options = new Options(null, 2, false, 0);
    assertThatThrownBy(
            () -> job(dataset, store, events().from(END + 1), options).run(Progress.NONE))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("no longer has what happened from then");
    // As of a time that the dataset covers, no event is needed.
    Options early = new Options(END, 2, false, 0);
    assertThat(job(dataset, store, events().from(END + 1), early).run(Progress.NONE).events())
        .isZero();
    assertThat(job(dataset, store, events().from(END), options).run(Progress.NONE).events())
        .isPositive();
  }

  @Test
  void afterAForgettingTheSameExtractionIsAnotherOne() throws IOException {
    Options options = new Options(null, 2, false, 0);
    job(dataset, store, null, options).run(Progress.NONE);
    Store.open(store).forget("u58", LATER);
    job(dataset, store, null, options).run(Progress.NONE);
    try (Generation generation = Store.open(store).openCurrent()) {
      assertThat(generation.find("u58")).isNull();
    }
    assertThatThrownBy(() -> job(dataset, store, null, options).run(Progress.NONE))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("already holds");
  }
}
