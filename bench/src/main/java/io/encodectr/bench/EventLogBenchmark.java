package io.encodectr.bench;

import io.encodectr.behavior.Event;
import io.encodectr.behavior.EventLog;
import io.encodectr.file.FolderTree;
import io.encodectr.generation.GenerationManifest;
import io.encodectr.generation.StoreLocation;
import io.encodectr.online.EventLogs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Rates and latencies of an event log on this machine's disk, each event a request of its own:
 * appending with 1, 8 and 64 writers, and reading what a score adds, for users with no, some and
 * many events, beside idle and busy writers. The arguments are a folder on the disk to measure, or
 * the address of a server that holds no events, and the seconds of each measurement.
 */
public final class EventLogBenchmark {
  private static final int USERS = 100_000;
  private static final long START = 1_700_000_000L;

  private EventLogBenchmark() {}

  /** Measures and prints a line each. */
  public static void main(String[] args) throws Exception {
    double seconds = Double.parseDouble(args[1]);
    StoreLocation place = StoreLocation.parse(args[0]);
    if (!place.isFolder()) {
      measure(place, seconds);
      return;
    }
    Path folder = Files.createTempDirectory(place.folder(), "event-log-benchmark-");
    try {
      measure(StoreLocation.of(folder.resolve("events")), seconds);
    } finally {
      FolderTree.delete(folder);
    }
  }

  private static void measure(StoreLocation place, double seconds) throws Exception {
    try (EventLog log = EventLogs.open(place)) {
      fill(log);
      for (int round = 0; round < 3; round++) {
        for (int writers : new int[] {1, 8, 64}) {
          long[] times = append(log, writers, seconds);
          report("append, %d writers, %.0f/s".formatted(writers, times.length / seconds), times);
        }
        for (int events : new int[] {0, 5, 50}) {
          report("since, %d events".formatted(events), since(log, events, seconds));
        }
      }
      try (ExecutorService pool = Executors.newSingleThreadExecutor()) {
        Future<long[]> busy = pool.submit(() -> append(log, 64, 2 * seconds));
        report("since, 50 events, beside 64 writers", since(log, 50, seconds));
        report("append, 64 writers, beside that", busy.get());
      }
    }
  }

  /** User k gets k mod 101 events; users from {@link #USERS} on have none. */
  private static void fill(EventLog log) throws IOException {
    List<Event> events = new ArrayList<>();
    for (int user = 0; user < USERS; user++) {
      for (int i = 0; i < user % 101 && user < 20_000; i++) {
        events.add(new Event("fill" + i, "user" + user, "item" + i * 7, START + i, "view"));
      }
      if (events.size() > 2000) {
        log.append(events);
        events.clear();
      }
    }
    log.append(events);
  }

  /** Nanoseconds of each call. */
  private static long[] append(EventLog log, int writers, double seconds)
      throws InterruptedException, ExecutionException {
    long end = System.nanoTime() + (long) (seconds * 1e9);
    try (ExecutorService pool = Executors.newFixedThreadPool(writers)) {
      List<Future<long[]>> all = new ArrayList<>();
      for (int w = 0; w < writers; w++) {
        SplittableRandom random = new SplittableRandom(System.nanoTime() + w);
        all.add(
            pool.submit(() -> {
              long[] times = new long[1 << 18];
              int n = 0;
              for (long now = System.nanoTime(); now < end && n < times.length; n++) {
                String user = "user" + (USERS + random.nextInt(USERS));
                String id = Long.toHexString(random.nextLong());
                log.append(
                    List.of(new Event(id, user, "item" + random.nextInt(9999), START, null)));
                long done = System.nanoTime();
                times[n] = done - now;
                now = done;
              }
              return Arrays.copyOf(times, n);
            }));
      }
      long[] together = {};
      for (Future<long[]> each : all) {
        long[] times = each.get();
        int size = together.length;
        together = Arrays.copyOf(together, size + times.length);
        System.arraycopy(times, 0, together, size, times.length);
      }
      return together;
    }
  }

  private static long[] since(EventLog log, int events, double seconds) throws IOException {
    GenerationManifest generation =
        new GenerationManifest(
            1,
            "generation",
            "",
            "encode",
            "",
            START,
            1,
            0,
            1,
            1,
            1,
            "",
            "",
            null,
            null,
            null,
            null,
            null,
            null,
            null);
    SplittableRandom random = new SplittableRandom(7);
    long end = System.nanoTime() + (long) (seconds * 1e9);
    long[] times = new long[1 << 22];
    int n = 0;
    for (long now = System.nanoTime(); now < end && n < times.length; n++) {
      int user = events == 0 ? 50_000 + random.nextInt(50_000) : 101 * random.nextInt(190) + events;
      if (log.since("user" + user, generation, 50, item -> true, Long.MAX_VALUE).count()
          != events) {
        throw new IllegalStateException("user" + user + " has not " + events + " events");
      }
      long done = System.nanoTime();
      times[n] = done - now;
      now = done;
    }
    return Arrays.copyOf(times, n);
  }

  private static void report(String what, long[] times) {
    long[] sorted = times.clone();
    Arrays.sort(sorted);
    System.out.printf(
        "%-40s %8d calls  p50 %8.1f us  p99 %8.1f us  p99.9 %8.1f us%n",
        what,
        sorted.length,
        sorted[sorted.length / 2] / 1e3,
        sorted[sorted.length * 99 / 100] / 1e3,
        sorted[(int) (sorted.length * 999L / 1000)] / 1e3);
  }
}
