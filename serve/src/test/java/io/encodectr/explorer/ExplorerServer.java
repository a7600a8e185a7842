package io.encodectr.explorer;

import io.encodectr.file.InputException;
import io.encodectr.file.Json;
import io.encodectr.http.ExplorerRoutes;
import io.helidon.webserver.WebServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A server of nothing but the explorer and of events in memory, for tests. */
final class ExplorerServer implements AutoCloseable {
  private final LivePairs pairs;
  private final Explorer explorer;
  private final WebServer server;

  ExplorerServer(Path model, Path store, @Nullable Path dataset, int port) throws IOException {
    pairs = new LivePairs(model, store);
    explorer = new Explorer(pairs, dataset);
    server =
        WebServer.builder()
            .host("127.0.0.1")
            .port(port)
            .connectionOptions(options -> options.tcpNoDelay(true))
            .routing(routing ->
                routing
                    .register(new ExplorerRoutes(explorer, work -> work.call()))
                    .post(
                        "/v1/events",
                        (request, response) -> {
                          JsonNode event =
                              Json.mapper().readTree(request.content().as(byte[].class));
                          pairs.click(
                              event.get("user").asString(),
                              event.get("item").asString(),
                              System.currentTimeMillis() / 1000);
                          response.send("{\"outcomes\":[\"stored\"]}");
                        })
                    .error(
                        InputException.class,
                        (request, response, e) -> {
                          response.status(422);
                          response.header("Content-Type", "application/problem+json");
                          response.send(
                              Json.mapper()
                                  .writeValueAsString(
                                      Map.of("status", 422, "detail", "" + e.getMessage()))
                                  .getBytes(StandardCharsets.UTF_8));
                        }))
            .build()
            .start();
  }

  LivePairs pairs() {
    return pairs;
  }

  String url() {
    return "http://127.0.0.1:" + server.port();
  }

  @Override
  public void close() {
    server.stop();
    explorer.close();
    pairs.close();
  }

  /** For a look at the page: MODEL STORE PORT [DATASET]. */
  public static void main(String[] arguments) throws Exception {
    Path dataset = arguments.length > 3 ? Path.of(arguments[3]) : null;
    new ExplorerServer(
        Path.of(arguments[0]), Path.of(arguments[1]), dataset, Integer.parseInt(arguments[2]));
    Thread.currentThread().join();
  }
}
