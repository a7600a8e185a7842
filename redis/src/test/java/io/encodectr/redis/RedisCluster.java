package io.encodectr.redis;

import io.encodectr.generation.StoreLocation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.util.JedisClusterCRC16;

/** Three real servers that share the slots of a cluster. */
public final class RedisCluster implements AutoCloseable {
  private static final int NODES = 3;
  private static final int SLOTS = 16_384;

  private final List<RedisServer> servers = new ArrayList<>();

  private RedisCluster() {}

  /** Starts a cluster; where there is no server the test is skipped. */
  public static RedisCluster start(Path folder, String... options) throws Exception {
    RedisCluster cluster = new RedisCluster();
    try {
      for (int node = 0; node < NODES; node++) {
        List<String> all = new ArrayList<>(List.of(options));
        all.addAll(List.of("--cluster-enabled", "yes", "--cluster-node-timeout", "2000"));
        all.addAll(List.of("--cluster-require-full-coverage", "no"));
        cluster.servers.add(
            RedisServer.start(folder.resolve("node" + node), all.toArray(String[]::new)));
      }
      cluster.join();
      return cluster;
    } catch (Exception | Error e) {
      cluster.close();
      throw e;
    }
  }

  private void join() throws Exception {
    for (int node = 0; node < NODES; node++) {
      try (Jedis jedis = servers.get(node).jedis()) {
        jedis.clusterAddSlotsRange(SLOTS * node / NODES, SLOTS * (node + 1) / NODES - 1);
        jedis.clusterMeet("127.0.0.1", servers.get(0).port());
      }
    }
    long end = System.nanoTime() + 60_000_000_000L;
    for (RedisServer server : servers) {
      try (Jedis jedis = server.jedis()) {
        while (!isWhole(jedis)) {
          if (System.nanoTime() > end) {
            throw new IOException("no cluster: " + jedis.clusterInfo());
          }
          Thread.sleep(20);
        }
      }
    }
  }

  private static boolean isWhole(Jedis jedis) {
    String info = jedis.clusterInfo();
    return info.contains("cluster_state:ok")
        && info.contains("cluster_slots_ok:" + SLOTS)
        && info.contains("cluster_known_nodes:" + NODES);
  }

  public RedisServer server(int node) {
    return servers.get(node);
  }

  public void flush() {
    for (RedisServer server : servers) {
      try (Jedis jedis = server.jedis()) {
        jedis.flushAll();
      }
    }
  }

  /** Gives the slot of a key, which must hold nothing, to another node. */
  public void moveSlotOf(String key) {
    int slot = JedisClusterCRC16.getSlot(key);
    int owner = 0;
    while (slot >= SLOTS * (owner + 1) / NODES) {
      owner++;
    }
    String target;
    try (Jedis jedis = servers.get((owner + 1) % NODES).jedis()) {
      target = jedis.clusterMyId();
    }
    // The target first, or nobody would own it for a moment.
    for (int node = 1; node <= NODES; node++) {
      try (Jedis jedis = servers.get((owner + node) % NODES).jedis()) {
        jedis.clusterSetSlotNode(slot, target);
      }
    }
  }

  /** All nodes by their addresses. */
  public StoreLocation location(String... parameters) {
    String nodes =
        String.join(",", servers.stream().map(each -> "127.0.0.1:" + each.port()).toList());
    String more = String.join("&", parameters);
    return StoreLocation.parse(
        "redis://" + nodes + (more.isEmpty() ? "?timeout=5000ms" : "?" + more));
  }

  @Override
  public void close() {
    servers.forEach(RedisServer::close);
  }
}
