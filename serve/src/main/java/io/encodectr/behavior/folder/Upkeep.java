package io.encodectr.behavior.folder;

import io.encodectr.behavior.EventValue;
import io.encodectr.behavior.folder.EventDatabase.Fact;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a log does in the background: deletes events that are no longer needed, and removes the
 * bytes of forgotten users from the files. Whatever a crash or an error cuts off is done when the
 * log is opened next. Thread-safe.
 */
final class Upkeep implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);
  private static final int BATCH = 1000;

  /** More users than this share so many files that everything is rewritten at once. */
  private static final int SINGLE_USERS = 16;

  private final EventDatabase database;
  private final Purging purging;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().name("event log upkeep").daemon().factory());
  private final List<Purge> handedIn = new ArrayList<>();
  private int announced;
  private boolean failed;
  private volatile boolean closed;

  /** Removes what was deleted of users from the files; of everyone, if there are none. */
  interface Purging {
    void purge(Collection<byte[]> users) throws RocksDBException;
  }

  Upkeep(EventDatabase database) {
    this(database, database::purge);
  }

  Upkeep(EventDatabase database, Purging purging) {
    this.database = database;
    this.purging = purging;
  }

  private interface Task {
    void run() throws RocksDBException;
  }

  private void submit(String what, Task task) {
    try {
      thread.execute(() -> {
        try {
          if (!closed) {
            task.run();
          }
        } catch (RocksDBException | RuntimeException e) {
          if (closed) {
            LOG.debug("{} was cut off and is left to the next opening of the event log", what);
          } else {
            LOG.warn("{} failed and is tried again when the event log is opened next", what, e);
          }
        }
      });
    } catch (RejectedExecutionException e) {
      LOG.debug("{} is left to the next opening of the event log", what);
    }
  }

  /** Does what an earlier process left undone. */
  void goOn() throws RocksDBException {
    boolean purge = database.fact(Fact.PURGE, 0) != 0;
    long keptFrom = database.fact(Fact.KEPT_FROM, 0);
    boolean clear = database.fact(Fact.CLEARED_TO, 0) < keptFrom;
    if (purge) {
      try (Purge left = announcePurge()) {
        left.of(List.of());
      }
    }
    if (clear) {
      clear(keptFrom);
    }
  }

  /** Deletes the events before a time, and their ids. */
  void clear(long time) {
    submit("deleting old events", () -> deleteBefore(time));
  }

  private void deleteBefore(long time) throws RocksDBException {
    long deleted = 0;
    try (ReadOptions scan = new ReadOptions().setFillCache(false);
        RocksIterator events = database.db().newIterator(database.events(), scan);
        WriteBatch batch = new WriteBatch()) {
      events.seekToFirst();
      while (events.isValid() && !closed) {
        byte[] key = events.key();
        byte[] user = EventKey.userOf(key);
        if (EventKey.time(key) >= time) {
          events.seek(EventKey.end(user));
          continue;
        }
        batch.delete(database.events(), key);
        String id = EventValue.decode(events.value()).id();
        if (id != null) {
          batch.delete(database.ids(), EventKey.ofId(user, id));
        }
        deleted++;
        if (batch.count() >= BATCH) {
          database.writeLazily(batch);
          batch.clear();
        }
        events.next();
      }
      events.status();
      if (!closed) {
        EventDatabase.put(batch, Fact.CLEARED_TO, time);
      }
      database.write(batch);
    }
    LOG.info("Deleted {} events before {}, which the datasets in use cover", deleted, time);
  }

  /** Announces a purge, before the deletion that makes it necessary is written. */
  synchronized Purge announcePurge() {
    announced++;
    return new Purge();
  }

  /**
   * One announced purge; closing it without {@link #of} or {@link #needless} leaves it to the next
   * opening. One thread uses it.
   */
  final class Purge implements AutoCloseable {
    private Collection<byte[]> users = List.of();
    private boolean told;

    /**
     * Removes what was deleted of users from the files.
     *
     * @param ofUsers how their keys begin; empty: whatever was deleted of anyone
     */
    void of(Collection<byte[]> ofUsers) {
      told = true;
      users = List.copyOf(ofUsers);
      synchronized (Upkeep.this) {
        handedIn.add(this);
      }
      submit("removing forgotten users' bytes", Upkeep.this::purge);
    }

    /** Nothing was deleted. */
    void needless() {
      told = true;
      synchronized (Upkeep.this) {
        announced--;
      }
    }

    @Override
    public void close() {
      if (!told) {
        LOG.debug("A purge was announced and not begun");
      }
    }
  }

  /** One purge for all that have been handed in: each rewrites files, often the same ones. */
  private void purge() throws RocksDBException {
    List<Purge> purges;
    synchronized (this) {
      purges = List.copyOf(handedIn);
      handedIn.clear();
    }
    if (purges.isEmpty()) {
      return;
    }
    boolean done = false;
    try {
      purging.purge(users(purges));
      done = true;
    } finally {
      settle(purges.size(), done);
    }
    database.renewList();
  }

  private static Collection<byte[]> users(List<Purge> purges) {
    List<byte[]> users = new ArrayList<>();
    for (Purge purge : purges) {
      if (purge.users.isEmpty()) {
        return List.of();
      }
      users.addAll(purge.users);
    }
    return users.size() > SINGLE_USERS ? List.of() : users;
  }

  /**
   * Writes down whether there is anything left to purge. Under the lock, so that a deletion that is
   * announced meanwhile writes its fact after this one.
   */
  private synchronized void settle(int purges, boolean done) throws RocksDBException {
    announced -= purges;
    failed |= !done;
    if (done) {
      try (WriteBatch batch = new WriteBatch()) {
        EventDatabase.put(batch, Fact.PURGE, announced > 0 || failed ? 1 : 0);
        database.write(batch);
      }
    }
  }

  /** Waits for everything handed in so far; for tests. */
  void await() {
    try {
      thread.submit(() -> {}).get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Ends as soon as the task at work can be cut off; the rest is left to the next opening. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      database.cancelPurges();
    }
    thread.shutdown();
    boolean interrupted = false;
    while (!thread.isTerminated()) {
      try {
        thread.awaitTermination(1, TimeUnit.MINUTES);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
