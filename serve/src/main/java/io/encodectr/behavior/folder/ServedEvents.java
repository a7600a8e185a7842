package io.encodectr.behavior.folder;

import io.encodectr.behavior.OwnedEvents;
import io.encodectr.file.InputException;
import io.encodectr.file.Json;
import io.encodectr.generation.EventInput;
import io.encodectr.generation.EventSource;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * The event log of a running service as the input of an extraction on the same machine: the
 * service's admin listener is asked for a checkpoint ({@code POST /admin/events/checkpoint}), which
 * is read like any other log. The service goes on meanwhile.
 */
public final class ServedEvents implements EventInput {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final int OK = 200;

  private final URI admin;

  /**
   * The events of a service.
   *
   * @param admin its admin listener, such as {@code http://127.0.0.1:8081}
   * @throws InputException if that is no address
   */
  public ServedEvents(String admin) {
    try {
      this.admin = new URI(admin);
    } catch (URISyntaxException e) {
      throw new InputException(noAddress(admin), e);
    }
    String scheme = this.admin.getScheme();
    if (this.admin.getHost() == null || !("http".equals(scheme) || "https".equals(scheme))) {
      throw new InputException(noAddress(admin));
    }
  }

  private static String noAddress(String admin) {
    return "'" + admin + "' is no address of an admin listener, such as http://127.0.0.1:8081";
  }

  /** An extraction that was killed goes on with the checkpoint it had. */
  @Override
  public String identity() {
    return "service " + admin;
  }

  @Override
  public EventSource open(Path scratch) throws IOException {
    checkpoint(scratch.toAbsolutePath());
    FolderEventLog log = FolderEventLog.openExisting(scratch);
    try {
      return new OwnedEvents(log.snapshot(), log::close);
    } catch (IOException | RuntimeException e) {
      log.close();
      throw e;
    }
  }

  private void checkpoint(Path folder) throws IOException {
    String body = Json.mapper().writeValueAsString(Map.of("folder", folder.toString()));
    HttpRequest request =
        HttpRequest.newBuilder(admin.resolve("/admin/events/checkpoint"))
            .timeout(PATIENCE)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body))
            .build();
    HttpResponse<String> response;
    try (HttpClient client = HttpClient.newHttpClient()) {
      response = client.send(request, BodyHandlers.ofString());
    } catch (IOException e) {
      throw new InputException(
          "no service answers at %s (%s); give the address of its admin listener, or the folder of its event log if it does not run"
              .formatted(admin, e.getMessage()),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for " + admin, e);
    }
    if (response.statusCode() != OK) {
      throw new InputException(
          "the service at %s made no checkpoint of its events: %d %s"
              .formatted(admin, response.statusCode(), response.body().strip()));
    }
  }
}
