package io.encodectr.behavior.redis;

import io.encodectr.redis.RedisConnection;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What one reader of a log needs, as the server knows it: nothing from then on is deleted, for a
 * while after the last {@link #renew}. Who dies without a word stops needing anything by and by.
 * Thread-safe.
 */
final class EventNeed {
  /** How long a service may be cut off from its server before others delete what it needs. */
  static final Duration LEASE = Duration.ofMinutes(10);

  /** Everything. */
  static final long ALL = 0;

  private final RedisConnection connection;
  private final EventKeys keys;
  private final Duration lease;
  private final byte[] reader = EventReplies.bytes(UUID.randomUUID().toString());

  EventNeed(RedisConnection connection, EventKeys keys, Duration lease) {
    this.connection = connection;
    this.keys = keys;
    this.lease = lease;
  }

  /**
   * The arguments that open a log.
   *
   * @param seconds now, since the epoch
   * @param known what the caller knows of the log; null: nothing yet
   */
  static List<byte[]> opening(long seconds, @Nullable LogFacts known) {
    return List.of(
        EventReplies.bytes(UUID.randomUUID().toString()),
        EventReplies.bytes(seconds),
        EventReplies.bytes(known == null ? "" : known.log()),
        EventReplies.bytes(known == null ? 0 : known.arrival()));
  }

  /**
   * Says what is needed, and hears of the log.
   *
   * @param from seconds since the epoch
   * @param opening {@link #opening}
   */
  LogFacts renew(long from, List<byte[]> opening) throws IOException {
    List<byte[]> arguments = new ArrayList<>(opening);
    arguments.add(reader);
    arguments.add(EventReplies.bytes(Math.max(ALL, from)));
    arguments.add(EventReplies.bytes(Math.max(1, lease.toSeconds())));
    Object answer =
        connection.run(EventScripts.NEED.call(List.of(keys.facts(), keys.readers()), arguments));
    List<?> facts = EventReplies.list(answer);
    return new LogFacts(
        EventReplies.text(facts.get(0)),
        EventReplies.number(facts.get(1)),
        EventReplies.number(facts.get(2)),
        EventReplies.number(facts.get(3)),
        EventReplies.number(facts.get(4)),
        EventReplies.number(facts.get(5)));
  }

  /** Needs nothing any more. */
  void end() throws IOException {
    connection.run(EventScripts.LEAVE.call(List.of(keys.readers()), List.of(reader)));
  }
}
