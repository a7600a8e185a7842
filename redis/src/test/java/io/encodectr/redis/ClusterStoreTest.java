package io.encodectr.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.encodectr.generation.StoreLocation;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/** A cluster of three servers is a store. */
class ClusterStoreTest extends SharedStoreContract {
  @TempDir private static Path shared;
  private static RedisCluster cluster;

  @BeforeAll
  static void start() throws Exception {
    cluster = RedisCluster.start(shared.resolve("cluster"));
  }

  @AfterAll
  static void stop() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @Override
  StoreLocation emptied() {
    cluster.flush();
    return cluster.location();
  }

  @Test
  void everyNodeHoldsAShare() throws IOException {
    publish(time(1), 0);
    for (int node = 0; node < 3; node++) {
      try (Jedis jedis = cluster.server(node).jedis()) {
        assertThat(jedis.dbSize()).as("node " + node).isPositive();
      }
    }
  }
}
