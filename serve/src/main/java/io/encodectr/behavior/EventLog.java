package io.encodectr.behavior;

import io.encodectr.file.InputException;
import io.encodectr.generation.GenerationManifest;
import io.encodectr.generation.Tombstones;
import io.encodectr.model.Model;
import io.encodectr.scoring.Scorer;
import io.encodectr.scoring.UserEvents;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;

/**
 * The durable log of what users do while a service runs. An event is on disk when {@link #append}
 * returns, and from then on {@link #since} sees it.
 *
 * <p>Each event gets the next <i>arrival number</i>, from 1. A generation {@linkplain
 * GenerationManifest#represents stands for} an event by its time or its arrival number; the others
 * of a user's last events are what a score adds. {@link Outcome} tells what happens to repeated and
 * late events. Nothing is deleted but by {@link #use} and by forgetting, see {@link Forgetting}.
 *
 * <p>Thread-safe; calls from many threads share their writes to the disk. One process has a log
 * open at a time. Every method throws {@link IllegalStateException} after {@link #close}.
 */
public final class EventLog implements AutoCloseable {
  /** Events read for one that counts. */
  private static final int SCANNED = 20;

  private final EventDatabase database;
  private final EventLogOptions options;
  private final String log;
  private final Arrivals arrivals;
  private final CommitQueue queue;
  private final Upkeep upkeep;
  private final ReadWriteLock state = new ReentrantReadWriteLock();
  private boolean closed;

  private EventLog(EventDatabase database, EventLogOptions options) throws RocksDBException {
    this.database = database;
    this.options = options;
    log = database.log();
    arrivals = new Arrivals(database, options);
    queue = new CommitQueue(database, arrivals);
    upkeep = new Upkeep(database);
  }

  /** {@link #open(Path, EventLogOptions)} with the default options. */
  public static EventLog open(Path folder) throws IOException {
    return open(folder, EventLogOptions.DEFAULT);
  }

  /**
   * Opens a log; an absent or empty folder becomes a new one.
   *
   * @throws InputException if the folder holds something else, or is in use by another process
   * @throws IOException if the log is seen to be damaged or the disk fails
   */
  public static EventLog open(Path folder, EventLogOptions options) throws IOException {
    EventLog log = start(EventDatabase.open(folder, options.memoryBytes()), options);
    try {
      log.upkeep.goOn();
      return log;
    } catch (RocksDBException e) {
      log.close();
      throw failure(e);
    }
  }

  private static EventLog start(EventDatabase database, EventLogOptions options)
      throws IOException {
    try {
      return new EventLog(database, options);
    } catch (RocksDBException e) {
      database.close();
      throw failure(e);
    }
  }

  /**
   * Opens a log that is there.
   *
   * @throws InputException if there is none
   * @throws IOException as {@link #open(Path)}
   */
  public static EventLog openExisting(Path folder) throws IOException {
    if (!EventDatabase.exists(folder)) {
      throw new InputException(
          folder
              + " holds no event log; `encode serve` keeps one, by default in its store's folder"
              + " events");
    }
    return open(folder);
  }

  /**
   * Stores events, all or none of them.
   *
   * @return what became of each; all that was stored is on disk
   * @throws InputException if an event's time is too far ahead of the clock; none is stored then
   * @throws IOException if the log cannot be written; whether the events are stored is not known
   *     then, and those with ids may be sent again
   */
  public List<Outcome> append(List<Event> events) throws IOException {
    long latest = options.clock().millis() / 1000 + options.futureSeconds();
    for (int i = 0; i < events.size(); i++) {
      if (events.get(i).time() > latest) {
        throw new InputException(
            "event %d: time %d is more than %d s ahead of the server's clock (%d); give seconds since 1970, and check the sender's clock"
                .formatted(
                    i,
                    events.get(i).time(),
                    options.futureSeconds(),
                    latest - options.futureSeconds()));
      }
    }
    return events.isEmpty() ? List.of() : queue.commit(arrivals.appending(events));
  }

