package io.encodectr.http;

import io.encodectr.explorer.Explorer;
import io.encodectr.explorer.ExplorerEndpoints;
import io.encodectr.explorer.ExplorerPage;
import io.helidon.http.HeaderNames;
import io.helidon.http.NotFoundException;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** {@code GET /explorer/…}, the page, and {@code GET /v1/explore/…}, its questions. */
public final class ExplorerRoutes implements HttpService {
  private final ExplorerPage page = new ExplorerPage();
  private final ExplorerEndpoints endpoints;
  private final Turns turns;

  /** Where answers are worked out: in their turn among all the service's work. */
  public interface Turns {
    /** Does the work when it is its turn. */
    byte[] take(Callable<byte[]> work) throws Exception;
  }

  /** The routes of an explorer. */
  public ExplorerRoutes(Explorer explorer, Turns turns) {
    endpoints = new ExplorerEndpoints(explorer);
    this.turns = turns;
  }

  @Override
  public void routing(HttpRules rules) {
    rules.get(
        "/explorer",
        (request, response) -> {
          // The page's own links are relative, so it needs the slash.
          response.status(Status.PERMANENT_REDIRECT_308);
          response.header(HeaderNames.LOCATION, "/explorer/");
          response.header(HeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8");
          response.send("the explorer is at /explorer/\n".getBytes(StandardCharsets.UTF_8));
        });
    rules.get("/explorer/", (request, response) -> sendPage("", request, response));
    rules.get(
        "/explorer/{file}",
        (request, response) ->
            sendPage(request.path().pathParameters().get("file"), request, response));
    for (String name : endpoints.names()) {
      rules.get("/v1/explore/" + name, (request, response) -> answer(name, request, response));
    }
  }

  private void sendPage(String file, ServerRequest request, ServerResponse response) {
    ExplorerPage.Asset asset = page.asset(file);
    if (asset == null) {
      throw new NotFoundException("the explorer has no file " + file);
    }
    ExplorerPage.headers().forEach(response::header);
    response.header(HeaderNames.ETAG, asset.etag());
    if (request.headers().contains(HeaderNames.IF_NONE_MATCH)
        && request.headers().get(HeaderNames.IF_NONE_MATCH).allValues().contains(asset.etag())) {
      response.status(Status.NOT_MODIFIED_304);
      response.send();
      return;
    }
    response.header(HeaderNames.CONTENT_TYPE, asset.type());
    response.send(asset.bytes());
  }

  private void answer(String name, ServerRequest request, ServerResponse response)
      throws Exception {
    Map<String, List<String>> parameters = request.query().toMap();
    byte[] json = turns.take(() -> endpoints.json(name, parameters));
    response.header(HeaderNames.CONTENT_TYPE, "application/json");
    response.header(HeaderNames.CACHE_CONTROL, "no-store");
    response.send(json);
  }
}
