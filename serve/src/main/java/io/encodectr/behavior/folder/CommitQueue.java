package io.encodectr.behavior.folder;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * Group commit: whatever threads hand in while one write is on its way to the disk becomes the next
 * write, so that a disk that takes a millisecond to force a file serves any number of threads. One
 * thread does all writing, in the order of handing in; this is what gives arrivals their order. A
 * caller gets the answer after the write has been forced to disk. Thread-safe.
 */
final class CommitQueue implements AutoCloseable {
  /** Threads that hand in more than this at a time wait. */
  private static final int CAPACITY = 4096;

  /** Enough to make the cost of forcing a file small; a batch is held in memory. */
  private static final int LARGEST_GROUP = 1024;

  /** One caller's changes. */
  interface Change<T> {
    /** Whether it reads what earlier changes wrote, so that those must be in the database. */
    boolean alone();

    /** Puts the changes into a batch; what it returns is the caller's answer. */
    T stage(WriteBatch batch) throws RocksDBException;
  }

  /** Around the changes of one write. */
  interface Group {
    /** Before the first change is staged. */
    void begin();

    /** After the last change is staged: adds what belongs to the whole. */
    void end(WriteBatch batch) throws RocksDBException;

    /** After the write has been forced to disk. */
    void committed();
  }

  private record Waiting<T>(Change<T> change, CompletableFuture<T> answer) {
    @Nullable Runnable stage(WriteBatch batch) throws RocksDBException {
      T result = change.stage(batch);
      return () -> answer.complete(result);
    }
  }

  private final EventDatabase database;
  private final Group group;
  private final BlockingQueue<Waiting<?>> queue = new ArrayBlockingQueue<>(CAPACITY);
  private final Thread thread;
  private volatile boolean closed;

  CommitQueue(EventDatabase database, Group group) {
    this.database = database;
    this.group = group;
    thread = Thread.ofPlatform().name("event log").daemon().start(this::run);
  }

  /**
   * Hands in a change and waits until it is on disk.
   *
   * @throws IOException if the write failed; whether the change is there is then not known
   * @throws IllegalStateException if the queue is closed
   */
  <T> T commit(Change<T> change) throws IOException {
    Waiting<T> waiting = new Waiting<>(change, new CompletableFuture<>());
    put(waiting);
    try {
      return waiting.answer.join();
    } catch (CompletionException e) {
      Throwable cause = Objects.requireNonNull(e.getCause());
      if (cause instanceof RuntimeException failure) {
        throw failure;
      }
      String reason = cause instanceof RocksDBException ? cause.getMessage() : cause.toString();
      throw new IOException("the event log cannot be written: " + reason, cause);
    }
  }

  /** An interrupt does not undo what was handed in, so the thread is told when it is done. */
  private void put(Waiting<?> waiting) {
    boolean interrupted = false;
    while (true) {
      requireOpen();
      try {
        queue.put(waiting);
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (closed) {
      // The thread may have seen an empty queue before this came.
      waiting.answer.completeExceptionally(new IllegalStateException("the event log is closed"));
    }
  }

  /** How many changes wait to be taken; for tests. */
  int waiting() {
    return queue.size();
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the event log is closed");
    }
  }

  private void run() {
    try {
      writeUntilClosed();
    } finally {
      // Whatever ended the thread, nobody may wait for it.
      closed = true;
      for (Waiting<?> left = queue.poll(); left != null; left = queue.poll()) {
        left.answer.completeExceptionally(new IllegalStateException("the event log is closed"));
      }
    }
  }

  private void writeUntilClosed() {
    List<Waiting<?>> taken = new ArrayList<>();
    while (!closed || !queue.isEmpty()) {
      taken.clear();
      try {
        taken.add(queue.take());
      } catch (InterruptedException e) {
        continue; // close() calls: the condition above decides.
      }
      queue.drainTo(taken, LARGEST_GROUP - 1);
      int from = 0;
      for (int i = 0; i < taken.size(); i++) {
        if (taken.get(i).change.alone()) {
          write(taken.subList(from, i));
          write(taken.subList(i, i + 1));
          from = i + 1;
        }
      }
      write(taken.subList(from, taken.size()));
    }
  }

  private void write(List<Waiting<?>> changes) {
    if (changes.isEmpty()) {
      return;
    }
    List<Runnable> answers = new ArrayList<>(changes.size());
    try (WriteBatch batch = new WriteBatch()) {
      group.begin();
      for (Waiting<?> change : changes) {
        answers.add(change.stage(batch));
      }
      group.end(batch);
      if (batch.count() > 0) {
        database.write(batch);
      }
      group.committed();
    } catch (Throwable e) {
      // Also where memory ran out: the callers are told, and the next group may have enough.
      changes.forEach(change -> change.answer.completeExceptionally(e));
      return;
    }
    answers.forEach(Runnable::run);
  }

  /** Writes what was handed in before, and ends. */
  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
