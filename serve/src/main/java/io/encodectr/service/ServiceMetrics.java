package io.encodectr.service;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * What the service counts, for Prometheus to read. Names begin with {@code encode_}; no label holds
 * an id of a user or an item. Thread-safe.
 */
public final class ServiceMetrics implements AutoCloseable {
  /** A part of a request's time. */
  public enum Stage {
    /** Receiving the body. */
    READ,
    /** Waiting for a worker. */
    QUEUE,
    /** JSON to a query. */
    PARSE,
    /** Finding the user, the user's events and the candidates. */
    LOOKUP,
    /** The model. */
    SCORE,
    /** The answer to JSON. */
    WRITE
  }

  /** What became of a new pair. */
  public enum Swap {
    /** It is in service. */
    ACTIVATED,
    /** The one before it is in service again. */
    ROLLED_BACK,
    /** It was damaged, mismatched or not to be read, and the old one stayed. */
    REFUSED
  }

  private static final Duration[] BUCKETS =
      LongStream.of(
              20, 50, 100, 200, 500, 1_000, 2_000, 3_000, 5_000, 7_500, 10_000, 15_000, 20_000,
              30_000, 50_000, 100_000, 200_000, 500_000, 1_000_000, 2_000_000, 5_000_000)
          .mapToObj(micros -> Duration.ofNanos(micros * 1000))
          .toArray(Duration[]::new);

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics collector = new JvmGcMetrics();
  private final Map<Stage, Timer> stages = new EnumMap<>(Stage.class);
  private final Map<Degradation, Counter> degraded = new EnumMap<>(Degradation.class);
  private final Map<Refusal.Reason, Counter> refused = new EnumMap<>(Refusal.Reason.class);
  private final Map<Swap, Counter> swaps = new EnumMap<>(Swap.class);
  private final Map<String, Timer> requests = new ConcurrentHashMap<>();
  private final Map<String, Counter> events = new ConcurrentHashMap<>();
  private final Counter knownUsers;
  private final Counter unknownUsers;
  private final Counter knownItems;
  private final Counter unknownItems;

  /** Begins at zero. */
  public ServiceMetrics() {
    for (Stage stage : Stage.values()) {
      stages.put(
          stage,
          Timer.builder("encode.stage")
              .description("Time of a part of a score request")
              .tag("stage", label(stage))
              .serviceLevelObjectives(BUCKETS)
              .register(registry));
    }
    for (Degradation reason : Degradation.values()) {
      degraded.put(
          reason, counter("encode.degraded", "Answers degraded", "reason", reason.label()));
    }
    for (Refusal.Reason reason : Refusal.Reason.values()) {
      refused.put(reason, counter("encode.refused", "Requests refused", "reason", label(reason)));
    }
    for (Swap swap : Swap.values()) {
      swaps.put(
          swap, counter("encode.swaps", "Pairs activated and refused", "outcome", label(swap)));
    }
    String users = "encode.users";
    knownUsers = counter(users, "Users looked up for scoring", "known", "true");
    unknownUsers = counter(users, "Users looked up for scoring", "known", "false");
    String candidates = "encode.candidates";
    knownItems = counter(candidates, "Candidates scored", "known", "true");
    unknownItems = counter(candidates, "Candidates scored", "known", "false");
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    collector.bindTo(registry);
  }

  private static String label(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private Counter counter(String name, String description, String label, String value) {
    return Counter.builder(name).description(description).tag(label, value).register(registry);
  }

  /**
   * Publishes a number that is read when the metrics are.
   *
   * @param name with dots
   */
  public <T> void gauge(String name, String description, T source, ToDoubleFunction<T> value) {
    Gauge.builder(name, source, value)
        .description(description)
        .strongReference(true)
        .register(registry);
  }

  /**
   * Counts the time from a moment until now.
   *
   * @param since a value of {@link System#nanoTime}
   * @return now, as the start of the next stage
   */
  public long stage(Stage stage, long since) {
    long now = System.nanoTime();
    Timer timer = stages.get(stage);
    if (timer != null) {
      timer.record(Duration.ofNanos(Math.max(0, now - since)));
    }
    return now;
  }

  /**
   * Counts a request that has ended.
   *
   * @param route its path, with names in place of ids
   * @param status of HTTP; 0: no answer was sent
   * @param since a value of {@link System#nanoTime}
   */
  public void request(String route, int status, long since) {
    Timer timer =
        requests.computeIfAbsent(
            route + " " + status,
            key ->
                Timer.builder("encode.request")
                    .description("Time from a request's headers to its answer")
                    .tag("route", route)
                    .tag("status", status == 0 ? "none" : Integer.toString(status))
                    .serviceLevelObjectives(BUCKETS)
                    .register(registry));
    timer.record(Duration.ofNanos(Math.max(0, System.nanoTime() - since)));
  }

  /** Counts a request that was not served. */
  public void refused(Refusal.Reason reason) {
    increment(refused.get(reason), 1);
  }

  /** Counts what became of a new pair. */
  public void swap(Swap outcome) {
    increment(swaps.get(outcome), 1);
  }

  /**
   * Counts events received.
   *
   * @param outcome what became of them
   */
  public void events(String outcome, int count) {
    events
        .computeIfAbsent(
            outcome, key -> counter("encode.events", "Events received", "outcome", outcome))
        .increment(count);
  }

  /** Counts an answer, of how many candidates, and how many of them the model did not know. */
  void answer(ScoreAnswer answer, int candidates, int unknown) {
    increment(answer.userKnown() ? knownUsers : unknownUsers, 1);
    increment(unknownItems, unknown);
    increment(knownItems, candidates - unknown);
    for (Degradation reason : answer.degraded()) {
      increment(degraded.get(reason), 1);
    }
  }

  private static void increment(@Nullable Counter counter, int by) {
    if (counter != null && by > 0) {
      counter.increment(by);
    }
  }

  /** All of it as Prometheus reads it. */
  public String text() {
    return registry.scrape();
  }

  @Override
  public void close() {
    collector.close();
    registry.close();
  }
}
