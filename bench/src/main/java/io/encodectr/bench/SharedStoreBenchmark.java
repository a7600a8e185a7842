package io.encodectr.bench;

import io.encodectr.generation.Generation;
import io.encodectr.generation.InterestSource;
import io.encodectr.generation.Store;
import io.encodectr.generation.StoreLocation;
import io.encodectr.progress.Progress;
import io.encodectr.redis.FolderPublication;
import io.encodectr.redis.RedisStore;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * A shared store beside the memory-mapped one, in one run: publishes a folder's generation on a
 * server under a prefix of its own, then looks users up here and there by turns. The arguments are
 * the store's folder, the server's address, and the seconds of each measurement. What it published
 * expires within minutes of the next publication under that prefix.
 */
public final class SharedStoreBenchmark {
  private static final int ROUNDS = 3;

  private SharedStoreBenchmark() {}

  /** Measures and prints a line each. */
  public static void main(String[] args) throws Exception {
    Store folder = Store.open(Path.of(args[0]));
    StoreLocation location = StoreLocation.parse(args[1]);
    long nanoseconds = (long) (Double.parseDouble(args[2]) * 1e9);
    try (RedisStore server = RedisStore.open(location);
        Generation mapped = folder.openCurrent()) {
      FolderPublication.Result result = new FolderPublication(folder, server).run(1, Progress.NONE);
      print(
          "published %,d users of %,.0f bytes each, %,.0f users/s",
          result.users(), (double) result.bytes() / result.users(), result.usersPerSecond());
      try (InterestSource shared = server.openGeneration(result.generation())) {
        long start = System.nanoTime();
        shared.verify();
        print("verified in %.2f s", (System.nanoTime() - start) / 1e9);
        for (int round = 0; round < ROUNDS; round++) {
          long[] here = lookUps(mapped, mapped, nanoseconds);
          long[] there = lookUps(shared, mapped, nanoseconds);
          print(
              "look-up, microseconds: mapped %.1f (p99 %.1f), shared %.1f (p99 %.1f), ratio %.0f",
              part(here, 0.5),
              part(here, 0.99),
              part(there, 0.5),
              part(there, 0.99),
              part(there, 0.5) / part(here, 0.5));
        }
      }
    }
  }

  private static long[] lookUps(InterestSource source, Generation users, long nanoseconds) {
    SplittableRandom random = new SplittableRandom(1);
    long[] times = new long[1 << 22];
    int count = 0;
    long end = System.nanoTime() + nanoseconds;
    while (count < times.length && System.nanoTime() < end) {
      String user = users.userId(random.nextLong(users.users()));
      long start = System.nanoTime();
      if (source.find(user) == null) {
        throw new IllegalStateException("no record of " + user);
      }
      times[count++] = System.nanoTime() - start;
    }
    times = Arrays.copyOf(times, count);
    Arrays.sort(times);
    return times;
  }

  private static double part(long[] sorted, double share) {
    return sorted[(int) (share * (sorted.length - 1))] / 1e3;
  }

  @SuppressWarnings("AnnotateFormatMethod")
  private static void print(String line, Object... values) {
    System.out.println(String.format(Locale.ROOT, line, values));
  }
}
