package io.encodectr.redis;

import io.encodectr.file.InputException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.CommandObjects;
import redis.clients.jedis.Connection;
import redis.clients.jedis.ConnectionPool;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.Response;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.providers.ClusterConnectionProvider;

/**
 * Connections to a server or a cluster: some for reads that requests wait for, which give up after
 * the address's timeout, and some for work that may take its time. Thread-safe.
 */
public final class RedisConnection implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RedisConnection.class);
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int READERS = 64;
  private static final int WORKERS = 8;

  /** Commands that are on their way at a time. */
  private static final int PIPELINED = 512;

  private static final int ATTEMPTS = 3;

  /** The first version that puts off only what is going to expire. */
  private static final int OLDEST = 7;

  private static final CommandObjects COMMANDS = new CommandObjects(RedisProtocol.RESP2);

  private final RedisAddress address;
  private final PooledClient work;
  private final PooledClient reads;
  private final TimedCalls timed;
  private final SingleCalls changes;

  private RedisConnection(RedisAddress address, @Nullable HostAndPort single) {
    this.address = address;
    List<AutoCloseable> open = new ArrayList<>();
    try {
      work = kept(open, new PooledClient(address, single, PATIENCE, WORKERS));
      reads = kept(open, new PooledClient(address, single, address.timeout(), READERS));
      changes = kept(open, new SingleCalls(address, single));
    } catch (RuntimeException e) {
      closeAll(open);
      throw e;
    }
    timed = new TimedCalls(address.timeout(), address.toString());
  }

  private static <T extends AutoCloseable> T kept(List<AutoCloseable> open, T opened) {
    open.add(opened);
    return opened;
  }

  private static void closeAll(List<AutoCloseable> open) {
    for (AutoCloseable each : open) {
      try {
        each.close();
      } catch (Exception e) {
        LOG.debug("a connection did not close well", e);
      }
    }
  }

  /**
   * Connects.
   *
   * @throws InputException if the server refuses the login, or the address names a database of a
   *     cluster
   * @throws IOException if no server answers
   */
  public static RedisConnection open(RedisAddress address) throws IOException {
    Exception last = null;
    for (HostAndPort node : address.nodes()) {
      try (Connection connection = new Connection(node, PooledClient.config(address, PATIENCE))) {
        requireVersion(address, info(connection, "server"));
        boolean cluster =
            info(connection, "cluster").getOrDefault("cluster_enabled", "0").equals("1");
        if (cluster && address.database() != 0) {
          throw new InputException(address + ": a cluster has no database but 0");
        }
        return new RedisConnection(address, cluster ? null : node);
      } catch (JedisDataException e) {
        throw new InputException(address + " refuses: " + e.getMessage(), e);
      } catch (JedisException e) {
        last = e;
      }
    }
    throw new IOException(
        "no Redis server answers at " + address + (last == null ? "" : " (" + reason(last) + ")"),
        last);
  }

  private static void requireVersion(RedisAddress address, Map<String, String> server) {
    String version = server.getOrDefault("redis_version", "0");
    if (Integer.parseInt(version.replaceFirst("[^0-9].*", "")) < OLDEST) {
      throw new InputException(
          "%s is Redis %s; Redis %d or later, or Valkey, is needed"
              .formatted(address, version, OLDEST));
    }
  }

  /** Where it leads. */
  public RedisAddress address() {
    return address;
  }

  /** Names of keys. */
  RedisKeys keys() {
    return new RedisKeys(address.prefix());
  }

  /**
   * Does work that may take its time.
   *
   * @throws IOException if the server cannot be reached, or refuses, for example because it is full
   */
  <T> T work(Function<UnifiedJedis, T> work) throws IOException {
    try {
      return work.apply(this.work.jedis());
    } catch (JedisException e) {
      throw failure(e);
    }
  }

  /**
   * Reads what a request waits for; fails at once while the server is known not to answer.
   *
   * @param key what is read, which tells the node of a cluster
   * @param nanoseconds how long the caller can wait
   * @throws StoreSilent if there is no answer in time
   */
  <T> T read(byte[] key, long nanoseconds, Function<UnifiedJedis, T> read) throws StoreSilent {
    return timed.read(reads.node(key), nanoseconds, () -> read.apply(reads.jedis()));
  }

  /**
   * Runs a script that does not mind being repeated, and that may take its time.
   *
   * @return its answer: lists, bytes, numbers or null
   * @throws IOException if the server cannot be reached, or refuses, for example because it is full
   */
  public @Nullable Object run(RedisScript.Call call) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        return work.jedis().eval(call.script, call.keys, call.arguments);
      } catch (JedisException e) {
        if (attempt == ATTEMPTS || isRefusal(e)) {
          throw failure(e);
        }
        work.dropIdle();
        pause(attempt);
      }
    }
  }

  /** Runs many of them, many at a time; their answers in order. */
  public List<Object> runEach(List<RedisScript.Call> calls) throws IOException {
    return each(calls, (pipeline, call) -> pipeline.eval(call.script, call.keys, call.arguments));
  }

  /**
   * Runs a script that changes nothing and whose answer a request waits for.
   *
   * @param nanoseconds how long the caller can wait
   * @throws IOException if there is no answer in time
   */
  public @Nullable Object read(RedisScript.Call call, long nanoseconds) throws IOException {
    try {
      return read(
          call.key(),
          nanoseconds,
          jedis -> jedis.evalReadonly(call.script, call.keys, call.arguments));
    } catch (StoreSilent e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /**
   * Runs a script that a request waits for and that must not be repeated: at most once, whatever
   * goes wrong. Fails at once while the server is known not to answer.
   *
   * @throws IOException if there is no answer in time, which tells nothing about whether it ran; or
   *     if the server refuses, for example because it is full: then it did not
   */
  public Object runOnce(RedisScript.Call call) throws IOException {
    try {
      return changes.run(call);
    } catch (StoreSilent e) {
      throw new IOException(e.getMessage(), e);
    } catch (JedisDataException e) {
      throw failure(e);
    }
  }

  /**
   * What the node that holds a key says of itself.
   *
   * @param section of Redis' INFO
   */
  public Map<String, String> info(byte[] key, String section) throws IOException {
    try (Connection connection = work.connection(key)) {
      return info(connection, section);
    } catch (JedisException e) {
      throw failure(e);
    }
  }

  /**
   * Checks that the node that holds a key would not evict it.
   *
   * @param what would be lost, for the message
   * @throws InputException if it would
   */
  public void requireNoEviction(byte[] key, String what) throws IOException {
    ServerMemory.requireNoEviction(address.toString(), info(key, "memory"), what);
  }

  /** The name of the node that holds a key; the same for all keys of a single server. */
  String node(byte[] key) {
    return work.node(key);
  }

  /**
   * Sends a command for each key, many at a time, and gives their answers in order. What fails is
   * sent again, so the commands must not mind being repeated.
   *
   * @throws IOException if a command goes on failing
   */
  <K, T> List<T> each(Iterable<K> keys, BiFunction<AbstractPipeline, K, Response<T>> command)
      throws IOException {
    List<T> answers = new ArrayList<>();
    List<K> some = new ArrayList<>();
    for (K key : keys) {
      some.add(key);
      if (some.size() == PIPELINED) {
        answers.addAll(together(some, command));
        some.clear();
      }
    }
    answers.addAll(together(some, command));
    return answers;
  }

  private <K, T> List<T> together(
      List<K> keys, BiFunction<AbstractPipeline, K, Response<T>> command) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        return once(keys, command);
      } catch (JedisException | IllegalStateException e) {
        // A pipeline that lost a connection has responses that were never set.
        if (attempt == ATTEMPTS || isRefusal(e)) {
          throw failure(e);
        }
        pause(attempt);
      }
    }
  }

  private <K, T> List<T> once(List<K> keys, BiFunction<AbstractPipeline, K, Response<T>> command) {
    List<T> answers = new ArrayList<>(keys.size());
    if (keys.isEmpty()) {
      return answers;
    }
    try (AbstractPipeline pipeline = work.jedis().pipelined()) {
      List<Response<T>> responses = new ArrayList<>(keys.size());
      for (K key : keys) {
        responses.add(command.apply(pipeline, key));
      }
      pipeline.sync();
      for (Response<T> response : responses) {
        answers.add(response.get());
      }
    }
    return answers;
  }

  private void pause(int attempt) throws IOException {
    try {
      Thread.sleep(200L * attempt);
      work.renewSlots();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for " + address, e);
    } catch (JedisException e) {
      throw failure(e);
    }
  }

  /** Whether trying again is of no use: full, not allowed, no such command. */
  private static boolean isRefusal(RuntimeException e) {
    String message = String.valueOf(e.getMessage());
    return e instanceof JedisDataException
        && (message.startsWith("OOM")
            || message.startsWith("NO")
            || message.startsWith("WRONG")
            || message.startsWith("ERR")
            || message.startsWith("MISCONF"));
  }

  private IOException failure(RuntimeException e) {
    return new IOException(address + ": " + reason(e), e);
  }

  private static String reason(Throwable e) {
    String message = String.valueOf(e.getMessage());
    return e instanceof JedisConnectionException && e.getCause() != null
        ? message + ": " + e.getCause().getMessage()
        : message;
  }

  /**
   * What each node that holds data says of itself.
   *
   * @param section of Redis' INFO
   * @return by the name that {@link #node(byte[])} gives it
   */
  Map<String, Map<String, String>> info(String section) throws IOException {
    Map<String, Map<String, String>> nodes = new LinkedHashMap<>();
    ClusterConnectionProvider cluster = work.cluster();
    if (cluster == null) {
      nodes.put("", work(jedis -> lines(jedis.info(section))));
      return nodes;
    }
    for (Map.Entry<String, ConnectionPool> node : cluster.getPrimaryNodes().entrySet()) {
      try (Connection connection = node.getValue().getResource()) {
        nodes.put(node.getKey(), info(connection, section));
      } catch (JedisException e) {
        throw failure(e);
      }
    }
    return nodes;
  }

  private static Map<String, String> info(Connection connection, String section) {
    return lines(connection.executeCommand(COMMANDS.info(section)));
  }

  private static Map<String, String> lines(String info) {
    Map<String, String> values = new LinkedHashMap<>();
    info.lines()
        .filter(line -> line.indexOf(':') > 0)
        .forEach(line ->
            values.put(
                line.substring(0, line.indexOf(':')), line.substring(line.indexOf(':') + 1)));
    return values;
  }

  @Override
  public void close() {
    timed.close();
    closeAll(List.of(changes, reads, work));
  }
}
