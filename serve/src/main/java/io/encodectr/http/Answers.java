package io.encodectr.http;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerResponse;

/** Sends what was found. */
final class Answers {
  private Answers() {}

  /** JSON that nobody may keep. */
  static void json(ServerResponse response, byte[] json) {
    json(response, json, json.length);
  }

  /** The first bytes of an array, which may be written again when this returns. */
  static void json(ServerResponse response, byte[] json, int length) {
    response.header(HeaderNames.CONTENT_TYPE, "application/json");
    response.header(HeaderNames.CACHE_CONTROL, "no-store");
    response.send(json, 0, length);
  }
}
