package io.encodectr.train.batch;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Builds an epoch's batches ahead of time in a thread of its own, in order, a few at most. One
 * consumer.
 */
public final class BatchQueue implements AutoCloseable {
  private static final int AHEAD = 3;

  private record Entry(@Nullable Batch batch, @Nullable Throwable failure) {}

  private final BlockingQueue<Entry> queue = new ArrayBlockingQueue<>(AHEAD);
  private final Thread thread;
  private volatile boolean closed;

  /** Starts to build the batches [from, {@code order.batches()}). */
  public BatchQueue(BatchBuilder builder, EpochOrder order, int from) {
    thread =
        Thread.ofPlatform().name("encode-batches").daemon().start(() -> fill(builder, order, from));
  }

  private void fill(BatchBuilder builder, EpochOrder order, int from) {
    try {
      for (int i = from; i < order.batches(); i++) {
        if (!put(new Entry(builder.build(order, i), null))) {
          return;
        }
      }
    } catch (RuntimeException | Error failure) {
      put(new Entry(null, failure));
    }
  }

  private boolean put(Entry entry) {
    try {
      while (!closed) {
        if (queue.offer(entry, 100, TimeUnit.MILLISECONDS)) {
          return true;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return false;
  }

  /**
   * The next batch; waits for it. To be called once for every batch, no more.
   *
   * @throws IllegalStateException if building it failed, or the waiting thread was interrupted
   */
  public Batch take() {
    try {
      Entry entry = queue.take();
      if (entry.batch() == null) {
        throw new IllegalStateException("a batch could not be built", entry.failure());
      }
      return entry.batch();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for a batch", e);
    }
  }

  /** Stops building and waits for the thread to end. */
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
