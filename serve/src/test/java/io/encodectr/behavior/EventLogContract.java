package io.encodectr.behavior;

import static io.encodectr.behavior.Outcome.DUPLICATE;
import static io.encodectr.behavior.Outcome.LATE;
import static io.encodectr.behavior.Outcome.STORED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.encodectr.file.InputException;
import io.encodectr.generation.EventSource;
import io.encodectr.generation.GenerationManifest;
import io.encodectr.generation.Tombstones;
import io.encodectr.scoring.UserEvents;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every log says of what it was told. */
public abstract class EventLogContract {
  protected static final long NOW = 1_790_000_000L;
  protected static final GenerationManifest OLD = Manifests.until(NOW - 1000);

  @TempDir protected Path folder;
  protected final SetClock clock = new SetClock(NOW);
  protected final EventLogOptions options = new EventLogOptions(300, 4 << 20, clock);
  protected EventLog log;

  /** Opens the log of the test, as it was left. */
  protected abstract EventLog opened() throws IOException;

  /** Waits until the log has deleted what nobody needs. */
  protected abstract void awaitUpkeep();

  @BeforeEach
  void open() throws IOException {
    log = opened();
  }

  @AfterEach
  void close() {
    log.close();
  }

  private void reopen() throws IOException {
    log.close();
    open();
  }

  protected static Event event(String id, String user, String item, long time) {
    return new Event(id, user, item, time, null);
  }

  protected Outcome append(String id, String user, String item, long time) throws IOException {
    return log.append(List.of(event(id, user, item, time))).getFirst();
  }

  protected void requireSince(String user, GenerationManifest generation, String... itemsAndTimes)
      throws IOException {
    UserEvents events = since(log, user, generation);
    List<String> found = new ArrayList<>();
    for (int i = 0; i < events.count(); i++) {
      found.add(events.items().get(i) + "@" + (events.times()[i] - NOW));
    }
    assertThat(found).containsExactly(itemsAndTimes);
    assertThat(events.forgotten()).isFalse();
  }

  @Test
  void whatWasStoredIsSeenInTheOrderOfItsTimes() throws IOException {
    assertThat(append(null, "u", "b", NOW - 5)).isEqualTo(STORED);
    assertThat(append(null, "u", "c", NOW)).isEqualTo(STORED);
    assertThat(append(null, "u", "a", NOW - 9)).isEqualTo(STORED);
    assertThat(append(null, "u", "b2", NOW - 5)).isEqualTo(STORED);
    assertThat(append(null, "v", "x", NOW - 7)).isEqualTo(STORED);
    requireSince("u", OLD, "a@-9", "b@-5", "b2@-5", "c@0");
    requireSince("v", OLD, "x@-7");
    requireSince("w", OLD);
    assertThat(log.lastArrival()).isEqualTo(5);
    reopen();
    assertThat(log.lastArrival()).isEqualTo(5);
    requireSince("u", OLD, "a@-9", "b@-5", "b2@-5", "c@0");
  }

