package io.encodectr.behavior.redis;

import static io.encodectr.behavior.Outcome.STORED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.encodectr.behavior.Event;
import io.encodectr.behavior.EventLog;
import io.encodectr.behavior.EventLogContract;
import io.encodectr.behavior.Manifests;
import io.encodectr.behavior.Outcome;
import io.encodectr.file.InputException;
import io.encodectr.generation.EventSource;
import io.encodectr.generation.Tombstones;
import io.encodectr.redis.RedisServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/** A log on a server is one, and any number of services share it. */
@Timeout(120)
class RedisEventLogTest extends EventLogContract {
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

  /** Before the log is opened, which the superclass does later. */
  RedisEventLogTest() {
    flush(server);
  }

  private static void flush(RedisServer server) {
    try (Jedis jedis = server.jedis()) {
      jedis.flushAll();
    }
  }

  @Override
  protected EventLog opened() throws IOException {
    return other();
  }

  private RedisEventLog other() throws IOException {
    return RedisEventLog.open(server.location(), options);
  }

  @Override
  protected void awaitUpkeep() {
    ((RedisEventLog) log).awaitUpkeep();
  }

  @Test
  void whatOneServiceStoresAnotherSees() throws IOException {
    try (RedisEventLog other = other()) {
      assertThat(append("1", "u", "a", NOW - 10)).isEqualTo(STORED);
      assertThat(other.append(List.of(event("1", "u", "a", NOW))))
          .containsExactly(Outcome.DUPLICATE);
      assertThat(other.append(List.of(event("2", "u", "b", NOW)))).containsExactly(STORED);
      requireSince("u", OLD, "a@-10", "b@0");
      assertThat(other.identity()).isEqualTo(log.identity());
      assertThat(other.lastArrival()).isEqualTo(2);

      other.forget("u", clock.millis());
      assertThat(since(log, "u", OLD).forgotten()).isTrue();
      assertThat(since(log, "u", OLD).count()).isZero();
      assertThat(log.forgotten()).containsOnlyKeys(Tombstones.hash("u"));
    }
  }

  /** A service that has a generation of its own in use is not deprived of its events by others. */
  @Test
  void nothingIsDeletedThatAnyServiceNeeds() throws IOException {
    append(null, "u", "a", NOW - 300);
    append(null, "u", "b", NOW - 100);
    try (RedisEventLog other = other()) {
      log.use(Manifests.until(NOW - 50), Manifests.until(NOW - 50));
      awaitUpkeep();
      requireSince("u", OLD, "a@-300", "b@-100");
      other.use(Manifests.until(NOW), Manifests.until(NOW - 200));
      other.awaitUpkeep();
      requireSince("u", OLD, "b@-100");
      assertThat(log.reachesBackTo(Manifests.until(NOW - 200))).isTrue();
      assertThat(log.reachesBackTo(Manifests.until(NOW - 201))).isFalse();
    }
    // It has ended.
    log.use(Manifests.until(NOW - 50), Manifests.until(NOW - 50));
    awaitUpkeep();
    requireSince("u", OLD);
  }

  /** As after kill -9: it neither renews its need nor ends it, until its time is over. */
  @Test
  void aServiceThatDiedStopsNeedingEvents() throws IOException {
    append(null, "u", "a", NOW - 300);
    try (Jedis jedis = server.jedis()) {
      jedis.hset("{encode:events}:readers", "dead", "0 99999999999");
      log.use(Manifests.until(NOW), Manifests.until(NOW));
      awaitUpkeep();
      requireSince("u", OLD, "a@-300");
      jedis.hset("{encode:events}:readers", "dead", "0 1");
      log.use(Manifests.until(NOW), Manifests.until(NOW));
      awaitUpkeep();
      requireSince("u", OLD);
      assertThat(jedis.hexists("{encode:events}:readers", "dead")).isFalse();
      assertThat(jedis.hlen("{encode:events}:readers")).isEqualTo(1);
    }
  }

  /** More than one page of users, and of events of one; half of the events come while reading. */
  @Test
  void anExtractionReadsOneState() throws IOException {
    for (int user = 0; user < 1100; user++) {
      append("1", "u" + user, "first", NOW - 20);
    }
    for (int i = 0; i < 30; i++) {
      List<Event> many = new ArrayList<>();
      for (int j = 0; j < 100; j++) {
        many.add(event("%d-%d".formatted(i, j), "v", "i" + (100 * i + j), NOW - 3000 + i / 20));
      }
      log.append(many);
    }
    AtomicBoolean begun = new AtomicBoolean();
    List<String> read = new ArrayList<>();
    List<String> ofMany = new ArrayList<>();
    try (EventSource source = new RedisEvents(server.location()).open()) {
      assertThat(source.through()).isEqualTo(4100);
      assertThat(source.log()).isEqualTo(log.identity());
      source.read((user, item, time, received) -> {
        if (begun.compareAndSet(false, true)) {
          append("2", "u500", "late", NOW - 10);
          append("2", "v", "late", NOW - 3000);
          append("1", "zzz", "late", NOW - 10);
          // Nothing is deleted meanwhile.
          log.use(Manifests.until(NOW), Manifests.until(NOW));
          awaitUpkeep();
        }
        if (user.equals("v")) {
          ofMany.add(item);
        } else {
          assertThat(item).isEqualTo("first");
          read.add(user);
        }
      });
    }
    assertThat(read).hasSize(1100).isSorted().doesNotHaveDuplicates();
    assertThat(ofMany)
        .containsExactlyElementsOf(IntStream.range(0, 3000).mapToObj(i -> "i" + i).toList());
  }

