package io.encodectr.behavior.redis;

import io.encodectr.file.InputException;
import io.encodectr.generation.EventInput;
import io.encodectr.generation.EventSource;
import io.encodectr.generation.StoreLocation;
import io.encodectr.redis.RedisAddress;
import io.encodectr.redis.RedisConnection;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

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
    byte[] facts = new EventKeys(connection.address().prefix()).facts();
    return connection.run(EventScripts.FORMAT.call(List.of(facts), List.of())) != null;
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
      return new ClosingSource(
          RedisEventSource.open(connection, keys, new EventUsers(connection, keys)), connection);
    } catch (IOException | RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  /** Closes its connection, too. */
  private record ClosingSource(EventSource source, RedisConnection connection)
      implements EventSource {
    @Override
    public String log() {
      return source.log();
    }

    @Override
    public long from() {
      return source.from();
    }

    @Override
    public long through() {
      return source.through();
    }

    @Override
    public void read(Reader reader) throws IOException {
      source.read(reader);
    }

    @Override
    public void close() throws IOException {
      source.close();
      connection.close();
    }
  }
}
