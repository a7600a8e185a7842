package io.encodectr.load;

import io.encodectr.file.InputException;
import io.encodectr.model.CodeVersion;
import io.encodectr.progress.Progress;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Loads a service at given rates, or at rising ones until it bends, and reports. One run is one
 * object; used by one thread.
 */
public final class LoadRun {
  /** How long a step after the first runs before it counts, seconds. */
  private static final double SETTLING = 1;

  /** So many requests at least make a p99 that a search may go by. */
  private static final double ENOUGH = 200;

  private static final double LONGEST = 24 * 3600;
  private static final int MOST_UNDER_WAY = 20_000;

  /**
   * How to load.
   *
   * @param seconds counted of each step, above 0
   * @param warmUpSeconds load before the first step, not counted
   * @param mostUnderWay how many requests, and connections, there may be at once
   * @param timeoutMs when to give up on an answer
   * @param seed of the times at which requests are sent
   */
  public record Options(
      double seconds, double warmUpSeconds, int mostUnderWay, int timeoutMs, long seed) {
    /**
     * Checks the ranges.
     *
     * @throws InputException if one is left
     */
    public Options {
      if (!(seconds > 0 && seconds <= LONGEST)) {
        throw new InputException("--seconds " + seconds + ": give a number above 0, a day at most");
      }
      if (!(warmUpSeconds >= 0 && warmUpSeconds <= LONGEST)) {
        throw new InputException("--warm-up " + warmUpSeconds + ": give a number from 0");
      }
      if (mostUnderWay < 1 || mostUnderWay > MOST_UNDER_WAY) {
        throw new InputException(
            "--in-flight " + mostUnderWay + ": give a number from 1 to " + MOST_UNDER_WAY);
      }
      if (timeoutMs < 1) {
        throw new InputException("--timeout-ms " + timeoutMs + ": give a number from 1");
      }
    }
  }

  private final Endpoint endpoint;
  private final Workload workload;
  private final Options options;
  private final Limits limits;
  private final SplittableRandom seeds;
  private final List<LoadReport.Measured> steps = new ArrayList<>();

  /** Prepares a run; nothing is sent yet. */
  public LoadRun(Endpoint endpoint, Workload workload, Options options, Limits limits) {
    this.endpoint = endpoint;
    this.workload = workload;
    this.options = options;
    this.limits = limits;
    seeds = new SplittableRandom(options.seed());
  }

  /**
   * Loads the service at each of the rates, in their order.
   *
   * @throws InputException if the service cannot be reached or refuses the first request
   */
  public LoadReport atRates(List<Double> rates, Progress progress) throws IOException {
    for (double rate : rates) {
      if (!(rate > 0 && rate < Double.POSITIVE_INFINITY)) {
        throw new InputException("--rate " + rate + ": give a number above 0");
      }
    }
    return run(loop -> {
      for (double rate : rates) {
        step(loop, rate, options.seconds(), progress);
      }
      return null;
    });
  }

  /**
   * Loads the service at the rates of a search, then once more at the knee that it found: a search
   * takes the better of two tries, so the tries' own figures are too good. At a low rate a step is
   * longer than the seconds of the options, so that its p99 means something.
   *
   * @throws InputException if the service cannot be reached or refuses the first request
   */
  public LoadReport knee(KneeSearch search, Progress progress) throws IOException {
    return run(loop -> {
      KneeSearch.Trial trial =
          rate -> step(loop, rate, Math.max(options.seconds(), ENOUGH / rate), progress);
      KneeSearch.Knee knee = search.search(trial);
      Double held = knee.held();
      if (held != null) {
        trial.holds(held);
      }
      return knee;
    });
  }

  @FunctionalInterface
  private interface Course {
    KneeSearch.@Nullable Knee run(OpenLoop loop) throws IOException;
  }

  private LoadReport run(Course course) throws IOException {
    String startedAt = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    Preflight service = Preflight.of(endpoint, workload, options.timeoutMs());
    Clock clock = Clock.measure();
    KneeSearch.Knee knee;
    try (OpenLoop loop =
        new OpenLoop(endpoint, workload, options.mostUnderWay(), options.timeoutMs())) {
      knee = course.run(loop);
    }
    int processors = Runtime.getRuntime().availableProcessors();
    Workload.Options asked = workload.options();
    return new LoadReport(
        LoadReport.FORMAT,
        LoadReport.KIND,
        "encode " + CodeVersion.current(),
        startedAt,
        endpoint.toString(),
        service,
        new LoadReport.Asked(
            workload.population().source(),
            workload.population().users().size(),
            workload.population().items().size(),
            asked.candidates(),
            asked.top(),
            workload.lists(),
            asked.eventsShare(),
            asked.seed()),
        new LoadReport.Client(
            processors,
            Runtime.version().toString(),
            clock,
            options.mostUnderWay(),
            options.timeoutMs(),
            options.warmUpSeconds()),
        limits,
        knee,
        steps,
        Doubts.of(service, workload, processors, knee, steps));
  }

  /** Runs one step; true if it held the limits. */
  private boolean step(OpenLoop loop, double rate, double seconds, Progress progress)
      throws IOException {
    double warmUp = steps.isEmpty() ? options.warmUpSeconds() : SETTLING;
    Step step = new Step(rate, warmUp, seconds, seeds.nextLong());
    OpenLoop.Outcome outcome = loop.run(step, progress);
    String broken = limits.broken(outcome.result());
    steps.add(
        new LoadReport.Measured(
            outcome.result(), broken, Quantile.of(outcome.scores()), outcome.seconds()));
    return broken == null;
  }
}