  /** The server comes back without what it acknowledged: then nobody is told half a history. */
  @Test
  void aLogThatWasLostIsToldFromOneThatIsWhole() throws Exception {
    append(null, "u", "a", NOW - 10);
    String identity = log.identity();
    CountDownLatch told = new CountDownLatch(1);
    log.onLoss(told::countDown);
    assertThat(log.reachesBackTo(OLD)).isTrue();
    flush(server);
    assertThatThrownBy(() -> since(log, "u", OLD))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("lost");
    assertThat(append(null, "u", "b", NOW + 1)).isEqualTo(STORED);
    // What arrives is used, also what happened before; but it is not all.
    assertThat(append(null, "u", "c", NOW - 1)).isEqualTo(STORED);
    awaitUpkeep();
    told.await();
    requireSince("u", OLD, "c@-1", "b@1");
    assertThat(log.identity()).isNotEqualTo(identity);
    assertThat(log.reachesBackTo(OLD)).isFalse();
    assertThat(log.reachesBackTo(Manifests.until(NOW))).isTrue();
    try (EventSource source = log.snapshot()) {
      assertThat(source.from()).isEqualTo(NOW);
    }
  }

  /** As after a crash with appendfsync everysec: no number is given twice. */
  @Test
  void aLogWhoseEndWasLostGoesOnCounting() throws IOException {
    append(null, "u", "a", NOW - 10);
    append(null, "u", "b", NOW - 9);
    try (Jedis jedis = server.jedis()) {
      jedis.hset("{encode:events}:facts", "arrival", "1");
    }
    append(null, "u", "c", NOW - 8);
    assertThat(log.lastArrival()).isEqualTo(3);
    requireSince("u", Manifests.of(NOW, NOW - 900, log.identity(), 2L, null), "c@-8");
  }

  /** A service that starts after the loss and makes the log anew does not know of it. */
  @Test
  void aLogThatANewcomerMadeAnewIsNotTakenForWhole() throws IOException {
    append(null, "u", "a", NOW - 10);
    flush(server);
    try (RedisEventLog newcomer = other()) {
      assertThat(newcomer.append(List.of(event(null, "u", "b", NOW + 1)))).containsExactly(STORED);
      assertThat(newcomer.reachesBackTo(OLD)).isTrue();
      assertThatThrownBy(() -> since(log, "u", OLD)).hasMessageContaining("lost");
      awaitUpkeep();
      requireSince("u", OLD, "b@1");
      assertThat(log.reachesBackTo(OLD)).isFalse();
      since(newcomer, "u", OLD);
      assertThat(newcomer.reachesBackTo(OLD)).isFalse();
    }
  }

  /** A forgetting that was cut off after it was noted is finished by whoever comes next. */
  @Test
  void aForgettingThatWasCutOffIsFinished() throws IOException {
    append("1", "u", "a", NOW - 10);
    String hash = Tombstones.hash("u");
    try (Jedis jedis = server.jedis()) {
      String time = Long.toString(clock.millis());
      jedis.hset("{encode:events}:forgotten", hash, time);
      jedis.hset("{encode:events}:unerased", hash, time);
      try (RedisEventLog other = other()) {
        assertThat(since(other, "u", OLD).count()).isZero();
      }
      assertThat(jedis.exists("{encode:events}:unerased")).isFalse();
      assertThat(jedis.exists("{encode:events}:u:u")).isFalse();
      assertThat(jedis.exists("{encode:events}:i:u")).isFalse();
    }
    assertThat(count()).isZero();
  }

  @Test
  void nothingIsLeftOfAForgottenUser() throws IOException {
    append("1", "secret-user", "a", NOW - 10);
    log.forget(Map.of(Tombstones.hash("secret-user"), clock.millis()));
    try (Jedis jedis = server.jedis()) {
      assertThat(jedis.keys("*secret-user*")).isEmpty();
      assertThat(jedis.zrange("{encode:events}:users", 0, -1)).isEmpty();
    }
  }

