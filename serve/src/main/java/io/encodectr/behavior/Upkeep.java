package io.encodectr.behavior;

import io.encodectr.behavior.EventDatabase.Fact;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a log does in the background: deletes events that are no longer needed, and removes the
 * bytes of forgotten users from the files. Whatever a crash cuts off is done when the log is opened
 * next. Thread-safe.
 */
final class Upkeep implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);
  private static final int BATCH = 1000;

  private final EventDatabase database;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().name("event log upkeep").daemon().factory());
  private int expectedPurges;
  private volatile boolean closed;

  Upkeep(EventDatabase database) {
    this.database = database;
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
        } catch (RocksDBException e) {
          LOG.warn("{} failed and is tried again when the event log is opened next", what, e);
        }
      });
    } catch (RejectedExecutionException e) {
      LOG.debug("{} is left to the next opening of the event log", what);
    }
  }

  /** Does what an earlier process left undone. */
  void goOn() throws RocksDBException {
    if (database.fact(Fact.PURGE, 0) != 0) {
      try (Purge purge = expectPurge()) {
        purge.of(null);
      }
    }
    long keptFrom = database.fact(Fact.KEPT_FROM, 0);
    if (database.fact(Fact.CLEARED_TO, 0) < keptFrom) {
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
  synchronized Purge expectPurge() {
    expectedPurges++;
    return new Purge();
  }

  /** One announced purge; closing it without {@link #of} leaves it to the next opening. */
  final class Purge implements AutoCloseable {
    private boolean begun;

    /**
     * Removes what was deleted of a user from the files.
     *
     * @param user how the user's keys begin; null: whatever was deleted of anyone
     */
    void of(byte @Nullable [] user) {
      begun = true;
      submit(
          "removing a forgotten user's bytes",
          () -> database.purge(user, user == null ? null : EventKey.end(user), !isLast()));
    }

    /** If another deletion is announced meanwhile, its purge will write the fact. */
    private boolean isLast() {
      synchronized (Upkeep.this) {
        return --expectedPurges == 0;
      }
    }

    @Override
    public void close() {
      if (!begun) {
        LOG.debug("A purge was announced and not begun");
      }
    }
  }

  /** Waits for everything handed in so far. */
  void await() {
    try {
      thread.submit(() -> {}).get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Ends after the task at work; the others are left to the next opening. */
  @Override
  public void close() {
    closed = true;
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
