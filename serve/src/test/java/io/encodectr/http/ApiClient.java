package io.encodectr.http;

import io.encodectr.online.OnlineService;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import javax.net.ssl.SSLContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A caller of a service that holds every answer against the service's description. */
public final class ApiClient implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final HttpClient http;
  private final URI address;
  private final URI admin;
  private final ApiDescription description;

  /** An answer; the body is null unless it is JSON. */
  public record Answer(int status, JsonNode body, HttpResponse<byte[]> response) {
    public String text() {
      return new String(response.body(), StandardCharsets.UTF_8);
    }

    public String header(String name) {
      return response.headers().firstValue(name).orElse(null);
    }
  }

  public ApiClient(OnlineService service) throws IOException {
    this(service.address(), service.adminAddress(), null);
  }

  ApiClient(URI address, URI admin, SSLContext tls) throws IOException {
    HttpClient.Builder builder = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1);
    http = tls == null ? builder.build() : builder.sslContext(tls).build();
    this.address = address;
    this.admin = admin;
    description = new ApiDescription();
  }

  ApiDescription description() {
    return description;
  }

  public Answer get(String path, String... headers) throws Exception {
    return send("GET", path, BodyPublishers.noBody(), headers);
  }

  public Answer delete(String path, String... headers) throws Exception {
    return send("DELETE", path, BodyPublishers.noBody(), headers);
  }

  /** Posts JSON. */
  public Answer post(String path, String body, String... headers) throws Exception {
    String[] all = new String[headers.length + 2];
    System.arraycopy(headers, 0, all, 2, headers.length);
    all[0] = "Content-Type";
    all[1] = "application/json";
    return send("POST", path, BodyPublishers.ofString(body), all);
  }

  /** A score request of a user and items. */
  public Answer score(String user, String... items) throws Exception {
    JsonMapper json = JsonMapper.shared();
    return post(
        "/v1/score", json.writeValueAsString(Map.of("user", user, "items", items, "time", 1)));
  }

  public Answer send(String method, String path, BodyPublisher body, String... headers)
      throws Exception {
    URI base = path.startsWith("/admin/") ? admin : address;
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + path)).timeout(PATIENCE).method(method, body);
    if (headers.length > 0) {
      request.headers(headers);
    }
    HttpResponse<byte[]> response = http.send(request.build(), BodyHandlers.ofByteArray());
    description.check(method, path, response);
    String type = response.headers().firstValue("Content-Type").orElse("");
    JsonNode json = type.contains("json") ? JsonMapper.shared().readTree(response.body()) : null;
    return new Answer(response.statusCode(), json, response);
  }

  /** Sends bytes as they are, with pauses between, and reads until the service closes. */
  static String raw(URI address, Duration pause, byte[]... parts) throws Exception {
    try (Socket socket = new Socket(address.getHost(), address.getPort())) {
      socket.setSoTimeout((int) PATIENCE.toMillis());
      OutputStream out = socket.getOutputStream();
      for (byte[] part : parts) {
        try {
          out.write(part);
          out.flush();
        } catch (IOException e) {
          break; // The service has closed already; what it said before can still be read.
        }
        Thread.sleep(pause);
      }
      InputStream in = socket.getInputStream();
      try {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
      } catch (IOException e) {
        return "";
      }
    }
  }

  static byte[] bytes(String ascii) {
    return ascii.getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public void close() {
    http.close();
  }
}
