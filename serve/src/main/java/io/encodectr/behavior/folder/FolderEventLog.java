package io.encodectr.behavior.folder;

import io.encodectr.behavior.Event;
import io.encodectr.behavior.EventLog;
import io.encodectr.behavior.EventLogOptions;
import io.encodectr.behavior.EventValue;
import io.encodectr.behavior.Outcome;
import io.encodectr.behavior.RecentEvents;
import io.encodectr.file.InputException;
import io.encodectr.generation.GenerationManifest;
import io.encodectr.generation.Tombstones;
import io.encodectr.scoring.UserEvents;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
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
 * An event log in a folder of this machine, which one process has open at a time. An event is on
 * disk when {@link #append} returns; calls from many threads share their writes to the disk.
 */
public final class FolderEventLog implements EventLog {
  private final EventDatabase database;
  private final EventLogOptions options;
  private final String log;
  private final Arrivals arrivals;
  private final CommitQueue queue;
  private final Upkeep upkeep;
  private final ReadWriteLock state = new ReentrantReadWriteLock();
  private boolean closed;

  private FolderEventLog(EventDatabase database, EventLogOptions options) throws RocksDBException {
    this.database = database;
    this.options = options;
    log = database.log();
    arrivals = new Arrivals(database, options);
    queue = new CommitQueue(database, arrivals);
    upkeep = new Upkeep(database);
  }

  /** {@link #open(Path, EventLogOptions)} with the default options. */
  public static FolderEventLog open(Path folder) throws IOException {
    return open(folder, EventLogOptions.DEFAULT);
  }

  /**
   * Opens a log; an absent or empty folder becomes a new one.
   *
   * @throws InputException if the folder holds something else, or is in use by another process
   * @throws IOException if the log is seen to be damaged or the disk fails
   */
  public static FolderEventLog open(Path folder, EventLogOptions options) throws IOException {
    FolderEventLog log = start(EventDatabase.open(folder, options.memoryBytes()), options);
    try {
      log.upkeep.goOn();
      return log;
    } catch (RocksDBException e) {
      log.close();
      throw failure(e);
    }
  }

  private static FolderEventLog start(EventDatabase database, EventLogOptions options)
      throws IOException {
    try {
      return new FolderEventLog(database, options);
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
  public static FolderEventLog openExisting(Path folder) throws IOException {
    if (!EventDatabase.exists(folder)) {
      throw new InputException(
          folder
              + " holds no event log; `encode serve` keeps one, by default in its store's folder"
              + " events");
    }
    return open(folder);
  }

  @Override
  public List<Outcome> append(List<Event> events) throws IOException {
    options.requireNotAhead(events);
    return events.isEmpty() ? List.of() : queue.commit(arrivals.appending(events));
  }

  @Override
  public UserEvents since(
      String user,
      GenerationManifest generation,
      int limit,
      Predicate<String> known,
      long nanoseconds)
      throws IOException {
    return read(() -> {
      RecentEvents recent =
          new RecentEvents(generation, log, arrivals.forgottenAt(user), limit, known);
      byte[] prefix = EventKey.user(user);
      long from = Math.max(0, generation.representedUntil());
      try (Slice low = new Slice(EventKey.of(prefix, from, 0));
          Slice high = new Slice(EventKey.end(prefix));
          ReadOptions bounds =
              new ReadOptions().setIterateLowerBound(low).setIterateUpperBound(high);
          RocksIterator events = database.db().newIterator(database.events(), bounds)) {
        events.seekToLast();
        while (recent.wantsMore() && events.isValid()) {
          byte[] key = events.key();
          recent.take(EventKey.time(key), EventKey.arrival(key), EventValue.item(events.value()));
          events.prev();
        }
        events.status();
      }
      return recent.events();
    });
  }

  @Override
  public boolean reachesBackTo(GenerationManifest generation) {
    return generation.representedUntil() >= arrivals.keptFrom();
  }

  @Override
  public long lastArrival() {
    return arrivals.last();
  }

  @Override
  public long lastReceived() {
    return arrivals.lastReceived();
  }

  @Override
  public String identity() {
    return log;
  }

  @Override
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

  /** {@inheritDoc} Their bytes leave the files in the background. */
  @Override
  public void forget(Map<String, Long> times) throws IOException {
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

  @Override
  public void forget(String user, long time) throws IOException {
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

  @Override
  public Map<String, Long> forgotten() throws IOException {
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

  /** {@inheritDoc} On the same file system it is made of links and takes hardly any room. */
  @Override
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

  @Override
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
