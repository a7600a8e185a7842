package io.encodectr.http;

import io.encodectr.file.InputException;
import java.time.Duration;

/**
 * What a request may be at most.
 *
 * @param body bytes of a body
 * @param candidates items of a score request
 * @param explained items of one that asks for an explanation
 * @param events events of one request
 * @param id bytes of an id in UTF-8
 * @param headers bytes of all headers
 * @param connections open connections of a listener; further ones wait to be accepted
 * @param bodies bytes of all bodies that are held at a time
 * @param silence how long a connection may be silent, between requests or within one
 * @param receiving how long a request may take to arrive
 */
public record Limits(
    int body,
    int candidates,
    int explained,
    int events,
    int id,
    int headers,
    int connections,
    long bodies,
    Duration silence,
    Duration receiving) {
  private static final int LARGEST_BODY = 1 << 30;
  private static final long LARGEST_AT_A_TIME = 4;

  /** What the command line begins with. */
  public static final Limits DEFAULT =
      new Limits(
          1 << 20,
          10_000,
          100,
          1_000,
          256,
          16 << 10,
          1_024,
          64 << 20,
          Duration.ofSeconds(30),
          Duration.ofSeconds(10));

  /**
   * Checks that each is positive, and a body no larger than 1 GiB.
   *
   * @throws InputException if one is not
   */
  public Limits {
    positive("body", body);
    if (body > LARGEST_BODY) {
      throw new InputException(
          "the limit of body is %d; it may be %d at most".formatted(body, LARGEST_BODY));
    }
    positive("candidates", candidates);
    positive("explained", explained);
    positive("events", events);
    positive("id", id);
    positive("headers", headers);
    positive("connections", connections);
    positive("bodies", bodies);
    positive("silence", silence.toMillis());
    positive("receiving", receiving.toMillis());
  }

  private static void positive(String name, long value) {
    if (value < 1) {
      throw new InputException("the limit of " + name + " is " + value + "; it must be at least 1");
    }
  }

  /** The same with another number of bytes of a body; at least four such are held at a time. */
  public Limits withBody(int bytes) {
    return new Limits(
        bytes,
        candidates,
        explained,
        events,
        id,
        headers,
        connections,
        Math.max(bodies, LARGEST_AT_A_TIME * bytes),
        silence,
        receiving);
  }

  /** The same with another number of candidates. */
  public Limits withCandidates(int most) {
    return new Limits(
        body, most, explained, events, id, headers, connections, bodies, silence, receiving);
  }

  /** The same with another number of connections. */
  public Limits withConnections(int most) {
    return new Limits(
        body, candidates, explained, events, id, headers, most, bodies, silence, receiving);
  }

  /** The same with other times. */
  public Limits withTimes(Duration maySilence, Duration mayReceive) {
    return new Limits(
        body,
        candidates,
        explained,
        events,
        id,
        headers,
        connections,
        bodies,
        maySilence,
        mayReceive);
  }
}
