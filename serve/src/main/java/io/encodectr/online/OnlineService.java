package io.encodectr.online;

import io.encodectr.http.EncodeServer;
import io.encodectr.service.Activation;
import io.encodectr.service.ActivePair;
import io.encodectr.service.Admission;
import io.encodectr.service.Readiness;
import io.encodectr.service.RequestShapes;
import io.encodectr.service.ScoringService;
import io.encodectr.service.ServiceMetrics;
import java.net.URI;
import java.util.List;

/** A service that runs: listens at once, is ready when its first pair is warm. Thread-safe. */
public final class OnlineService implements AutoCloseable {
  private final ActivePair pairs = new ActivePair();
  private final ServiceMetrics metrics = new ServiceMetrics();
  private final Readiness readiness = new Readiness();
  private final Admission admission;
  private final Activation activation;
  private final EncodeServer server;

  private OnlineService(OnlineOptions options) {
    RequestShapes shapes = new RequestShapes();
    activation = new Activation(pairs, shapes, metrics, options.artifacts());
    admission =
        new Admission("encode-score", options.workers(), options.queue(), options.patience());
    ScoringService service =
        new ScoringService(pairs, admission, shapes, metrics, options.staleAfter());
    readiness.require("pair", () -> pairs.isPresent() ? null : "the model is being loaded");
    server = EncodeServer.start(options.server(), service, readiness, List.of(), List.of());
  }

  /**
   * Starts a service and returns when it is ready.
   *
   * @throws io.encodectr.file.InputException if an address cannot be listened on, or the pair
   *     cannot be used
   */
  public static OnlineService start(OnlineOptions options) {
    OnlineService online = new OnlineService(options);
    try {
      online.activation.activate(options.pair());
      return online;
    } catch (RuntimeException | Error e) {
      online.close();
      throw e;
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

  /** The pair in service. */
  public ActivePair pairs() {
    return pairs;
  }

  /** Stops: not ready, no further requests, those that have begun are answered. */
  @Override
  public void close() {
    server.close();
    admission.close();
    pairs.close();
    metrics.close();
  }
}
