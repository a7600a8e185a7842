package io.encodectr.behavior.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.encodectr.behavior.EventLog;
import io.encodectr.behavior.EventLogContract;
import io.encodectr.behavior.Outcome;
import io.encodectr.redis.RedisCluster;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A log on a cluster is one: all of it on one of the nodes. */
class ClusterEventLogTest extends EventLogContract {
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

  ClusterEventLogTest() {
    cluster.flush();
  }

  @Override
  protected EventLog opened() throws IOException {
    return RedisEventLog.open(cluster.location(), options);
  }

  @Override
  protected void awaitUpkeep() {
    ((RedisEventLog) log).awaitUpkeep();
  }

  /** What a node redirects did not run there, so it is sent to where it belongs. */
  @Test
  void aLogThatMovesToAnotherNodeIsFollowed() throws IOException {
    append("1", "u", "a", NOW - 10);
    cluster.flush();
    cluster.moveSlotOf("{encode:events}:facts");
    assertThat(append("1", "u", "b", NOW)).isEqualTo(Outcome.STORED);
    awaitUpkeep();
    requireSince("u", OLD, "b@0");
    assertThat(count()).isEqualTo(1);
  }
}
