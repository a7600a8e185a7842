package io.encodectr.online;

import io.encodectr.behavior.EventLog;
import io.encodectr.explorer.Explorer;
import io.encodectr.generation.GenerationManifest;
import io.encodectr.http.EncodeServer;
import io.encodectr.http.ExplorerRoutes;
import io.encodectr.http.ServerParts;
import io.encodectr.service.Activation;
import io.encodectr.service.ActivePair;
import io.encodectr.service.Admission;
import io.encodectr.service.ArtifactFolders;
import io.encodectr.service.Deadline;
import io.encodectr.service.ExploredPairs;
import io.encodectr.service.PairLocation;
import io.encodectr.service.PairWatch;
import io.encodectr.service.Readiness;
import io.encodectr.service.RequestShapes;
import io.encodectr.service.ScoringPair;
import io.encodectr.service.ScoringService;
import io.encodectr.service.ServiceMetrics;
import io.encodectr.service.UserBehaviors;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.SortedSet;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** A service that runs: listens at once, is ready when its first pair is warm. Thread-safe. */
public final class OnlineService implements AutoCloseable {
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(2);

  private final ActivePair pairs = new ActivePair();
  private final ServiceMetrics metrics = new ServiceMetrics();
  private final Readiness readiness = new Readiness();
  private final EventLog log;
  private final Explorer explorer;
  private final ScoringService service;
  private final Admission admission;
  private final Activation activation;
  private final EncodeServer server;
  private @Nullable PairWatch watch;

  private OnlineService(OnlineOptions options) throws IOException {
    log = EventLog.open(options.events());
    try {
      RequestShapes shapes = new RequestShapes();
      UserBehaviors behaviors = new UserBehaviors(log, pairs, metrics);
      explorer = new Explorer(new ExploredPairs(pairs, behaviors), options.data());
      ArtifactFolders folders = new ArtifactFolders(options.artifacts());
      activation = new Activation(pairs, behaviors, shapes, metrics, folders, options.warmUp());
      admission =
          new Admission("encode-score", options.workers(), options.queue(), options.patience());
      service =
          new ScoringService(pairs, behaviors, admission, shapes, metrics, options.staleAfter());
      readiness.add("pair", true, () -> pairs.isPresent() ? null : "the model is being loaded");
      readiness.add("events", false, behaviors::failure);
      gauges(behaviors);
      ServerParts parts = new ServerParts(service, activation, folders, readiness);
      ExplorerRoutes page =
          new ExplorerRoutes(explorer, work -> admission.run(Deadline.NONE, work));
      server = EncodeServer.start(options.server(), parts, List.of(page));
    } catch (IOException | RuntimeException | Error e) {
      log.close();
      throw e;
    }
  }

  private void gauges(UserBehaviors behaviors) {
    metrics.gauge(
        "encode.staleness.seconds",
        "Age of the generation in service: the time since its as-of time",
        pairs,
        active -> ofPair(manifest -> System.currentTimeMillis() / 1000.0 - manifest.asOf()));
    metrics.gauge(
        "encode.extraction.lag.events",
        "Events that arrived after the last one that the generation in service has read",
        behaviors,
        log ->
            ofPair(manifest ->
                behaviors.lastArrival()
                    - Objects.requireNonNullElse(manifest.eventsThrough(), 0L)));
    metrics.gauge(
        "encode.queue.length", "Requests that wait for a worker", admission, Admission::waiting);
    metrics.gauge("encode.workers", "Threads that score", admission, Admission::workers);
  }

  private double ofPair(ToDoubleFunction<GenerationManifest> value) {
    return pairs.isPresent()
        ? pairs.read(pair -> value.applyAsDouble(pair.manifest()))
        : Double.NaN;
  }

  /**
   * Starts a service and returns when it is ready.
   *
   * @throws io.encodectr.file.InputException if an address cannot be listened on, or the pair
   *     cannot be used
   * @throws IOException if the event log cannot be opened
   */
  public static OnlineService start(OnlineOptions options) throws IOException {
    OnlineService online = new OnlineService(options);
    try {
      online.activation.activate(options.pair());
      online.watch(options);
      return online;
    } catch (RuntimeException | Error e) {
      online.close();
      throw e;
    }
  }

  private void watch(OnlineOptions options) {
    if (options.watch() != null || options.follow()) {
      PairLocation served = pairs.read(ScoringPair::location);
      watch =
          new PairWatch(
              activation, options.watch(), options.follow() ? served : null, BETWEEN_LOOKS);
    }
  }

  /** Where it listens. */
  public URI address() {
    return server.address();
  }

  /** Where its admin listener listens. */
  public URI adminAddress() {
    return server.adminAddress();
  }

  /** Paths and methods, of the service and of the admin listener. */
  public List<SequencedMap<String, SortedSet<String>>> routes() {
    return server.routes();
  }

  /** What scores. */
  public ScoringService service() {
    return service;
  }

  /** Stops: not ready, no further requests, those that have begun are answered. */
  @Override
  public void close() {
    if (watch != null) {
      watch.close();
    }
    server.close();
    admission.close();
    explorer.close();
    log.close();
    pairs.close();
    metrics.close();
  }
}