  /**
   * What a score of a user adds to what the scorer's generation holds: of the user's last events,
   * those that the generation does not stand for. Of a user whom the generation's extraction did
   * not yet know to be forgotten, these are all there are.
   *
   * <p>So many are read that as many of them as the model attends to are on items it knows, however
   * many others lie between, up to {@value #SCANNED} times that number. The others are among the
   * answer.
   *
   * @throws IOException if the log cannot be read
   */
  public UserEvents since(String user, Scorer scorer) throws IOException {
    Model model = scorer.model().model();
    return since(
        user,
        scorer.generation().manifest(),
        model.spec().recentLength(),
        item -> model.itemIds().indexOf(item) >= 0);
  }

  /**
   * The same without a scorer.
   *
   * @param limit how many events on known items are enough
   * @param known whether an item is one of those that count
   */
  public UserEvents since(
      String user, GenerationManifest generation, int limit, Predicate<String> known)
      throws IOException {
    return read(() -> {
      long forgottenAt = arrivals.forgottenAt(user);
      boolean forgotten = !generation.honors(forgottenAt);
      List<String> items = new ArrayList<>();
      List<Long> times = new ArrayList<>();
      byte[] prefix = EventKey.user(user);
      long from = Math.max(0, generation.representedUntil());
      try (Slice low = new Slice(EventKey.of(prefix, from, 0));
          Slice high = new Slice(EventKey.end(prefix));
          ReadOptions bounds =
              new ReadOptions().setIterateLowerBound(low).setIterateUpperBound(high);
          RocksIterator events = database.db().newIterator(database.events(), bounds)) {
        events.seekToLast();
        int counted = 0;
        for (int n = 0; counted < limit && n < SCANNED * limit && events.isValid(); n++) {
          byte[] key = events.key();
          long time = EventKey.time(key);
          String item = EventValue.item(events.value());
          // What the generation stands for counts too: it is among the stored behaviors.
          counted += known.test(item) ? 1 : 0;
          if (forgotten || !generation.represents(log, time, EventKey.arrival(key))) {
            times.add(time);
            items.add(item);
          }
          events.prev();
        }
        events.status();
      }
      if (items.isEmpty() && !forgotten) {
        return UserEvents.NONE;
      }
      return new UserEvents(
          items.reversed(),
          times.reversed().stream().mapToLong(Long::longValue).toArray(),
          forgotten);
    });
  }

  /**
   * Whether the log still has all that happened since the behaviors of a generation's dataset end.
   * Of a generation that is older than those it was told to {@link #use}, it may not.
   */
  public boolean reachesBackTo(GenerationManifest generation) {
    return generation.representedUntil() >= arrivals.keptFrom();
  }

  /** Arrival number of the last event that is on disk; 0 before the first. */
  public long lastArrival() {
    return arrivals.last();
  }

  /**
   * When the last change reached the log, in milliseconds since the epoch by its own time, which
   * never goes back.
   */
  long lastReceived() {
    return arrivals.lastReceived();
  }

  /** The log's identity, which its checkpoints share. */
  public String identity() {
    return log;
  }

  /**
   * Tells the log which generations are in use. Events that the dataset behind {@code active}
   * covers are {@link Outcome#LATE} from now on; those that the datasets behind both generations
   * cover are deleted, in the background.
   *
   * @param active the generation that scores
   * @param previous the one that a rollback leads to; null if there is none: nothing is deleted
   *     then
   */
  public void use(GenerationManifest active, @Nullable GenerationManifest previous)
      throws IOException {
    arrivals.use(active.representedUntil());
    if (previous != null) {
      long keptFrom = Math.min(active.representedUntil(), previous.representedUntil());
      if (queue.commit(arrivals.keeping(keptFrom))) {
        upkeep.clear(keptFrom);
      }
    }
  }

  /**
   * Forgets users: deletes what arrived of them until then. What happened before, but arrives
   * later, is {@link Outcome#LATE}. Their bytes leave the files in the background.
   *
   * @param times when, in milliseconds since the epoch, by {@link Tombstones#hash}; users who were
   *     forgotten at that time or later already are left alone
   */
  void forget(Map<String, Long> times) throws IOException {
    Map<String, Long> news = new HashMap<>();
    read(() -> {
      for (Map.Entry<String, Long> each : times.entrySet()) {
        if (arrivals.forgottenAtHash(each.getKey()) < each.getValue()) {
          news.put(each.getKey(), each.getValue());
        }
      }
      return news;
    });
    if (news.isEmpty()) {
      return;
    }
    Map<String, byte[]> users = read(() -> usersWith(news));
    forget(news, users);
  }