  /** A stopped server is not waited for; it answers again when it goes on. */
  @Test
  void aStoppedServerIsNotWaitedFor() throws Exception {
    append(null, "u", "a", NOW);
    try (RedisEventLog quick = RedisEventLog.open(server.location("timeout=50ms"), options)) {
      server.pause();
      try {
        for (int i = 0; i < 5; i++) {
          assertThatThrownBy(() -> since(quick, "u", OLD)).isInstanceOf(IOException.class);
        }
        // Known to be silent: not even the time of a read is spent.
        assertThatThrownBy(() -> since(quick, "u", OLD)).hasMessageContaining("does not answer");
        for (int i = 0; i < 4; i++) {
          assertThatThrownBy(() -> quick.append(List.of(event("x", "u", "b", NOW))))
              .isInstanceOf(IOException.class);
        }
        assertThat(quick.lastArrival()).isEqualTo(1);
      } finally {
        server.goOn();
      }
      // What was sent while it stood still may have been stored.
      for (boolean stored = false; !stored; Thread.sleep(20)) {
        try {
          assertThat(quick.append(List.of(event("x", "u", "b", NOW))).getFirst())
              .isIn(STORED, Outcome.DUPLICATE);
          stored = true;
        } catch (IOException e) {
          assertThat(e).hasMessageContaining("127.0.0.1");
        }
      }
      for (boolean seen = false; !seen; Thread.sleep(20)) {
        try {
          assertThat(since(quick, "u", OLD).items()).containsExactly("a", "b");
          seen = true;
        } catch (IOException e) {
          assertThat(e).hasMessageContaining("127.0.0.1");
        }
      }
    }
  }

  @Test
  void aFullServerStoresNoneOfARequestAndIsReadAndEmptied() throws IOException {
    append(null, "u", "a", NOW - 10);
    append("1", "w", "a", NOW - 10);
    try (Jedis jedis = server.jedis()) {
      jedis.configSet("maxmemory", "1");
      try {
        assertThatThrownBy(
                () -> log.append(List.of(event("1", "u", "b", NOW), event("2", "v", "c", NOW))))
            .isInstanceOf(IOException.class)
            .hasMessageContaining("OOM");
        requireSince("u", OLD, "a@-10");
        requireSince("v", OLD);
        assertThat(jedis.exists("{encode:events}:i:u")).isFalse();
        // What frees memory goes on: forgetting, extracting, letting go.
        try (RedisEventLog other = other()) {
          other.forget("w", clock.millis());
        }
        assertThat(jedis.exists("{encode:events}:u:w", "{encode:events}:i:w")).isZero();
        assertThat(count()).isEqualTo(1);
        log.use(Manifests.until(NOW - 5), Manifests.until(NOW - 5));
        awaitUpkeep();
        assertThat(jedis.zcard("{encode:events}:users")).isZero();
      } finally {
        jedis.configSet("maxmemory", "0");
      }
    }
    assertThat(append("1", "u", "b", NOW)).isEqualTo(STORED);
    assertThat(log.lastArrival()).isEqualTo(3);
  }

  /** Each acknowledged event is there once after the server process was killed over and over. */
  @Test
  void whatWasAcknowledgedIsThereAfterTheServerWasKilled() throws Exception {
    try (RedisServer mortal =
        RedisServer.start(
            folder.resolve("mortal"), "--appendonly", "yes", "--appendfsync", "always")) {
      List<String> acknowledged = new ArrayList<>();
      try (RedisEventLog writer = RedisEventLog.open(mortal.location(), options)) {
        for (int round = 0; round < 3; round++) {
          for (int i = 0; i < 50; i++) {
            String id = round + "-" + i;
            assertThat(writer.append(List.of(event(id, "u" + i, id, NOW)))).containsExactly(STORED);
            acknowledged.add(id);
          }
          mortal.kill();
          assertThatThrownBy(() -> writer.append(List.of(event("x", "u", "x", NOW))))
              .isInstanceOf(IOException.class);
          mortal.start();
          for (boolean up = false; !up; Thread.sleep(20)) {
            try {
              writer.append(List.of(event("up" + round, "other", "x", NOW)));
              up = true;
            } catch (IOException e) {
              assertThat(e).isNotNull();
            }
          }
        }
        List<String> read = new ArrayList<>();
        try (EventSource source = writer.snapshot()) {
          source.read((user, item, time, received) -> {
            if (!user.equals("other")) {
              read.add(item);
            }
          });
        }
        assertThat(read).containsExactlyInAnyOrderElementsOf(acknowledged);
      }
    }
  }

  @Test
  void whatCannotBeUsedIsRefused() throws IOException {
    assertThatThrownBy(() -> log.checkpoint(folder.resolve("copy")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("--events");
    try (Jedis jedis = server.jedis()) {
      jedis.configSet("maxmemory-policy", "allkeys-lru");
      try {
        assertThatThrownBy(this::other)
            .isInstanceOf(InputException.class)
            .hasMessageContaining("events")
            .hasMessageContaining("maxmemory-policy");
      } finally {
        jedis.configSet("maxmemory-policy", "noeviction");
      }
      jedis.hset("{encode:events}:facts", "format", "2");
      assertThatThrownBy(this::other)
          .isInstanceOf(InputException.class)
          .hasMessageContaining("format 2");
      jedis.hset("{encode:events}:facts", "format", "1");
    }
    assertThatThrownBy(() -> new RedisEvents(server.location("prefix=nothing")).open())
        .isInstanceOf(InputException.class)
        .hasMessageContaining("no event log");
  }
}
