package io.encodectr.load;

import io.encodectr.file.InputException;
import io.encodectr.progress.Progress;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.HdrHistogram.AbstractHistogram;

/**
 * Tests the load generator itself, on this machine, against a service in this process that answers
 * at once: what is measured then is the client's own share. Then that service stops for two
 * seconds, and the measured p99 must show it, as arithmetic says; a closed loop beside it shows how
 * little of it other measurements see.
 */
public final class SelfTest {
  private static final double STOP_SECONDS = 2;
  private static final int ITEMS = 2_000;
  private static final int USERS = 1_000;
  private static final int MOST_UNDER_WAY = 4_096;
  private static final int TIMEOUT_MS = 30_000;

  /** How much of the arithmetic's p99 must be there: chance moves it a little. */
  private static final double ENOUGH = 0.8;

  private static final long SLOW = 1_000_000_000L;

  /**
   * How to test.
   *
   * @param rate requests a second
   * @param seconds of each of the three parts; more than the 2 seconds of the stop
   * @param candidates of a request, and scores of an answer
   * @param seed of everything random
   */
  public record Options(double rate, double seconds, int candidates, long seed) {
    /** Checks the ranges. */
    public Options {
      if (!(rate > 0) || !(seconds > 2 * STOP_SECONDS)) {
        throw new InputException(
            "a self-test needs a --rate above 0 and --seconds above " + 2 * STOP_SECONDS);
      }
    }
  }

  /**
   * What the test found.
   *
   * @param clock how exact the machine's clock is
   * @param floor the client's own share of every figure: latency, lag and cost while the service
   *     answers at once
   * @param clientMicroseconds processor time of the client's threads a request; that of the
   *     answering service in this process is not in it
   * @param expectedP99Ms p99 with a stop of two seconds, by arithmetic
   * @param open latencies with the stop, measured as this generator does
   * @param openSlow how many of them were over a second
   * @param closed latencies with the same stop, measured by a closed loop
   * @param closedSlow how many of them were over a second
   * @param passed whether the open loop saw the stop
   */
  public record Result(
      Clock clock,
      Step.Result floor,
      double clientMicroseconds,
      double expectedP99Ms,
      Latency open,
      long openSlow,
      Latency closed,
      long closedSlow,
      boolean passed) {}

  private final Options options;
  private final Workload workload;

  /** Prepares a test. */
  public SelfTest(Options options) {
    this.options = options;
    List<String> users = IntStream.range(0, USERS).mapToObj(i -> "u" + i).toList();
    List<String> items = IntStream.range(0, ITEMS).mapToObj(i -> "i" + i).toList();
    workload =
        Workload.prepare(
            new Population(
                "made up",
                new WeightedIds(users, zipf(USERS)),
                new WeightedIds(items, zipf(ITEMS))),
            new Workload.Options(options.candidates(), 0, 0, options.seed()));
  }

  private static long[] zipf(int size) {
    return IntStream.range(0, size).mapToLong(i -> 1 + size / (i + 1)).toArray();
  }

  /** Runs the test; takes three times the seconds of the options. */
  public Result run(Progress progress) throws IOException {
    try (StubService service = StubService.start(options.candidates())) {
      Endpoint endpoint = Endpoint.of(service.url(), null, null, null);
      try (OpenLoop loop = new OpenLoop(endpoint, workload, MOST_UNDER_WAY, TIMEOUT_MS)) {
        Clock clock = Clock.measure();
        loop.run(step(options.seconds() / 4, 0), progress);
        long before = ownCpu();
        Step.Result floor = loop.run(step(options.seconds(), 1), progress).result();
        double cost = (ownCpu() - before) / 1000.0 / Math.max(1, floor.requests());
        stopSoon(service);
        AbstractHistogram open = loop.run(step(options.seconds(), 2), progress).scores();
        stopSoon(service);
        AbstractHistogram closed =
            ClosedLoop.run(endpoint, workload, options.rate(), options.seconds(), TIMEOUT_MS);
        double expected = 1000 * (STOP_SECONDS - 0.01 * options.seconds());
        return new Result(
            clock,
            floor,
            cost,
            expected,
            Latency.of(open),
            slow(open),
            Latency.of(closed),
            slow(closed),
            Latency.at(open, 99) >= ENOUGH * expected);
      }
    }
  }

  private Step step(double seconds, int number) {
    return new Step(options.rate(), 0, seconds, options.seed() + number);
  }

  /** Stops the service for two seconds, a third into what follows. */
  private void stopSoon(StubService service) {
    Thread.ofVirtual()
        .start(() -> {
          LockSupport.parkNanos((long) (options.seconds() / 3 * 1e9));
          service.stopUntil(System.nanoTime() + (long) (STOP_SECONDS * 1e9));
        });
  }

  private static long slow(AbstractHistogram latencies) {
    return latencies.getTotalCount() - latencies.getCountBetweenValues(0, SLOW);
  }

  /** Processor time of the client's threads so far, nanoseconds. */
  private static long ownCpu() {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    if (!threads.isThreadCpuTimeSupported()) {
      return 0;
    }
    long sum = threads.getCurrentThreadCpuTime();
    for (ThreadInfo thread : threads.getThreadInfo(threads.getAllThreadIds())) {
      if (thread != null && thread.getThreadName().startsWith(OpenLoop.THREADS)) {
        sum += Math.max(0, threads.getThreadCpuTime(thread.getThreadId()));
      }
    }
    return sum;
  }
}
