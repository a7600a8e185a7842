package io.encodectr.http;

import io.encodectr.service.Admission;
import io.encodectr.service.Readiness;
import io.encodectr.service.ScoringService;
import io.helidon.common.tls.Tls;
import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.ListenerConfig;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.DirectHandlers;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http1.Http1Config;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;
import java.util.SortedSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The service on two listeners: one for everybody who scores, one for whoever runs it. Thread-safe.
 */
public final class EncodeServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EncodeServer.class);
  private static final String ADMIN = "admin";
  private static final int LONGEST_REQUEST_LINE = 4096;
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(5);

  /** What Helidon itself reads beyond the limit of a body, so that we come to say why not. */
  private static final int BEYOND_BODY = 8 << 20;

  private final ServerOptions options;
  private final Readiness readiness;
  private final ScoringService service;
  private final SlowConnections slow;
  private final AtomicInteger inFlight = new AtomicInteger();

  /** Wait for the disk; many at a time share one write. */
  private final Admission writers = new Admission("encode-write", 16, 1024, Duration.ofSeconds(5));

  /** One, since stores are written by one at a time; apart, so that nobody's events wait for it. */
  private final Admission forgetters =
      new Admission("encode-forget", 1, 256, Duration.ofSeconds(30));

  private final Admission operators = new Admission("encode-admin", 2, 16, Duration.ofMinutes(10));
  private final GuardedRules.Surroundings around;
  private final List<GuardedRules> rules = new ArrayList<>();
  private final WebServer server;
  private volatile boolean listening;
  private @Nullable ListenerWatch watch;

  private EncodeServer(ServerOptions options, ServerParts parts, List<HttpService> features) {
    this.options = options;
    readiness = parts.readiness();
    service = parts.service();
    Limits limits = options.limits();
    slow = new SlowConnections(limits.receiving());
    BodyReader bodies = new BodyReader(limits, slow);
    around =
        new GuardedRules.Surroundings(
            service.metrics(), bodies, slow, inFlight, readiness::isStopping);
    List<HttpService> routes = new ArrayList<>();
    routes.add(new ScoreRoutes(service, bodies, limits));
    routes.add(new UserRoutes(service, writers, forgetters, bodies, limits));
    routes.add(new ModelRoutes(service.pairs()));
    OperationRoutes operation = new OperationRoutes(service.metrics(), readiness);
    routes.add(operation);
    routes.addAll(features);
    var builder = WebServer.builder().shutdownHook(false);
    listener(builder, options.address(), options.tls());
    builder.routing(
        routing -> register(routing, new Gate(options.token(), options.address().host()), routes));
    builder.putSocket(
        ADMIN,
        admin -> {
          boolean alone = options.admin().isLoopback();
          listener(admin, options.admin(), alone ? null : options.tls());
          Gate gate = new Gate(alone ? null : options.token(), options.admin().host());
          AdminRoutes adminRoutes = new AdminRoutes(parts, operators, bodies);
          // Probes find the service alive when all connections of its own listener are taken.
          admin.routing(routing -> register(routing, gate, List.of(adminRoutes, operation)));
        });
    server = builder.build();
    service
        .metrics()
        .gauge("encode.in.flight", "Requests being answered", inFlight, AtomicInteger::get);
  }

  /**
   * Starts listening on both addresses.
   *
   * @param features further routes of the service
   * @param lost is run when a listener is gone though nobody stopped it; the server is to be closed
   *     then, and its process to be started again
   * @throws io.encodectr.file.InputException if one of the addresses cannot be listened on, or TLS
   *     cannot be served with the files given
   */
  public static EncodeServer start(
      ServerOptions options, ServerParts parts, List<HttpService> features, Runnable lost) {
    options.address().requireFree();
    options.admin().requireFree();
    EncodeServer server = new EncodeServer(options, parts, features);
    server.server.start();
    if (!server.server.isRunning()) {
      server.end();
      throw new IllegalStateException("the server did not start; its log says why");
    }
    server.listening = true;
    server.watch(lost);
    return server;
  }

  private void watch(Runnable lost) {
    List<InetSocketAddress> addresses =
        List.of(
            ListenerWatch.of(options.address().address(), server.port()),
            ListenerWatch.of(options.admin().address(), server.port(ADMIN)));
    watch = new ListenerWatch(addresses, BETWEEN_LOOKS, lost);
  }

  private void listener(
      ListenerConfig.BuilderBase<?, ?> listener, ListenAddress address, @Nullable PemFiles tls) {
    Limits limits = options.limits();
    listener
        .address(address.address())
        .port(address.port())
        // Timeouts of reads need sockets; channels have none. And with channels, Helidon asks DNS
        // for the name of every peer before it shakes hands.
        .useNio(false)
        .connectionOptions(connection -> connection.tcpNoDelay(true).readTimeout(limits.silence()))
        .maxTcpConnections(limits.connections())
        .maxPayloadSize((long) limits.body() + BEYOND_BODY)
        .idleConnectionTimeout(limits.silence())
        .idleConnectionPeriod(shorter(limits.silence(), Duration.ofSeconds(5)))
        .shutdownGracePeriod(options.grace())
        .directHandlers(EncodeServer::problems)
        // With a second way to talk, Helidon would wait for a first byte that never times out.
        .protocolsDiscoverServices(false)
        .addProtocol(
            Http1Config.builder()
                .maxHeadersSize(limits.headers())
                .maxPrologueLength(LONGEST_REQUEST_LINE)
                .addReceiveListener(slow)
                .build());
    if (tls != null) {
      listener.tls(
          Tls.builder().sslContext(ObservedTls.of(tls.context(), this::handshake)).build());
    }
  }

  /** Building the server asks for sockets as well, in a thread that nobody may interrupt. */
  private void handshake() {
    if (listening) {
      slow.begin();
    }
  }

  private static Duration shorter(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  /** What Helidon answers before a route is found is a problem too. */
  private static void problems(DirectHandlers.Builder handlers) {
    DirectHandler handler =
        (request, event, status, headers, message) -> {
          // Helidon calls it a failure of its own if a method is not ASCII.
          boolean unreadable =
              event == DirectHandler.EventType.INTERNAL_ERROR && request.method().isEmpty();
          Status answered = unreadable ? Status.BAD_REQUEST_400 : status;
          String detail =
              unreadable
                  ? "the first line of the request cannot be read"
                  : message == null || message.isEmpty() ? status.reasonPhrase() : message;
          return DirectHandler.TransportResponse.builder()
              .status(answered)
              .headers(headers)
              .header(HeaderNames.CONTENT_TYPE, Problem.MEDIA_TYPE)
              .entity(new Problem(answered.code(), detail).body())
              .build();
        };
    for (DirectHandler.EventType event : DirectHandler.EventType.values()) {
      handlers.addHandler(event, handler);
    }
  }

  private void register(HttpRouting.Builder routing, Gate gate, List<HttpService> services) {
    GuardedRules guarded = new GuardedRules(routing, gate, around);
    guarded.register(services.toArray(new HttpService[0]));
    guarded.end();
    rules.add(guarded);
  }

  /**
   * Answers requests of its own, so that the first of others are as quick as later ones. A pair is
   * in service.
   *
   * @param time how long
   */
  public void rehearse(Duration time) {
    int requests = new Rehearsal(service).run(time);
    LOG.info("ready after {} requests of its own", requests);
  }

  /** Where the service listens. */
  public URI address() {
    String scheme = options.tls() == null ? "http" : "https";
    return URI.create(scheme + "://" + options.address().inUrl() + ":" + server.port());
  }

  /** Where the admin listener listens. */
  public URI adminAddress() {
    String scheme = options.tls() == null || options.admin().isLoopback() ? "http" : "https";
    return URI.create(scheme + "://" + options.admin().inUrl() + ":" + server.port(ADMIN));
  }

  /** Paths and methods, of the service and of the admin listener. */
  public List<SequencedMap<String, SortedSet<String>>> routes() {
    return rules.stream().map(GuardedRules::methods).toList();
  }

  /**
   * Stops: says that it is not ready, gives load balancers time to notice, accepts nothing more,
   * and returns when the last request is answered or the grace is over.
   */
  @Override
  public void close() {
    readiness.stop();
    if (watch != null) {
      watch.close();
    }
    try {
      Thread.sleep(options.notice());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // Stopping at once is what the interrupter wants.
    }
    server.stop();
    end();
  }

  private void end() {
    slow.close();
    writers.close();
    forgetters.close();
    operators.close();
  }
}
