package io.encodectr.http;

import io.encodectr.service.Refusal;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.media.type.MediaTypes;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.HttpMediaType;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Reads bodies of JSON whole, within limits: of one body, of all bodies held at a time, and of the
 * time one takes to arrive. Memory grows with what arrives, not with what was announced.
 * Thread-safe.
 */
final class BodyReader {
  private static final int FIRST = 8 << 10;

  /** What of a body that is refused is read on, so that the peer comes to read why. */
  private static final int DISCARDED = 8 << 20;

  private final Limits limits;
  private final SlowConnections slow;
  private final AtomicLong held = new AtomicLong();

  BodyReader(Limits limits, SlowConnections slow) {
    this.limits = limits;
    this.slow = slow;
  }

  /** A body that counts against what is held until it is closed. */
  final class Body implements AutoCloseable {
    private byte[] bytes = {};
    private int length;
    private int counted;

    private Body() {}

    /** The bytes, {@link #length} of them. */
    byte[] bytes() {
      return bytes;
    }

    int length() {
      return length;
    }

    private void hold(int more) {
      if (held.addAndGet(more) > limits.bodies()) {
        held.addAndGet(-more);
        throw new Refusal(
            Refusal.Reason.OVERLOADED, "too many large requests at a time; try again in a moment");
      }
      counted += more;
    }

    private void grow() {
      int larger = (int) Math.min(Math.max(FIRST, 2L * bytes.length), limits.body() + 1L);
      hold(larger - bytes.length);
      bytes = Arrays.copyOf(bytes, larger);
    }

    /** Counted apart from the bytes, which may be fewer when memory was short. */
    @Override
    public void close() {
      held.addAndGet(-counted);
      counted = 0;
    }
  }

  /**
   * Reads a body; the caller closes it when nothing reads it any more.
   *
   * @throws Problem 400 without a body, 408 if it takes too long, 413 if it is too large, 415 if it
   *     is not JSON
   * @throws Refusal if too many bytes are held
   */
  Body read(ServerRequest request) {
    requireJson(request);
    OptionalLong announced = request.headers().contentLength();
    if (announced.isPresent() && announced.getAsLong() > limits.body()) {
      throw tooLarge();
    }
    Body body = new Body();
    boolean read = false;
    slow.begin();
    try {
      body.grow();
      fill(body, request);
      read = true;
      return body;
    } finally {
      slow.end();
      if (!read) {
        body.close();
      }
    }
  }

  private static void requireJson(ServerRequest request) {
    Optional<HttpMediaType> type = request.headers().contentType();
    if (type.isEmpty() || !type.get().test(MediaTypes.APPLICATION_JSON)) {
      throw new Problem(
          415,
          "the body must be JSON: send the header Content-Type: application/json"
              + type.map(sent -> ", not " + sent.text()).orElse(""));
    }
  }

  private Problem tooLarge() {
    return new Problem(413, "the body has more than " + limits.body() + " bytes");
  }

  private void fill(Body body, ServerRequest request) {
    long end = System.nanoTime() + limits.receiving().toNanos();
    try (InputStream in = request.content().inputStream()) {
      while (true) {
        int count = in.read(body.bytes, body.length, body.bytes.length - body.length);
        if (count < 0) {
          return;
        }
        body.length += count;
        if (body.length > limits.body()) {
          throw tooLarge();
        }
        if (System.nanoTime() - end > 0) {
          throw tooSlow();
        }
        if (body.length == body.bytes.length) {
          body.grow();
        }
      }
    } catch (IOException | DataReader.InsufficientDataAvailableException e) {
      throw new Problem(400, "the body ended before all of it was sent");
    }
  }

  private Problem tooSlow() {
    return new Problem(
        408, "the body took longer than " + limits.receiving().toMillis() + " ms to arrive");
  }

  /**
   * Before an error is sent: reads on what the peer still sends, so that it comes to read the
   * answer, or else marks the connection as one to be closed.
   */
  void settle(ServerRequest request, ServerResponse response) {
    if (!request.content().hasEntity() || request.content().consumed()) {
      return;
    }
    OptionalLong announced = request.headers().contentLength();
    boolean waits = request.headers().contains(HeaderNames.EXPECT) && !request.continueSent();
    if (waits || announced.isEmpty() || announced.getAsLong() > DISCARDED) {
      response.header(HeaderValues.CONNECTION_CLOSE);
      return;
    }
    slow.begin();
    try (InputStream in = request.content().inputStream()) {
      in.skipNBytes(announced.getAsLong());
      in.read();
    } catch (IOException | RuntimeException e) {
      response.header(HeaderValues.CONNECTION_CLOSE);
    } finally {
      slow.end();
    }
  }
}
