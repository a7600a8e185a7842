package io.encodectr.train;

import io.encodectr.train.process.ProcessGroup;
import io.encodectr.train.torch.Rendezvous;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Threads that stand for the processes of a group; they exchange over loopback as processes do. */
public final class JoinedThreads {
  /** What one of them does. */
  public interface Part<T> {
    /** Runs in a thread of its own. */
    T run(ProcessGroup group) throws Exception;
  }

  private JoinedThreads() {}

  /**
   * Runs a part in each of so many threads, and gives the results by rank.
   *
   * @param place a file that does not exist yet
   * @throws Exception the first failure by rank, with the others suppressed
   */
  public static <T> List<T> run(int size, Path place, Part<T> part) throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(size)) {
      List<Future<T>> futures = new ArrayList<>();
      for (int i = 0; i < size; i++) {
        int rank = i;
        futures.add(
            threads.submit(() -> {
              Rendezvous rendezvous =
                  new Rendezvous(place.toString(), rank, size, Duration.ofMinutes(2));
              try (ProcessGroup group = rendezvous.join(Map.of(), () -> {})) {
                return part.run(group);
              }
            }));
      }
      List<T> results = new ArrayList<>();
      Exception failure = null;
      for (Future<T> future : futures) {
        try {
          results.add(future.get());
        } catch (ExecutionException e) {
          Exception cause = e.getCause() instanceof Exception own ? own : e;
          if (failure == null) {
            failure = cause;
          } else if (failure != cause) {
            failure.addSuppressed(cause);
          }
        }
      }
      if (failure != null) {
        throw failure;
      }
      return results;
    }
  }
}
