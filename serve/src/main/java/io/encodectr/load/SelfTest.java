package io.encodectr.load;

import io.encodectr.file.InputException;
import io.encodectr.progress.Progress;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.HdrHistogram.AbstractHistogram;
import org.jspecify.annotations.Nullable;

/**
 * Tests the load generator itself, on this machine, against a service in this process that answers
 * at once: what is measured then is the client's own share. Then that service stops answering for
 * two seconds. Those who come in its first second wait for over a second, and the open loop must
 * have seen them, as many as arithmetic says; a closed loop, of which the same is measured, must
 * not: it asks nothing meanwhile.
 */
public final class SelfTest {
  private static final double STOP_SECONDS = 2;

  /** Longer, and a stop of two seconds is no longer in the p99 that the test is to show. */
  private static final double LONGEST = 100;

  /** Fewer a second, and chance alone could hide those who wait. */
  private static final double LEAST_RATE = 50;

  private static final int ITEMS = 2_000;
  private static final int USERS = 1_000;
  private static final int MOST_UNDER_WAY = 4_096;
  private static final int TIMEOUT_MS = 30_000;

  /** How many of those who wait must have been seen, besides what chance takes away. */
  private static final double ENOUGH = 0.8;

  /** Standard deviations of a Poisson number that chance is allowed. */
  private static final double CHANCE = 4;

  /** The open loop must see so many times more of the stop than the closed one. */
  private static final int FACTOR = 4;

  /**
   * How to test.
   *
   * @param rate requests a second, at least 50
   * @param seconds of each of the three parts; more than twice the stop, 100 at most
   * @param candidates of a request, and scores of an answer
   * @param seed of everything random
   */
  public record Options(double rate, double seconds, int candidates, long seed) {}

  /**
   * What the test found.
   *
   * @param clock how exact the machine's clock is
   * @param floor the client's own share of every figure: latency, lag and cost while the service
   *     answers at once
   * @param clientMicroseconds processor time of the client's threads a request; that of the
   *     answering service in this process is not in it
   * @param expectedP99Ms p99 with a stop of two seconds, by arithmetic
   * @param expectedSlow how many wait for over a second then, by arithmetic
   * @param open latencies with the stop, measured as this generator does
   * @param openSlow how many of them were over a second
   * @param closed latencies with the same stop, measured by a closed loop
   * @param closedSlow how many of them were over a second
   * @param failed what the test found wrong, in words; null if it passed
   */
  public record Result(
      Clock clock,
      Step.Result floor,
      double clientMicroseconds,
      double expectedP99Ms,
      double expectedSlow,
      Latency open,
      long openSlow,
      Latency closed,
      long closedSlow,
      @Nullable String failed) {
    /** Whether the open loop saw the stop, and saw it because it was there. */
    public boolean passed() {
      return failed == null;
    }
  }

  private final Options options;
  private final double stopSeconds;
  private final boolean stops;
  private final Workload workload;

  /**
   * Prepares a test.
   *
   * @throws InputException if the test would prove nothing at such a rate or in such a time
   */
  public SelfTest(Options options) {
    this(options, STOP_SECONDS, true);
    if (!(options.rate() >= LEAST_RATE)
        || !(options.seconds() > 2 * STOP_SECONDS && options.seconds() <= LONGEST)) {
      throw new InputException(
          "a self-test needs a --rate from "
              + LEAST_RATE
              + " and --seconds above "
              + 2 * STOP_SECONDS
              + ", "
              + LONGEST
              + " at most");
    }
  }

  /**
   * Prepares a test of any length.
   *
   * @param stops whether the service really stops; if not, the test must fail
   */
  SelfTest(Options options, double stopSeconds, boolean stops) {
    this.options = options;
    this.stopSeconds = stopSeconds;
    this.stops = stops;
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
        double waiting = options.rate() * stopSeconds / 2;
        return new Result(
            clock,
            floor,
            cost,
            1000 * (stopSeconds - 0.01 * options.seconds()),
            waiting,
            Latency.of(open),
            slow(open),
            Latency.of(closed),
            slow(closed),
            failed(waiting, slow(open), slow(closed), floor.scores().p99Ms(), 1000 * stopSeconds));
      }
    }
  }

  /**
   * What is wrong with a measurement, or null if nothing is. By counts: those hold for a test of
   * any length, a percentile does not.
   *
   * @param waiting how many wait for over half the stop, by arithmetic
   * @param open how many of those the open loop saw
   * @param closed how many the closed loop saw
   * @param floorMs p99 without the stop
   * @param stopMs length of the stop
   */
  static @Nullable String failed(
      double waiting, long open, long closed, double floorMs, double stopMs) {
    if (floorMs >= stopMs / 4) {
      return words(
          "without any stop p99 is %.0f ms already: the client's own delays cannot be told from the"
              + " stop",
          floorMs);
    }
    if (open < ENOUGH * waiting - CHANCE * Math.sqrt(waiting)) {
      return words(
          "%d requests waited for over half the stop, by arithmetic %.0f: the stop was not seen",
          open, waiting);
    }
    if (open <= FACTOR * (closed + 1)) {
      return words(
          "the open loop saw %d requests wait for over half the stop and the closed loop %d: they"
              + " should differ",
          open, closed);
    }
    return null;
  }

  @SuppressWarnings("AnnotateFormatMethod") // would need Error Prone at run time
  private static String words(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }

  private Step step(double seconds, int number) {
    return new Step(options.rate(), 0, seconds, options.seed() + number);
  }

  /** Stops the service, a third into what follows. */
  private void stopSoon(StubService service) {
    if (!stops) {
      return;
    }
    Thread.ofVirtual()
        .start(() -> {
          LockSupport.parkNanos((long) (options.seconds() / 3 * 1e9));
          service.stopUntil(System.nanoTime() + (long) (stopSeconds * 1e9));
        });
  }

  /** How many waited for over half the stop. */
  private long slow(AbstractHistogram latencies) {
    long slow = (long) (stopSeconds / 2 * 1e9);
    return latencies.getTotalCount() - latencies.getCountBetweenValues(0, slow);
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
