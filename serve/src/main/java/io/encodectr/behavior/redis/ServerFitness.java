package io.encodectr.behavior.redis;

import io.encodectr.file.InputException;
import io.encodectr.redis.RedisConnection;
import java.io.IOException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether a server keeps what it acknowledges. */
final class ServerFitness {
  private static final Logger LOG = LoggerFactory.getLogger(ServerFitness.class);
  private static final String FORMAT = "1";

  private ServerFitness() {}

  /**
   * Checks the server of a log.
   *
   * @throws InputException if it would evict events, or the log is of another version
   */
  static void require(RedisConnection connection, EventKeys keys) throws IOException {
    boolean _ = requireFormat(connection, keys);
    connection.requireNoEviction(keys.facts(), "events");
    if (connection.info(keys.facts(), "persistence").getOrDefault("aof_enabled", "0").equals("0")) {
      LOG.warn(
          "{} keeps no append-only file: when it ends, events that it acknowledged since its last"
              + " snapshot, if it makes any, are lost; set appendonly yes, and appendfsync always",
          connection.address());
    }
  }

  /**
   * Whether there is a log that this version can read.
   *
   * @throws InputException if it is of another version
   */
  static boolean requireFormat(RedisConnection connection, EventKeys keys) throws IOException {
    Object format = connection.run(EventScripts.FORMAT.call(List.of(keys.facts()), List.of()));
    if (format != null && !EventReplies.text(format).equals(FORMAT)) {
      throw new InputException(
          "%s holds an event log of format %s; this version of Encode knows format %s"
              .formatted(connection.address(), EventReplies.text(format), FORMAT));
    }
    return format != null;
  }
}
