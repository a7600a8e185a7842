package io.encodectr.behavior.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.encodectr.behavior.Event;
import io.encodectr.behavior.EventLogOptions;
import io.encodectr.behavior.Manifests;
import io.encodectr.behavior.SetClock;
import io.encodectr.behavior.folder.EventDatabase.Fact;
import io.encodectr.file.InputException;
import io.encodectr.generation.GenerationManifest;
import io.encodectr.generation.Tombstones;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** What a log leaves in its files, and what it makes of damaged ones. */
class EventFilesTest {
  private static final long NOW = 1_790_000_000L;
  private static final String SECRET = "someone-who-wants-to-be-forgotten";
  private static final int SECRETS = 286;

  @TempDir private Path folder;
  private final SetClock clock = new SetClock(NOW);
  private final EventLogOptions options = new EventLogOptions(300, 4 << 20, clock);
  private FolderEventLog log;

  @BeforeEach
  void open() throws IOException {
    log = FolderEventLog.open(folder.resolve("events"), options);
  }

  @AfterEach
  void close() {
    log.close();
  }

  /** Opening writes what the write-ahead log holds to a file of data. */
  private void reopen() throws IOException {
    log.close();
    open();
  }

  private void appendMany() throws IOException {
    List<Event> events = new ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      String user = i % 7 == 0 ? SECRET : "user" + i;
      events.add(new Event("id-" + i, user, "item-of-" + i, NOW - 100, null));
    }
    log.append(events);
  }

  private int count() throws IOException {
    int[] count = {0};
    try (EventSnapshot snapshot = log.snapshot()) {
      snapshot.read((user, item, time, received) -> count[0]++);
    }
    return count[0];
  }

  private List<Path> files(String end) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> file.toString().endsWith(end))
          .sorted()
          .toList();
    }
  }

  private List<Path> filesWithSecret(String end) throws IOException {
    return files(end).stream().filter(EventFilesTest::holdsSecret).toList();
  }

  private static boolean holdsSecret(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(SECRET);
    } catch (IOException e) {
      return false; // Deleted between listing and reading.
    }
  }

  @Test
  void theBytesOfAForgottenUserLeaveTheFiles() throws IOException {
    appendMany();
    reopen();
    assertThat(filesWithSecret(".sst")).isNotEmpty();
    log.forget(SECRET, clock.millis());
    log.awaitUpkeep();
    assertThat(filesWithSecret("")).isEmpty();
    assertThat(count()).isEqualTo(2000 - SECRETS);
    log.close();
    assertThat(filesWithSecret("")).isEmpty();
    open();
  }

  /** Deleting old events leaves their bytes until RocksDB rewrites the file; forgetting may not. */
  @Test
  void soDoThoseOfEventsThatWereDeletedBefore() throws IOException {
    GenerationManifest later = Manifests.until(NOW);
    for (boolean byHash : new boolean[] {false, true}) {
      log.close();
      folder = Files.createTempDirectory(folder, "log");
      open();
      appendMany();
      reopen();
      log.use(later, later);
      log.awaitUpkeep();
      assertThat(count()).isZero();
      assertThat(filesWithSecret(".sst")).isNotEmpty();
      if (byHash) {
        log.forget(Map.of(Tombstones.hash(SECRET), clock.millis()));
      } else {
        log.forget(SECRET, clock.millis());
      }
      log.awaitUpkeep();
      assertThat(filesWithSecret("")).isEmpty();
    }
  }

  @Test
  void usersOfWhomThereIsNothingCostNoRewriting() throws IOException {
    appendMany();
    reopen();
    List<Path> before = files(".sst");
    assertThat(before).isNotEmpty();
    Map<String, Long> strangers = new HashMap<>();
    for (int i = 0; i < 20; i++) {
      strangers.put(Tombstones.hash("stranger" + i), clock.millis() + i);
    }
    log.forget(strangers);
    log.forget("another stranger", clock.millis() + 50);
    log.awaitUpkeep();
    assertThat(files(".sst")).isEqualTo(before);
    assertThat(log.forgotten()).hasSize(21);
    log.close();
    try (EventDatabase database = database()) {
      assertThat(fact(database, Fact.PURGE)).isZero();
    }
    open();
  }

  private EventDatabase database() throws IOException {
    return EventDatabase.open(folder.resolve("events"), 4 << 20);
  }

  private static long fact(EventDatabase database, Fact fact) {
    try {
      return database.fact(fact, 0);
    } catch (RocksDBException e) {
      throw new AssertionError(e);
    }
  }

  private static void put(EventDatabase database, Fact fact, long value) throws RocksDBException {
    try (WriteBatch batch = new WriteBatch()) {
      EventDatabase.put(batch, fact, value);
      database.write(batch);
    }
  }

  /** As a process leaves them that died behind the write and before the background's turn. */
  @Test
  void whatTheBackgroundLeftUndoneIsDoneOnOpening() throws Exception {
    appendMany();
    reopen();
    log.close();
    byte[] user = EventKey.user(SECRET);
    try (EventDatabase database = database()) {
      database.db().deleteRange(database.events(), user, EventKey.end(user));
      database.db().deleteRange(database.ids(), user, EventKey.end(user));
      put(database, Fact.PURGE, 1);
    }
    assertThat(filesWithSecret(".sst")).isNotEmpty();
    open();
    log.awaitUpkeep();
    assertThat(filesWithSecret("")).isEmpty();
    log.close();
    try (EventDatabase database = database()) {
      assertThat(fact(database, Fact.PURGE)).isZero();
      put(database, Fact.KEPT_FROM, NOW);
    }
    open();
    log.awaitUpkeep();
    assertThat(count()).isZero();
  }

  @Test
  void aPurgeThatFailedIsNotTakenForDone() throws Exception {
    log.close();
    try (EventDatabase database = database()) {
      put(database, Fact.PURGE, 1);
      int[] purges = {0};
      try (Upkeep upkeep =
          new Upkeep(
              database,
              users -> {
                if (purges[0]++ == 0) {
                  throw new RocksDBException("No space left on device");
                }
              })) {
        purge(upkeep, "u");
        purge(upkeep, "v");
      }
      assertThat(purges[0]).isEqualTo(2);
      assertThat(fact(database, Fact.PURGE)).isEqualTo(1);
    }
    open();
  }

  private static void purge(Upkeep upkeep, String user) {
    try (Upkeep.Purge purge = upkeep.announcePurge()) {
      purge.of(List.of(EventKey.user(user)));
    }
    upkeep.await();
  }

  /** What is announced while a purge runs is in none of the files it has rewritten. */
  @Test
  void aPurgeThatIsAnnouncedMeanwhileIsNotTakenForDone() throws Exception {
    log.close();
    try (EventDatabase database = database()) {
      List<Upkeep> one = new ArrayList<>();
      List<Upkeep.Purge> meanwhile = new ArrayList<>();
      List<Integer> purged = new ArrayList<>();
      try (Upkeep upkeep =
          new Upkeep(
              database,
              users -> {
                purged.add(users.size());
                if (meanwhile.isEmpty()) {
                  meanwhile.add(one.getFirst().announcePurge());
                }
              })) {
        one.add(upkeep);
        put(database, Fact.PURGE, 1);
        purge(upkeep, "u");
        assertThat(fact(database, Fact.PURGE)).isEqualTo(1);
        try (Upkeep.Purge needless = upkeep.announcePurge()) {
          needless.needless();
        }
        try (Upkeep.Purge second = meanwhile.getFirst()) {
          second.of(List.of(EventKey.user("v"), EventKey.user("w")));
        }
        upkeep.await();
        assertThat(fact(database, Fact.PURGE)).isZero();
        assertThat(purged).containsExactly(1, 2);
      }
    }
    open();
  }

  @Test
  void aDamagedLogIsNotOpened() throws IOException {
    for (int i = 0; i < 300; i++) {
      log.append(List.of(new Event("1" + i, "u" + i, "some item " + i, NOW, null)));
    }
    log.close();
    try (Stream<Path> files = Files.list(folder.resolve("events"))) {
      Path wal = files.filter(file -> file.toString().endsWith(".log")).findFirst().orElse(null);
      if (wal != null && Files.size(wal) > 4000) {
        byte[] bytes = Files.readAllBytes(wal);
        bytes[2000] ^= 1;
        Files.write(wal, bytes);
        assertThatThrownBy(() -> FolderEventLog.open(folder.resolve("events"), options))
            .isInstanceOf(IOException.class)
            .hasMessageContaining("cannot open the event log");
        bytes[2000] ^= 1;
        // Cut off within the last record, as a crash leaves it: the rest is there.
        Files.write(wal, Arrays.copyOf(bytes, bytes.length - 3));
        open();
        assertThat(log.lastArrival()).isEqualTo(299);
        return;
      }
    }
    throw new AssertionError("no write-ahead log was found");
  }

  /** Some damage is found on opening, some on reading; none is taken for another process. */
  @Test
  void damagedFilesAreNotTakenForALock() throws IOException {
    appendMany();
    reopen();
    log.close();
    int refused = 0;
    for (Path file : files(".sst")) {
      byte[] bytes = Files.readAllBytes(file);
      for (int at = 0; at < bytes.length; at += Math.max(1, bytes.length / 16)) {
        byte[] damaged = bytes.clone();
        damaged[at] ^= 1;
        Files.write(file, damaged);
        try (FolderEventLog opened = FolderEventLog.open(folder.resolve("events"), options)) {
          assertThat(opened.lastArrival()).isEqualTo(2000);
        } catch (InputException e) {
          throw new AssertionError("byte " + at + " of " + file, e);
        } catch (IOException e) {
          assertThat(e).hasMessageContaining("cannot open the event log");
          refused++;
        }
      }
      Files.write(file, bytes);
    }
    assertThat(refused).isPositive();
    open();
    assertThat(count()).isEqualTo(2000);
  }
}