  /** Forgets one user, whose id is known. */
  void forget(String user, long time) throws IOException {
    String hash = Tombstones.hash(user);
    if (read(() -> arrivals.forgottenAtHash(hash)) < time) {
      forget(Map.of(hash, time), Map.of(hash, EventKey.user(user)));
    }
  }

  /**
   * Forgets users by hash.
   *
   * @param users how the keys of those begin who are known; only a purge of everything removes what
   *     may be left of the others
   */
  private void forget(Map<String, Long> times, Map<String, byte[]> users) throws IOException {
    try (Upkeep.Purge purge = upkeep.announcePurge()) {
      boolean bytesLeft = false;
      boolean ofStrangers = false;
      for (Map.Entry<String, Long> each : times.entrySet()) {
        byte[] user = users.get(each.getKey());
        boolean left = queue.commit(arrivals.forgetting(each.getKey(), user, each.getValue()));
        bytesLeft |= left;
        ofStrangers |= left && user == null;
      }
      if (bytesLeft) {
        purge.of(ofStrangers ? List.of() : users.values());
      } else {
        purge.needless();
      }
    }
  }

  /** The users among those named by hash who have events; a pass over all users. */
  private Map<String, byte[]> usersWith(Map<String, Long> hashes) throws RocksDBException {
    Map<String, byte[]> found = new HashMap<>();
    try (ReadOptions scan = new ReadOptions().setFillCache(false);
        RocksIterator events = database.db().newIterator(database.events(), scan)) {
      events.seekToFirst();
      while (events.isValid() && found.size() < hashes.size()) {
        byte[] user = EventKey.userOf(events.key());
        String hash = Tombstones.hash(EventKey.id(user));
        if (hashes.containsKey(hash)) {
          found.put(hash, user);
        }
        events.seek(EventKey.end(user));
      }
      events.status();
    }
    return found;
  }

  /**
   * Everyone the log knows to be forgotten: milliseconds since the epoch by {@link
   * Tombstones#hash}.
   */
  Map<String, Long> forgotten() throws IOException {
    return read(() -> {
      Map<String, Long> times = new HashMap<>();
      try (RocksIterator all = database.db().newIterator(database.forgotten())) {
        for (all.seekToFirst(); all.isValid(); all.next()) {
          times.put(HexFormat.of().formatHex(all.key()), ByteBuffer.wrap(all.value()).getLong());
        }
        all.status();
      }
      return times;
    });
  }

  /**
   * Makes a copy of the log as it is now, which an extraction can read while this one goes on. On
   * the same file system it is made of links and takes hardly any room.
   *
   * @param target a folder that does not exist yet, outside the log's own
   * @return arrival number of the last event that the copy surely holds
   * @throws InputException if the target cannot be used
   */
  public long checkpoint(Path target) throws IOException {
    Path absolute = target.toAbsolutePath().normalize();
    Path parent = absolute.getParent();
    if (Files.exists(absolute)) {
      throw new InputException(target + " exists; a checkpoint needs a new folder");
    }
    if (parent == null || !Files.isDirectory(parent)) {
      throw new InputException("the folder " + parent + " is not there; create it first");
    }
    return read(() -> {
      long arrival = arrivals.last();
      database.checkpoint(absolute);
      return arrival;
    });
  }

  /** The log's state now, for an extraction; close it before the log. */
  public EventSnapshot snapshot() throws IOException {
    return read(() -> new EventSnapshot(database));
  }

  /** Waits until what was deleted has left the files; for tests. */
  void awaitUpkeep() {
    upkeep.await();
  }

  private interface Reading<T> {
    T read() throws RocksDBException;
  }

  private <T> T read(Reading<T> reading) throws IOException {
    state.readLock().lock();
    try {
      if (closed) {
        throw new IllegalStateException("the event log is closed");
      }
      return reading.read();
    } catch (RocksDBException e) {
      throw failure(e);
    } finally {
      state.readLock().unlock();
    }
  }

  private static IOException failure(RocksDBException e) {
    return new IOException("the event log cannot be read: " + e.getMessage(), e);
  }

  /** Writes what was handed in, and closes. */
  @Override
  public void close() {
    queue.close();
    upkeep.close();
    state.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        database.close();
      }
    } finally {
      state.writeLock().unlock();
    }
  }
}
