package io.encodectr.behavior.redis;

import io.encodectr.behavior.EventLog;
import io.encodectr.behavior.EventLogOptions;
import io.encodectr.behavior.ShopContract;
import io.encodectr.redis.RedisServer;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/** A shop whose events are on a server. */
class RedisShopTest extends ShopContract {
  @TempDir private static Path shared;
  private static RedisServer server;

  @BeforeAll
  static void start() {
    server = RedisServer.start(shared.resolve("server"), "--appendonly", "yes");
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.close();
    }
  }

  @AfterEach
  void empty() {
    try (Jedis jedis = server.jedis()) {
      jedis.flushAll();
    }
  }

  @Override
  protected EventLog opened(EventLogOptions options) throws IOException {
    return RedisEventLog.open(server.location(), options);
  }

  @Override
  protected void awaitUpkeep() {
    ((RedisEventLog) log).awaitUpkeep();
  }
}
