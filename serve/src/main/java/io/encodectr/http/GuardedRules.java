package io.encodectr.http;

import io.encodectr.service.Refusal;
import io.encodectr.service.ServiceMetrics;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Method;
import io.helidon.http.RequestException;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRoute;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.Collections;
import java.util.SequencedMap;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * Rules under which every route is behind the gate, timed, counted and answers whatever it throws
 * as a problem. It remembers the routes, so that another method on a known path is answered 405.
 * Routes are given by method, path and handler; to be used by one thread while the server is built.
 */
final class GuardedRules implements HttpRules {
  private static final Set<String> OPEN = Set.of("/health/live", "/health/ready", "/openapi.json");
  private static final String OPEN_PAGES = "/explorer";

  private final HttpRules rules;
  private final Gate gate;
  private final Surroundings around;
  private final SequencedMap<String, SortedSet<String>> methods = new TreeMap<>();

  /** What all routes of a server share. */
  record Surroundings(
      ServiceMetrics metrics,
      BodyReader bodies,
      SlowConnections slow,
      AtomicInteger inFlight,
      BooleanSupplier stopping) {}

  GuardedRules(HttpRules rules, Gate gate, Surroundings around) {
    this.rules = rules;
    this.gate = gate;
    this.around = around;
  }

  @Override
  public HttpRules register(HttpService... services) {
    for (HttpService service : services) {
      service.routing(this);
    }
    return this;
  }

  @Override
  public HttpRules register(String path, HttpService... services) {
    throw new UnsupportedOperationException("routes name their whole path");
  }

  @Override
  public HttpRules route(HttpRoute route) {
    throw new UnsupportedOperationException("routes are given by method, path and handler");
  }

  @Override
  public HttpRules route(Method method, String path, Handler handler) {
    methods.computeIfAbsent(path, key -> new TreeSet<>()).add(method.text());
    rules.route(method, path, (request, response) -> run(path, handler, request, response));
    return this;
  }

  /** Ends the rules: 405 for other methods of the paths, 404 for other paths. */
  void end() {
    methods.forEach((path, known) -> {
      String allowed = String.join(", ", known);
      Handler refuse =
          (request, response) -> {
            response.header(HeaderNames.ALLOW, allowed);
            throw new Problem(
                405,
                "%s takes %s, not %s".formatted(path, allowed, request.prologue().method().text()));
          };
      rules.any(path, (request, response) -> run(path, refuse, request, response));
    });
    Handler unknown =
        (request, response) -> {
          throw new Problem(404, "there is nothing here; see /openapi.json");
        };
    rules.any((request, response) -> run("other", unknown, request, response));
  }

  /** Paths and their methods. */
  SequencedMap<String, SortedSet<String>> methods() {
    return Collections.unmodifiableSequencedMap(methods);
  }

  private void run(String path, Handler handler, ServerRequest request, ServerResponse response) {
    long start = System.nanoTime();
    around.inFlight().incrementAndGet();
    response.header("X-Content-Type-Options", "nosniff");
    if (around.stopping().getAsBoolean()) {
      response.header(HeaderValues.CONNECTION_CLOSE);
    }
    response.beforeSend(around.slow()::begin);
    try {
      boolean open = OPEN.contains(path) || path.startsWith(OPEN_PAGES);
      Problem refused = gate.refuse(request.headers(), open);
      if (refused != null) {
        throw refused;
      }
      handler.handle(request, response);
    } catch (CloseConnectionException | RequestException e) {
      throw e;
    } catch (InterruptedException e) {
      throw new CloseConnectionException("the connection is being closed", e);
    } catch (Exception | StackOverflowError e) {
      answer(e, request, response);
    } finally {
      around.slow().end();
      around.inFlight().decrementAndGet();
      // Until something is sent, the status is one that nobody saw.
      around.metrics().request(path, response.isSent() ? response.status().code() : 0, start);
    }
    if (response.headers().containsToken(HeaderValues.CONNECTION_CLOSE)
        || request.headers().containsToken(HeaderValues.CONNECTION_CLOSE)) {
      // Helidon only says so, and leaves the closing to the peer.
      throw new CloseConnectionException("the answer was the connection's last");
    }
  }

  private void answer(Throwable failure, ServerRequest request, ServerResponse response) {
    if (failure instanceof Refusal refusal) {
      around.metrics().refused(refusal.reason());
    }
    if (response.isSent()) {
      throw new CloseConnectionException("the answer failed half-way", failure);
    }
    Problem problem = Problem.of(failure);
    around.bodies().settle(request, response);
    problem.send(response);
  }
}
