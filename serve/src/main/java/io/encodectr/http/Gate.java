package io.encodectr.http;

import io.helidon.http.HeaderNames;
import io.helidon.http.ServerRequestHeaders;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who gets in. With a token: whoever sends it, and anybody to the paths that hold no data. Without,
 * on a loopback address: programs of this machine, but no web page of another site that a browser
 * of this machine shows, whether it calls by our address (another origin) or by a name of its own
 * that it points at us (another host). Thread-safe.
 */
final class Gate {
  /** The hosts that a caller on this machine calls us by. */
  private static final Pattern LOOPBACK =
      Pattern.compile(
          "(localhost|127(\\.\\d{1,3}){3}|\\[[0:]+1])(:\\d+)?", Pattern.CASE_INSENSITIVE);

  private final @Nullable AccessToken token;
  private final Pattern own;

  /**
   * A gate that a token opens; without one, for a loopback address only.
   *
   * @param host the name that the service listens by
   */
  Gate(@Nullable AccessToken token, String host) {
    this.token = token;
    own = Pattern.compile(Pattern.quote(host) + "(:\\d+)?", Pattern.CASE_INSENSITIVE);
  }

  /**
   * Why a request may not enter; null if it may.
   *
   * @param open whether it goes to a route that holds no data, so that it needs no token
   */
  @Nullable Problem refuse(ServerRequestHeaders headers, boolean open) {
    String host = headers.value(HeaderNames.HOST).orElse("");
    if (token == null && !LOOPBACK.matcher(host).matches() && !own.matcher(host).matches()) {
      return new Problem(
          403,
          "without a token this service answers only to localhost, not to the host named in the"
              + " request; start it with --token-file");
    }
    Optional<String> origin = headers.value(HeaderNames.ORIGIN);
    if (origin.isPresent() && !isOf(origin.get(), host)) {
      return new Problem(403, "web pages of other sites may not call this service");
    }
    if (token == null || open) {
      return null;
    }
    Optional<String> given = headers.value(HeaderNames.AUTHORIZATION);
    return given.isPresent() && token.isIn(given.get())
        ? null
        : new Problem(401, "send the service's token as Authorization: Bearer TOKEN");
  }

  private static boolean isOf(String origin, String host) {
    return origin.equalsIgnoreCase("http://" + host) || origin.equalsIgnoreCase("https://" + host);
  }
}
