package io.encodectr.redis;

import java.time.Duration;
import java.util.HashSet;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.RedisClusterClient;
import redis.clients.jedis.SslOptions;
import redis.clients.jedis.SslVerifyMode;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.providers.ClusterConnectionProvider;
import redis.clients.jedis.util.JedisClusterCRC16;
import redis.clients.jedis.util.Pool;

/**
 * Connections to a server, or to each node of a cluster, that are opened when needed and give up
 * after one time. Thread-safe.
 */
final class PooledClient implements AutoCloseable {
  private static final Duration TOPOLOGY_REFRESH = Duration.ofSeconds(5);
  private static final int ATTEMPTS = 3;

  private final UnifiedJedis jedis;
  private final @Nullable Pool<Connection> pool;
  private final @Nullable ClusterConnectionProvider cluster;

  /**
   * Connections that are not open yet.
   *
   * @param single the server; null: the address leads to a cluster
   * @param timeout how long to wait for a connection, and then for each answer
   * @param connections at most, to a node
   */
  PooledClient(
      RedisAddress address, @Nullable HostAndPort single, Duration timeout, int connections) {
    ConnectionPoolConfig pools = new ConnectionPoolConfig();
    pools.setMaxTotal(connections);
    pools.setMaxIdle(connections);
    pools.setMaxWait(timeout);
    pools.setJmxEnabled(false);
    JedisClientConfig config = config(address, timeout);
    if (single != null) {
      RedisClient client =
          RedisClient.builder().hostAndPort(single).clientConfig(config).poolConfig(pools).build();
      jedis = client;
      pool = client.getPool();
      cluster = null;
      return;
    }
    HashSet<HostAndPort> nodes = new HashSet<>(address.nodes());
    ClusterConnectionProvider provider =
        new ClusterConnectionProvider(nodes, config, pools, TOPOLOGY_REFRESH);
    jedis =
        RedisClusterClient.builder()
            .nodes(nodes)
            .clientConfig(config)
            .connectionProvider(provider)
            .maxAttempts(ATTEMPTS)
            .maxTotalRetriesDuration(timeout)
            .build();
    pool = null;
    cluster = provider;
  }

  static JedisClientConfig config(RedisAddress address, Duration timeout) {
    DefaultJedisClientConfig.Builder config =
        DefaultJedisClientConfig.builder()
            .timeoutMillis(Math.toIntExact(timeout.toMillis()))
            .user(address.user())
            .password(address.password())
            .database(address.database())
            .resp2()
            .clientName("encode");
    if (address.tls()) {
      // Both: who signed the certificate, and that it is this host's.
      config.sslOptions(SslOptions.builder().sslVerifyMode(SslVerifyMode.FULL).build());
    }
    return config.build();
  }

  /** The client library; it repeats what it sends to a cluster and gets no answer to. */
  UnifiedJedis jedis() {
    return jedis;
  }

  /** The nodes; null unless it leads to a cluster. */
  @Nullable ClusterConnectionProvider cluster() {
    return cluster;
  }

  /** A connection to the node that holds a key; closing it gives it back. */
  Connection connection(byte[] key) {
    if (cluster != null) {
      return cluster.getConnectionFromSlot(JedisClusterCRC16.getSlot(key));
    }
    if (pool == null) {
      throw new IllegalStateException("neither a server nor a cluster");
    }
    return pool.getResource();
  }

  /** The name of the node that holds a key; the same for all keys of a single server. */
  String node(byte[] key) {
    return cluster == null ? "" : String.valueOf(cluster.getNode(JedisClusterCRC16.getSlot(key)));
  }

  /** Closes connections that nobody uses. */
  void dropIdle() {
    if (pool != null) {
      pool.clear();
    }
    if (cluster != null) {
      cluster.getNodes().values().forEach(Pool::clear);
    }
  }

  /** Asks a cluster anew which node has what. */
  void renewSlots() {
    if (cluster != null) {
      cluster.renewSlotCache();
    }
  }

  @Override
  public void close() {
    jedis.close();
  }
}
