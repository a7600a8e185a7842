package io.encodectr.redis;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandObjects;
import redis.clients.jedis.Connection;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisMovedDataException;

/**
 * Scripts that requests wait for and that must not run twice: each is sent once at most, and not at
 * all once its caller has given up. Thread-safe.
 */
final class SingleCalls implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(2);
  private static final int CONNECTIONS = 16;
  private static final int REDIRECTIONS = 3;
  private static final CommandObjects COMMANDS = new CommandObjects(RedisProtocol.RESP2);

  private final PooledClient client;
  private final TimedCalls timed;

  SingleCalls(RedisAddress address, @Nullable HostAndPort single) {
    client = new PooledClient(address, single, TIMEOUT, CONNECTIONS);
    timed = new TimedCalls(TIMEOUT, address.toString());
  }

  /**
   * Runs a script.
   *
   * @throws StoreSilent if there is no answer in time, or the connection breaks
   * @throws JedisDataException if the server refuses
   */
  Object run(RedisScript.Call call) throws StoreSilent {
    Object answer =
        timed.once(
            client.node(call.key()),
            waited -> {
              try {
                return send(call, waited);
              } catch (JedisDataException e) {
                return e; // The server does answer.
              }
            },
            () -> client.jedis().exists(call.key()));
    if (answer instanceof JedisDataException refusal) {
      throw refusal;
    }
    return answer;
  }

  /** What a node of a cluster redirects did not run there. */
  private Object send(RedisScript.Call call, TimedCalls.Waiting waited) {
    for (int attempt = 1; ; attempt++) {
      try (Connection connection = client.connection(call.key())) {
        waited.requireWaiting();
        return connection.executeCommand(COMMANDS.eval(call.script, call.keys, call.arguments));
      } catch (JedisMovedDataException e) {
        if (attempt == REDIRECTIONS) {
          throw e;
        }
        client.renewSlots();
      } catch (JedisConnectionException e) {
        // A server that was restarted has closed the others, too, and none is tried twice.
        client.dropIdle();
        throw e;
      }
    }
  }

  @Override
  public void close() {
    timed.close();
    client.close();
  }
}