  @Test
  void usersWhoseIdsBeginAlikeAreTold() throws IOException {
    List<String> users =
        List.of("a", "a\0", "a\0\u0001", "a\u0001", "ab", "a\0\0", "a\u00ff", "\0");
    for (String user : users) {
      append("id", user, "of " + user, NOW);
    }
    for (String user : users) {
      requireSince(user, OLD, "of " + user + "@0");
    }
    List<String> read = new ArrayList<>();
    try (EventSource snapshot = log.snapshot()) {
      snapshot.read((user, item, time, received) -> {
        assertThat(item).isEqualTo("of " + user);
        read.add(user);
      });
    }
    assertThat(read)
        .containsExactlyElementsOf(
            users.stream().sorted((a, b) -> Arrays.compareUnsigned(utf8(a), utf8(b))).toList());
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void aRepeatedIdOfTheUserIsDropped() throws IOException {
    assertThat(append("1", "u", "a", NOW)).isEqualTo(STORED);
    assertThat(append("1", "u", "other", NOW - 1)).isEqualTo(DUPLICATE);
    assertThat(append("1", "v", "b", NOW)).isEqualTo(STORED);
    reopen();
    assertThat(append("1", "u", "a", NOW)).isEqualTo(DUPLICATE);
    assertThat(
            log.append(
                List.of(
                    event("2", "u", "c", NOW),
                    event("2", "u", "c", NOW),
                    event(null, "u", "d", NOW),
                    event(null, "u", "d", NOW))))
        .containsExactly(STORED, DUPLICATE, STORED, STORED);
    requireSince("u", OLD, "a@0", "c@0", "d@0", "d@0");
  }

  @Test
  void whatAGenerationStandsForIsNotAddedToIt() throws IOException {
    append(null, "u", "a", NOW - 20);
    append(null, "u", "b", NOW - 10);
    append(null, "u", "c", NOW - 15);
    requireSince("u", Manifests.until(NOW - 20), "a@-20", "c@-15", "b@-10");
    requireSince("u", Manifests.until(NOW - 15), "c@-15", "b@-10");
    requireSince("u", Manifests.until(NOW - 9));
    // Joined: the first two; c came later.
    GenerationManifest joined = Manifests.of(NOW - 9, NOW - 30, 2L, null);
    requireSince("u", joined, "c@-15");
    // Joined as of a time before b.
    requireSince("u", Manifests.of(NOW - 12, NOW - 30, 2L, null), "c@-15", "b@-10");
  }

  @Test
  void onlyTheLastEventsAreRead() throws IOException {
    for (int i = 0; i < 9; i++) {
      append(null, "u", "i" + i, NOW - 10 + i);
    }
    requireSince("u", OLD, "i4@-6", "i5@-5", "i6@-4", "i7@-3", "i8@-2");
    requireSince("u", Manifests.of(NOW, NOW - 900, 7L, null), "i7@-3", "i8@-2");
  }

  @Test
  void theClockRules() throws IOException {
    assertThat(append(null, "u", "ahead", NOW + 300)).isEqualTo(STORED);
    assertThatThrownBy(
            () -> log.append(List.of(event(null, "u", "a", NOW), event(null, "u", "b", NOW + 301))))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("event 1")
        .hasMessageContaining("300 s ahead");
    assertThat(append(null, "u", "now", Event.NOW)).isEqualTo(STORED);
    requireSince("u", OLD, "now@0", "ahead@300");
    assertThat(log.lastArrival()).isEqualTo(2);
  }

  /** The time that an event is given is the clock's, whatever the clock said before. */
  @Test
  void aClockThatWasAheadOnceDatesNothingAhead() throws IOException {
    clock.add(86_400_000);
    append(null, "v", "x", Event.NOW);
    clock.add(-86_400_000);
    assertThat(append(null, "u", "now", Event.NOW)).isEqualTo(STORED);
    requireSince("u", OLD, "now@0");
    reopen();
    append(null, "w", "now", Event.NOW);
    requireSince("w", OLD, "now@0");
  }

  @Test
  void eventsOnUnknownItemsDoNotHideTheKnownOnes() throws IOException {
    for (int i = 0; i < 10; i++) {
      append(null, "u", "i" + i, NOW - 300 + i);
    }
    for (int i = 0; i < 60; i++) {
      append(null, "u", "new" + i, NOW - 200 + i);
    }
    List<String> items =
        log.since("u", OLD, 5, item -> item.startsWith("i"), Long.MAX_VALUE).items();
    assertThat(items.subList(0, 5)).containsExactly("i5", "i6", "i7", "i8", "i9");
    assertThat(items).hasSize(65).endsWith("new58", "new59");
    // Of a user whose items are all unknown, not all is read.
    assertThat(log.since("u", OLD, 2, item -> false, Long.MAX_VALUE).count()).isEqualTo(40);
  }

  @Test
  void arrivalNumbersOfAnotherLogTellNothing() throws IOException {
    append(null, "u", "a", NOW - 20);
    requireSince("u", Manifests.of(NOW, NOW - 900, log.identity(), 1L, null));
    requireSince("u", Manifests.of(NOW, NOW - 900, "another log", 1L, null), "a@-20");
  }

  @Test
  void aGenerationOlderThanWhatWasDeletedIsToldFromTheOthers() throws IOException {
    log.use(Manifests.until(NOW - 100), Manifests.until(NOW - 200));
    assertThat(log.reachesBackTo(Manifests.until(NOW - 200))).isTrue();
    assertThat(log.reachesBackTo(Manifests.until(NOW - 201))).isFalse();
    try (EventSource snapshot = log.snapshot()) {
      assertThat(snapshot.from()).isEqualTo(NOW - 200);
    }
    reopen();
    assertThat(log.reachesBackTo(Manifests.until(NOW - 201))).isFalse();
  }

  @Test
  void fieldsAreChecked() {
    assertThatThrownBy(() -> event(null, "", "i", NOW)).hasMessageContaining("user has 0 bytes");
    assertThatThrownBy(() -> event(null, "u", "é".repeat(513), NOW))
        .hasMessageContaining("item has 1026 bytes");
    assertThatThrownBy(() -> event("x".repeat(257), "u", "i", NOW))
        .hasMessageContaining("event_id");
    assertThatThrownBy(() -> event(null, "u\ud800", "i", NOW)).hasMessageContaining("Unicode");
    assertThatThrownBy(() -> event(null, "u", "i", -1)).hasMessageContaining("time -1");
    assertThatThrownBy(() -> new Event(null, "u", "i", NOW, "")).hasMessageContaining("type");
  }

  @Test
  void lateEventsAreToldAndKeptAsLongAsARollbackMayNeedThem() throws IOException {
    GenerationManifest active = Manifests.until(NOW - 100);
    GenerationManifest previous = Manifests.until(NOW - 200);
    append("old", "u", "old", NOW - 300);
    append("between", "u", "between", NOW - 150);
    append("new", "u", "new", NOW - 50);
    log.use(active, previous);
    awaitUpkeep();
    requireSince("u", Manifests.until(0), "between@-150", "new@-50");
    assertThat(append("b2", "u", "b2", NOW - 150)).isEqualTo(LATE);
    assertThat(append("b2", "u", "b2", NOW - 150)).isEqualTo(DUPLICATE);
    assertThat(append("b3", "u", "b3", NOW - 200)).isEqualTo(LATE);
    assertThat(append("b4", "u", "b4", NOW - 201)).isEqualTo(LATE);
    assertThat(append("n2", "u", "n2", NOW - 100)).isEqualTo(STORED);
    requireSince("u", active, "n2@-100", "new@-50");
    requireSince("u", previous, "b3@-200", "between@-150", "b2@-150", "n2@-100", "new@-50");
    // The id of a deleted event went with it, but its time says enough.
    assertThat(append("old", "u", "old", NOW - 300)).isEqualTo(LATE);
    reopen();
    assertThat(append("old", "u", "old", NOW - 300)).isEqualTo(LATE);
    log.use(Manifests.until(NOW), Manifests.until(NOW));
    awaitUpkeep();
    assertThat(count()).isZero();
    // Never backwards: what is gone is gone.
    log.use(previous, previous);
    assertThat(append("x", "u", "x", NOW - 5)).isEqualTo(LATE);
  }

  @Test
  void withoutAPreviousGenerationNothingIsDeleted() throws IOException {
    append(null, "u", "a", NOW - 300);
    log.use(Manifests.until(NOW), null);
    awaitUpkeep();
    assertThat(append(null, "u", "b", NOW - 200)).isEqualTo(LATE);
    requireSince("u", OLD, "a@-300", "b@-200");
  }

  protected int count() throws IOException {
    int[] count = {0};
    try (EventSource snapshot = log.snapshot()) {
      snapshot.read((user, item, time, received) -> count[0]++);
    }
    return count[0];
  }

  @Test
  void aForgottenUserHasNoEventsAndNoStoredRecord() throws IOException {
    append("1", "u", "a", NOW - 10);
    append("1", "v", "b", NOW - 10);
    long time = clock.millis();
    log.forget("u", time);
    UserEvents events = since(log, "u", OLD);
    assertThat(events.count()).isZero();
    assertThat(events.forgotten()).isTrue();
    requireSince("v", OLD, "b@-10");
    assertThat(append("1", "u", "a", NOW - 10)).isEqualTo(LATE);
    assertThat(append(null, "u", "a", NOW)).isEqualTo(LATE);
    assertThat(append(null, "u", "back", Event.NOW)).isEqualTo(STORED);
    clock.add(2000);
    assertThat(append(null, "u", "again", NOW + 2)).isEqualTo(STORED);
    for (int i = 0; i < 2; i++) {
      events = since(log, "u", OLD);
      assertThat(events.items()).containsExactly("back", "again");
      assertThat(events.times()).containsExactly(NOW + 1, NOW + 2);
      assertThat(events.forgotten()).isTrue();
      reopen();
    }
    // A generation that honors it is read again; the events it joined are its own.
    GenerationManifest honoring = Manifests.of(NOW + 3, NOW - 1000, 3L, time);
    requireSince("u", honoring, "again@2");
    // One that does not is not read, whatever it joined.
    assertThat(since(log, "u", Manifests.of(NOW + 3, NOW - 1000, 4L, time - 1)).items())
        .containsExactly("back", "again");
  }

  @Test
  void forgettingByHashFindsTheUser() throws IOException {
    for (int user = 0; user < 50; user++) {
      append("1", "u" + user, "a", NOW - 10);
    }
    long time = clock.millis();
    log.forget(Map.of(Tombstones.hash("u7"), time, Tombstones.hash("stranger"), time));
    assertThat(since(log, "u7", OLD).count()).isZero();
    assertThat(since(log, "u7", OLD).forgotten()).isTrue();
    assertThat(since(log, "stranger", OLD).forgotten()).isTrue();
    requireSince("u8", OLD, "a@-10");
    assertThat(log.forgotten())
        .containsOnlyKeys(Tombstones.hash("u7"), Tombstones.hash("stranger"));
    // Again, or earlier: nothing happens to what came since.
    clock.add(2000);
    append("2", "u7", "b", NOW + 1);
    log.forget(Map.of(Tombstones.hash("u7"), time));
    log.forget("u7", time - 5);
    assertThat(since(log, "u7", OLD).items()).containsExactly("b");
  }

  @Test
  void manyThreadsAppendAndEachSeesItsOwn() throws Exception {
    int threads = 16;
    int each = 60;
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      List<Future<?>> done = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        String user = "u" + t;
        done.add(
            pool.submit(() -> {
              for (int i = 0; i < each; i++) {
                // All threads send the shared event as well: one of them is first.
                List<Outcome> outcomes =
                    log.append(
                        List.of(
                            event("e" + i, user, "i" + i, NOW - 500 + i),
                            event("shared" + i, "all", "i" + i, NOW - 500 + i)));
                assertThat(outcomes.getFirst()).isEqualTo(STORED);
                UserEvents seen = since(log, user, OLD);
                assertThat(seen.items().getLast()).isEqualTo("i" + i);
                assertThat(seen.count()).isEqualTo(Math.min(5, i + 1));
              }
              return null;
            }));
      }
      for (Future<?> future : done) {
        future.get();
      }
    }
    assertThat(log.lastArrival()).isEqualTo(threads * each + each);
    assertThat(count()).isEqualTo(threads * each + each);
    requireSince(
        "all",
        OLD,
        IntStream.range(each - 5, each)
            .mapToObj(i -> "i" + i + "@" + (i - 500))
            .toArray(String[]::new));
  }

  @Test
  void aClosedLogSaysSo() throws IOException {
    log.close();
    log.close();
    assertThatThrownBy(() -> since(log, "u", OLD)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> append(null, "u", "a", NOW)).isInstanceOf(IllegalStateException.class);
    open();
  }

  protected static UserEvents since(EventLog log, String user, GenerationManifest generation)
      throws IOException {
    return log.since(user, generation, 5, item -> true, Long.MAX_VALUE);
  }
}
