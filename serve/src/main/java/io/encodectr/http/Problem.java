package io.encodectr.http;

import io.encodectr.file.DamagedFile;
import io.encodectr.file.InputException;
import io.encodectr.generation.InterestsUnavailable;
import io.encodectr.service.Activation;
import io.encodectr.service.Refusal;
import io.helidon.http.HeaderNames;
import io.helidon.http.HttpException;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerResponse;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A request that is answered with an error, as {@code application/problem+json} (RFC 9457). The
 * detail is for the caller: what is wrong, where, and the remedy; it never holds a stack trace.
 */
public final class Problem extends RuntimeException {
  /** The media type of a problem. */
  public static final String MEDIA_TYPE = "application/problem+json";

  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(Problem.class);
  private static final int RETRY_SECONDS = 1;

  private final int status;
  private final @Nullable Integer retryAfter;

  /**
   * @param status of HTTP, 400 to 599
   * @param detail what to tell the caller
   */
  public Problem(int status, String detail) {
    this(status, detail, null);
  }

  private Problem(int status, String detail, @Nullable Integer retryAfter) {
    super(detail, null, false, false);
    this.status = status;
    this.retryAfter = retryAfter;
  }

  /** The status of HTTP. */
  public int status() {
    return status;
  }

  /** What to tell a caller of a failure; one that is nobody's fault but ours is logged. */
  static Problem of(Throwable failure) {
    return switch (failure) {
      case Problem problem -> problem;
      case DamagedFile e -> {
        LOG.error("stored data is damaged", e);
        yield new Problem(500, "stored data is damaged; the service's log says which");
      }
      case InputException e -> new Problem(422, message(e));
      case Activation.LoadFailure e -> new Problem(503, message(e), RETRY_SECONDS);
      case InterestsUnavailable e -> new Problem(503, message(e), RETRY_SECONDS);
      case Activation.Busy e -> new Problem(409, message(e), RETRY_SECONDS);
      case Refusal e ->
          switch (e.reason()) {
            case OVERLOADED, EXPIRED -> new Problem(429, message(e), RETRY_SECONDS);
            case NOT_READY, EVENTS_UNAVAILABLE -> new Problem(503, message(e), RETRY_SECONDS);
            case DEADLINE -> new Problem(504, message(e));
          };
      case HttpException e -> new Problem(e.status().code(), message(e));
      default -> {
        LOG.error("a request failed", failure);
        yield new Problem(500, "the service failed; its log says more");
      }
    };
  }

  private static String message(Throwable failure) {
    return Objects.requireNonNullElse(failure.getMessage(), "no reason was given");
  }

  /** The body. */
  byte[] body() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("type", "about:blank");
    fields.put("title", Status.create(status).reasonPhrase());
    fields.put("status", status);
    fields.put("detail", message(this));
    return JsonText.bytes(fields);
  }

  /** Sends it. */
  void send(ServerResponse response) {
    response.status(status);
    response.header(HeaderNames.CONTENT_TYPE, MEDIA_TYPE);
    response.header(HeaderNames.CACHE_CONTROL, "no-store");
    if (retryAfter != null) {
      response.header(HeaderNames.RETRY_AFTER, retryAfter.toString());
    }
    if (status == 401) {
      response.header(HeaderNames.WWW_AUTHENTICATE, "Bearer");
    }
    response.send(body());
  }
}
