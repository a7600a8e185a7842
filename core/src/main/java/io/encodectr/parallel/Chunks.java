package io.encodectr.parallel;

import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Numbered chunks of work, taken one after the other by as many workers as there are threads. */
public final class Chunks {
  private Chunks() {}

  /** One thread's buffers and what it does with a chunk. */
  @FunctionalInterface
  public interface Worker {
    /** Does chunk {@code chunk}; called by one thread only. */
    void work(int chunk) throws IOException;
  }

  /**
   * Does chunks 0..chunks−1 and waits for all of them. After a failure no further chunk is begun.
   *
   * @param workers makes a worker on the thread that will use it
   * @throws IOException if a worker threw one, or the waiting thread was interrupted
   */
  public static void run(int chunks, int threads, Supplier<? extends Worker> workers)
      throws IOException {
    AtomicInteger next = new AtomicInteger();
    int count = Math.max(1, Math.min(threads, chunks));
    Future<?>[] results = new Future<?>[count];
    try (ExecutorService pool = Executors.newFixedThreadPool(count)) {
      for (int t = 0; t < count; t++) {
        results[t] =
            pool.submit(() -> {
              try {
                Worker worker = workers.get();
                int chunk = next.getAndIncrement();
                while (chunk < chunks) {
                  worker.work(chunk);
                  chunk = next.getAndIncrement();
                }
                return null;
              } catch (Throwable e) {
                next.set(chunks);
                throw e;
              }
            });
      }
      await(results, next, chunks);
    }
  }

  private static void await(Future<?>[] results, AtomicInteger next, int chunks)
      throws IOException {
    Throwable failure = null;
    for (Future<?> result : results) {
      try {
        result.get();
      } catch (ExecutionException e) {
        failure = failure == null ? e.getCause() : failure;
      } catch (InterruptedException e) {
        next.set(chunks);
        Thread.currentThread().interrupt();
        failure = failure == null ? new IOException("interrupted") : failure;
      }
    }
    rethrow(failure);
  }

  private static void rethrow(@Nullable Throwable failure) throws IOException {
    switch (failure) {
      case null -> {}
      case IOException e -> throw e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new IllegalStateException(failure);
    }
  }
}
