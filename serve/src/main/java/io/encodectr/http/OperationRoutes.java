package io.encodectr.http;

import io.encodectr.service.Readiness;
import io.encodectr.service.ServiceMetrics;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** Health, metrics and the description of the service itself. */
final class OperationRoutes implements HttpService {
  private static final String DESCRIPTION = "openapi.json";

  private final ServiceMetrics metrics;
  private final Readiness readiness;
  private final byte[] description;

  OperationRoutes(ServiceMetrics metrics, Readiness readiness) {
    this.metrics = metrics;
    this.readiness = readiness;
    try (InputStream in = OperationRoutes.class.getResourceAsStream(DESCRIPTION)) {
      description = Objects.requireNonNull(in, DESCRIPTION).readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void routing(HttpRules rules) {
    rules.get("/health/live", (request, response) -> live(response));
    rules.get("/health/ready", (request, response) -> ready(response));
    rules.get("/metrics", (request, response) -> metrics(response));
    rules.get("/openapi.json", this::description);
  }

  private static void live(ServerResponse response) {
    Answers.json(response, JsonText.bytes(Map.of("live", true)));
  }

  private void ready(ServerResponse response) {
    boolean ready = readiness.isReady();
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("ready", ready);
    body.put("dependencies", readiness.dependencies());
    response.status(ready ? 200 : 503);
    Answers.json(response, JsonText.bytes(body));
  }

  private void metrics(ServerResponse response) {
    response.header(HeaderNames.CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8");
    response.send(metrics.text().getBytes(StandardCharsets.UTF_8));
  }

  private void description(ServerRequest request, ServerResponse response) {
    response.header(HeaderNames.CONTENT_TYPE, "application/json");
    response.send(description);
  }
}
