package io.encodectr.online;

import io.encodectr.behavior.EventLog;
import io.encodectr.explorer.Explorer;
import io.encodectr.generation.GenerationManifest;
import io.encodectr.generation.StoreLocation;
import io.encodectr.http.EncodeServer;
import io.encodectr.http.ExplorerRoutes;
import io.encodectr.http.ServerParts;
import io.encodectr.redis.SharedStores;
import io.encodectr.service.Activation;
import io.encodectr.service.ActivePair;
import io.encodectr.service.Admission;
import io.encodectr.service.ArtifactFolders;
import io.encodectr.service.Deadline;
import io.encodectr.service.ExploredPairs;
import io.encodectr.service.PairWatch;
import io.encodectr.service.Readiness;
import io.encodectr.service.RequestShapes;
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
import java.util.concurrent.CountDownLatch;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A service that runs: listens at once, is ready when its first pair is warm. Thread-safe. */
public final class OnlineService implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OnlineService.class);
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(2);

  private final ActivePair pairs = new ActivePair();
  private final ServiceMetrics metrics = new ServiceMetrics();
  private final Readiness readiness = new Readiness();
  private final EventLog log;
  private final SharedStores stores = new SharedStores();
  private final Explorer explorer;
  private final ScoringService service;
  private final Admission admission;
  private final Admission readers;
  private final Activation activation;
  private final EncodeServer server;
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean warm;
  private volatile boolean lost;
  private @Nullable PairWatch watch;
  private boolean closed;

  private OnlineService(OnlineOptions options) throws IOException {
    OpenFiles.require(options.server().limits().connections());
    log = EventLogs.open(options.events());
    try {
      RequestShapes shapes = new RequestShapes();
      UserBehaviors behaviors = new UserBehaviors(log, pairs, metrics);
      explorer = new Explorer(new ExploredPairs(pairs, behaviors), options.data());
      StoreLocation store = options.pair().store();
      ArtifactFolders folders =
          new ArtifactFolders(options.artifacts(), store.isFolder() ? List.of() : List.of(store));
      activation =
          new Activation(pairs, behaviors, shapes, metrics, folders, stores, options.scoring());
      admission =
          new Admission("encode-score", options.workers(), options.queue(), options.patience());
      service =
          new ScoringService(pairs, behaviors, admission, shapes, metrics, options.staleAfter());
      readiness.add("pair", true, () -> pairs.isPresent() ? null : "the model is being loaded");
      readiness.add("warm", true, () -> warm ? null : "the service is warming up");
      readiness.add("interests", false, service::interestsFailure);
      readiness.add("events", false, behaviors::failure);
      readiness.add("forgetting", false, behaviors::unfinished);
      gauges(behaviors);
      ServerParts parts = new ServerParts(service, activation, folders, readiness);
      // Apart from scores: what a person asks for may take seconds.
      readers = new Admission("encode-explore", 1, 32, Duration.ofMinutes(1));
      ExplorerRoutes page = new ExplorerRoutes(explorer, work -> readers.run(Deadline.NONE, work));
      server = EncodeServer.start(options.server(), parts, List.of(page), this::lose);
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
                // A log that was lost counts anew.
                Math.max(
                    0,
                    behaviors.lastArrival()
                        - Objects.requireNonNullElse(manifest.eventsThrough(), 0L))));
    metrics.gauge(
        "encode.queue.length", "Requests that wait for a worker", admission, Admission::waiting);
    metrics.gauge(
        "encode.expected.wait.seconds",
        "Time until a request that came now would begin, by what work takes",
        admission,
        Admission::expectedWait);
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
      online.server.rehearse(options.warmUp());
      online.warm = true;
      online.watch(options);
      return online;
    } catch (RuntimeException | Error e) {
      online.close();
      throw e;
    }
  }

  private void watch(OnlineOptions options) {
    if (options.watch() != null || options.follow()) {
      watch = new PairWatch(activation, pairs, options.watch(), options.follow(), BETWEEN_LOOKS);
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

  private void lose() {
    lost = true;
    ended.countDown();
  }

  /**
   * Waits until the service is closed, or of no more use: then it is to be closed, and a new one
   * started.
   *
   * @throws IllegalStateException if it can no longer be reached
   */
  public void awaitEnd() throws InterruptedException {
    ended.await();
    if (lost) {
      throw new IllegalStateException(
          "the service could accept no connection and its listener ended; see the log, and start it"
              + " again");
    }
  }

  /**
   * Stops: not ready, no further requests, those that have begun are answered. A second call waits
   * for the first.
   */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (watch != null) {
      watch.close();
    }
    List<AutoCloseable> parts =
        List.of(
            server, admission, readers, explorer, log, pairs, stores, metrics, ended::countDown);
    for (AutoCloseable part : parts) {
      try {
        part.close();
      } catch (Exception e) {
        LOG.error("a part of the service did not stop well", e);
      }
    }
  }
}
