package io.encodectr.behavior.redis;

import io.encodectr.behavior.OwnedEvents;
import io.encodectr.file.InputException;
import io.encodectr.generation.EventInput;
import io.encodectr.generation.EventSource;
import io.encodectr.generation.StoreLocation;
import io.encodectr.redis.RedisAddress;
import io.encodectr.redis.RedisConnection;
import java.io.IOException;
import java.nio.file.Path;

/**
 * The event log on a server as the input of an extraction, on any machine. Services go on
 * meanwhile.
 */
public final class RedisEvents implements EventInput {
  private final StoreLocation location;

  /**
   * The events at a location.
   *
   * @throws InputException if that is no address of a server
   */
  public RedisEvents(StoreLocation location) {
    RedisAddress.of(location);
    this.location = location;
  }

  /** An extraction that was killed goes on with the events it had. */
  @Override
  public String identity() {
    return "server " + location;
  }

  /**
   * {@inheritDoc}
   *
   * @throws InputException if there is no event log
   */
  @Override
  public EventSource open(Path scratch) throws IOException {
    return open();
  }

  /** Whether there is an event log. */
  public boolean exist() throws IOException {
    try (RedisConnection connection = RedisConnection.open(RedisAddress.of(location))) {
      return exist(connection);
    }
  }

  private static boolean exist(RedisConnection connection) throws IOException {
    return ServerFitness.requireFormat(connection, new EventKeys(connection.address().prefix()));
  }

  /** The events as they are now. */
  public EventSource open() throws IOException {
    RedisConnection connection = RedisConnection.open(RedisAddress.of(location));
    try {
      EventKeys keys = new EventKeys(connection.address().prefix());
      if (!exist(connection)) {
        throw new InputException(
            location + " holds no event log; `encode serve --events` keeps one there");
      }
      return new OwnedEvents(
          RedisEventSource.open(connection, keys, new EventUsers(connection, keys)),
          connection::close);
    } catch (IOException | RuntimeException e) {
      connection.close();
      throw e;
    }
  }
}
