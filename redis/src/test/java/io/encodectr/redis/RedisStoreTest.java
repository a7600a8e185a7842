package io.encodectr.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.encodectr.file.InputException;
import io.encodectr.generation.Generation;
import io.encodectr.generation.InterestSource;
import io.encodectr.generation.InterestsUnavailable;
import io.encodectr.generation.Store;
import io.encodectr.generation.StoreLocation;
import io.encodectr.generation.Tombstones;
import io.encodectr.progress.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/** A server is a store, and tells what is wrong with it. */
class RedisStoreTest extends SharedStoreContract {
  @TempDir private static Path shared;
  private static RedisServer server;

  @BeforeAll
  static void start() {
    server = RedisServer.start(shared.resolve("server"));
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.close();
    }
  }

  @Override
  StoreLocation emptied() {
    try (Jedis jedis = server.jedis()) {
      jedis.flushAll();
      jedis.configSet("maxmemory", "0");
      jedis.configSet("maxmemory-policy", "noeviction");
    }
    return server.location();
  }

  private StoredGeneration stored(String id) throws IOException {
    return StoredGeneration.find(store.connection(), id);
  }

  private Generation extracted() throws IOException {
    extract(folder.resolve("store"), time(1), 0);
    return Store.open(folder.resolve("store")).openCurrent();
  }

  @Test
  void anyDamageOfARecordIsFound() throws IOException {
    String id = publish(time(1), 0);
    byte[] bucket = stored(id).bucketOf("u39");
    Random random = new Random(1);
    try (Jedis jedis = server.jedis();
        InterestSource open = store.openGeneration(id)) {
      byte[] sound = jedis.hget(bucket, "u39".getBytes(UTF_8));
      for (int round = 0; round < 200; round++) {
        byte[] damaged =
            round % 2 == 0
                ? java.util.Arrays.copyOf(sound, random.nextInt(sound.length))
                : sound.clone();
        if (round % 2 == 1) {
          damaged[random.nextInt(sound.length)] ^= (byte) (1 << random.nextInt(8));
        }
        jedis.hset(bucket, "u39".getBytes(UTF_8), damaged);
        assertThatThrownBy(() -> open.find("u39")).isInstanceOf(InputException.class);
      }
      byte[] another = jedis.hget(stored(id).bucketOf("u40"), "u40".getBytes(UTF_8));
      jedis.hset(bucket, "u39".getBytes(UTF_8), another);
      assertThatThrownBy(() -> open.find("u39")).hasMessageContaining("another user");
    }
  }

  @Test
  void whatTheServerLostIsNoStranger() throws IOException {
    String id = publish(time(1), 0);
    try (Jedis jedis = server.jedis();
        InterestSource open = store.openGeneration(id)) {
      assertThat(open.find("nobody")).isNull();
      jedis.del(stored(id).bucketOf("u39"));
      assertThatThrownBy(() -> open.find("u39"))
          .isInstanceOf(InterestsUnavailable.class)
          .hasMessageContaining("gone");
      assertThatThrownBy(open::verify)
          .isInstanceOf(InputException.class)
          .hasMessageContaining("1 of 64 parts");
    }
    assertThat(publish(time(1), 0)).as("repairs it").isEqualTo(id);
    try (InterestSource open = store.openGeneration(id)) {
      open.verify();
      assertThat(open.find("u39")).isNotNull();
    }
  }

  @Test
  void aUserWhoIsMissingIsCounted() throws IOException {
    String id = publish(time(1), 0);
    try (Jedis jedis = server.jedis();
        InterestSource open = store.openGeneration(id)) {
      jedis.hdel(stored(id).bucketOf("u39"), "u39".getBytes(UTF_8));
      assertThatThrownBy(open::verify)
          .isInstanceOf(InputException.class)
          .hasMessageContaining("it holds " + (USERS - 1) + " users");
    }
  }

  @Test
  void manyProcessesWriteAndRepeatThemselves() throws IOException {
    try (Generation generation = extracted();
        RedisStore other = RedisStore.open(server.location())) {
      GenerationPublication publication =
          store.publication("built-by-many", USERS, generation.manifest().bytes(), Map.of());
      for (int part = 0; part < 3; part++) {
        try (GenerationAppender appender = other.appender("built-by-many")) {
          for (long rank = 0; rank < USERS; rank++) {
            if (rank % 3 == part || rank % 7 == 0) {
              appender.put(generation.userId(rank), generation.record(rank));
            }
          }
        }
        if (part < 2) {
          assertThatThrownBy(
                  () -> publication.publish(generation.manifest(), generation.records().header()))
              .isInstanceOf(InputException.class)
              .hasMessageContaining("of the " + USERS + " users");
          assertThatThrownBy(store::current).isInstanceOf(InputException.class);
          assertThatThrownBy(() -> other.openGeneration("built-by-many"))
              .isInstanceOf(InputException.class);
        }
      }
      publication.publish(generation.manifest(), generation.records().header());
      assertThat(other.current()).isEqualTo("built-by-many");
      assertThatThrownBy(() -> other.appender("built-by-many"))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("begin its publication first");
      try (Jedis jedis = server.jedis()) {
        for (String key : jedis.keys("*")) {
          assertThat(jedis.ttl(key)).as(key).isEqualTo(-1);
        }
      }
    }
  }

  @Test
  void whoIsForgottenWhileItIsBuiltIsNotInIt() throws IOException {
    try (Generation generation = extracted()) {
      GenerationPublication publication =
          store.publication("built", USERS, generation.manifest().bytes(), Map.of());
      try (GenerationAppender appender = publication.appender()) {
        for (long rank = 0; rank < USERS; rank++) {
          appender.put(generation.userId(rank), generation.record(rank));
        }
      }
      store.beginForgetting(Map.of(Tombstones.hash("u39"), 5L));
      store.finishForgetting("u39");
      publication.publish(generation.manifest(), generation.records().header());
      try (InterestSource open = store.openGeneration("built")) {
        assertThat(open.find("u39")).isNull();
        assertThat(open.find("u79")).isNotNull();
        open.verify();
      }
    }
  }

  private static void write(GenerationPublication publication, Generation generation)
      throws IOException {
    try (GenerationAppender appender = publication.appender()) {
      for (long rank = 0; rank < generation.users(); rank++) {
        appender.put(generation.userId(rank), generation.record(rank));
      }
    }
  }

  @Test
  void whoIsForgottenBeforeItBeginsAndAfterTheExchangeIsNotInIt() throws IOException {
    try (Generation generation = extracted()) {
      Store from = Store.open(folder.resolve("store"));
      Map<String, Long> honored = FolderPublication.exchangeForgotten(from, store);
      store.beginForgetting(Map.of(Tombstones.hash("u39"), 5L));
      store.finishForgetting("u39");
      GenerationPublication publication =
          store.publication("built", USERS, generation.manifest().bytes(), honored);
      write(publication, generation);
      publication.publish(generation.manifest(), generation.records().header());
      try (InterestSource open = store.openGeneration("built")) {
        assertThat(open.find("u39")).isNull();
        assertThat(open.find("u79")).isNotNull();
        open.verify();
      }
    }
  }

  @Test
  void whatWasCompleteButNotSwitchedToIsWrittenAgain() throws IOException {
    try (Generation generation = extracted()) {
      GenerationPublication killed = begun("killed", generation);
      write(killed, generation);
      killed.publish(generation.manifest(), generation.records().header());
      try (Jedis jedis = server.jedis()) {
        jedis.del(store.connection().keys().current());
        jedis.del(store.connection().keys().generations());
      }
      store.beginForgetting(Map.of(Tombstones.hash("u39"), 5L));
      store.finishForgetting("u39");
      GenerationPublication again =
          store.publication(
              "killed", USERS, generation.manifest().bytes(), store.tombstones().times());
      assertThat(again.isWritten()).isFalse();
      assertThat(stored("killed").written()).as("nothing is left of it").isZero();
      again.abort();
    }
  }

  private GenerationPublication begun(String id, Generation generation) throws IOException {
    return store.publication(id, USERS, generation.manifest().bytes(), Map.of());
  }

  @Test
  void whatIsLeftOfTheOneInUseStaysReadableWhileTheRestIsPublishedAgain() throws IOException {
    String id = publish(time(1), 0);
    Store from = Store.open(folder.resolve("store"));
    try (Jedis jedis = server.jedis();
        Generation generation = from.openCurrent();
        InterestSource open = store.openGeneration(id)) {
      byte[] lost = stored(id).bucketOf("u39");
      jedis.del(lost);
      jedis.configSet("maxmemory-policy", "allkeys-lru");
      assertThatThrownBy(() -> publish(time(1), 0)).hasMessageContaining("allkeys-lru");
      assertThat(open.find("u40")).as("refused").isNotNull();
      jedis.configSet("maxmemory-policy", "noeviction");
      store.beginForgetting(Map.of(Tombstones.hash("u40"), 5L));
      store.finishForgetting("u40");
      GenerationPublication repair = begun(id, generation);
      write(repair, generation);
      assertThat(open.find("u41")).as("being written").isNotNull();
      assertThat(open.find("u40")).as("of a part that was not lost").isNull();
      assertThatThrownBy(() -> open.find("u39")).isInstanceOf(InterestsUnavailable.class);
      for (int bucket = 0; bucket < stored(id).buckets(); bucket++) {
        byte[] key = stored(id).bucket(bucket);
        assertThat(jedis.ttl(key) < 0).isEqualTo(jedis.hexists(key, StoredGeneration.WHOLE));
      }
      repair.publish(generation.manifest(), generation.records().header());
      assertThat(open.find("u39")).isNotNull();
      assertThat(open.find("u40")).isNull();
      open.verify();
    }
  }

  @Test
  void theLaterOfTwoPublicationsOfOneGenerationWins() throws IOException {
    try (Generation generation = extracted();
        Jedis jedis = server.jedis()) {
      GenerationPublication first = begun("twice", generation);
      write(first, generation);
      GenerationAppender straggler = first.appender();
      straggler.put("u39", new byte[10]);
      GenerationPublication second = begun("twice", generation);
      write(second, generation);
      assertThatThrownBy(straggler::flush).hasMessageContaining("began later");
      assertThatThrownBy(() -> first.publish(generation.manifest(), generation.records().header()))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("began later");
      first.abort();
      second.publish(generation.manifest(), generation.records().header());
      first.abort();
      second.abort();
      try (InterestSource open = store.openGeneration(store.current())) {
        open.verify();
        assertThat(open.find("u39")).isNotNull();
      }
      for (String key : jedis.keys("*")) {
        assertThat(jedis.ttl(key)).as(key).isEqualTo(-1);
      }
    }
  }

  @Test
  void theOneInUseDoesNotExpireWhenItsPublicationFails() throws IOException {
    String id = publish(time(1), 0);
    try (Generation generation = Store.open(folder.resolve("store")).openCurrent();
        Jedis jedis = server.jedis()) {
      GenerationPublication again = begun(id, generation);
      assertThat(again.isWritten()).isTrue();
      jedis.del(stored(id).bucketOf("u39"));
      assertThatThrownBy(() -> again.publish(generation.manifest(), generation.records().header()))
          .isInstanceOf(InputException.class);
      again.abort();
      for (String key : jedis.keys("*")) {
        assertThat(jedis.ttl(key)).as(key).isEqualTo(-1);
      }
      assertThat(stored(id)).isNotNull();
    }
  }

  @Test
  void whatAKilledPublicationLeftNeedsNoRoom() throws IOException {
    try (Generation generation = extracted();
        Jedis jedis = server.jedis()) {
      write(begun("remains", generation), generation);
      long used = Long.parseLong(server.info("memory").get("used_memory"));
      long needed = ServerMemory.needed(USERS, generation.manifest().bytes());
      jedis.configSet("maxmemory", Long.toString(used + needed / 2));
      GenerationPublication again = begun("remains", generation);
      write(again, generation);
      again.publish(generation.manifest(), generation.records().header());
      assertThat(store.current()).isEqualTo("remains");
    }
  }

  @Test
  void theOneInUseIsNotRetired() throws IOException {
    String first = publish(time(1), 0);
    publish(time(2), 0);
    List<String> before = store.ids().subList(0, 1);
    assertThat(before).containsExactly(first);
    publish(time(1), 0);
    store.retire(before);
    assertThat(store.ids()).contains(first);
    store.expire(stored(first));
    try (Jedis jedis = server.jedis()) {
      for (String key : jedis.keys("*")) {
        assertThat(jedis.ttl(key)).as(key).isEqualTo(-1);
      }
    }
  }

  @Test
  void usersMayBeForgottenWhileTheyAreCounted() throws Exception {
    try (InterestSource open = store.openGeneration(publish(time(1), 0))) {
      AtomicReference<Exception> failure = new AtomicReference<>();
      Thread forgetting =
          Thread.ofPlatform()
              .start(() -> {
                try {
                  for (int user = 9; user < 300; user++) {
                    store.beginForgetting(Map.of(Tombstones.hash(id(user)), 5L));
                    store.finishForgetting(id(user));
                  }
                } catch (IOException | RuntimeException e) {
                  failure.set(e);
                }
              });
      try {
        while (forgetting.isAlive()) {
          open.verify();
        }
      } finally {
        forgetting.join();
      }
      assertThat(failure.get()).isNull();
    }
  }

  @Test
  void whatWasGivenUpIsDeleted() throws IOException {
    try (Generation generation = extracted();
        Jedis jedis = server.jedis()) {
      for (boolean aborted : List.of(true, false)) {
        GenerationPublication publication =
            store.publication("given-up", USERS, generation.manifest().bytes(), Map.of());
        try (GenerationAppender appender = publication.appender()) {
          appender.put("u1", new byte[10]);
        }
        byte[] bucket = stored("given-up").bucketOf("u1");
        assertThat(jedis.ttl(bucket)).as("expires by itself").isPositive();
        if (aborted) {
          publication.abort();
        } else {
          jedis.zadd(store.connection().keys().building(), 1, "given-up");
          publish(time(1), 0);
        }
        assertThat(jedis.exists(bucket)).isFalse();
        assertThat(stored("given-up")).isNull();
      }
    }
  }

  @Tag("slow")
  @Test
  void aRetiredGenerationExpiresWhenNobodyHasItOpen() throws Exception {
    try (RedisStore brief =
        RedisStore.open(server.location(), Duration.ZERO, Duration.ofSeconds(2))) {
      Store from = Store.create(folder.resolve("store"));
      extract(from.folder(), time(1), 0);
      String first = new FolderPublication(from, brief).run(1, Progress.NONE).generation();
      extract(from.folder(), time(2), 0);
      InterestSource open = brief.openGeneration(first);
      new FolderPublication(from, brief).run(1, Progress.NONE);
      assertThat(brief.ids()).hasSize(1).doesNotContain(first);
      Thread.sleep(4000);
      assertThat(open.find("u39")).as("still open").isNotNull();
      open.verify();
      open.close();
      long end = System.nanoTime() + 60_000_000_000L;
      while (stored(first) != null && System.nanoTime() < end) {
        Thread.sleep(100);
      }
      assertThat(stored(first)).as("expired").isNull();
      try (Jedis jedis = server.jedis()) {
        assertThat(jedis.keys("encode:g:" + first + "*")).isEmpty();
      }
    }
  }

  @Test
  void aGenerationThatWouldNotFitIsRefusedWithTheFigures() throws IOException {
    publish(time(1), 0);
    String before = store.current();
    long used = Long.parseLong(server.info("memory").get("used_memory"));
    try (Jedis jedis = server.jedis()) {
      jedis.configSet("maxmemory", Long.toString(used + 100_000));
      assertThatThrownBy(() -> publish(time(2), 0))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("no room")
          .hasMessageContaining("MiB");
      jedis.configSet("maxmemory", "0");
      for (String policy : List.of("allkeys-lru", "allkeys-random")) {
        jedis.configSet("maxmemory-policy", policy);
        assertThatThrownBy(() -> publish(time(2), 0))
            .isInstanceOf(InputException.class)
            .hasMessageContaining(policy);
      }
      jedis.configSet("maxmemory-policy", "volatile-ttl");
      assertThat(publish(time(2), 0)).isNotEqualTo(before);
    }
  }

  @Test
  void aServerThatIsFullLeavesTheOldGenerationInUse() throws IOException {
    String before = publish(time(1), 0);
    try (Generation generation = extracted();
        Jedis jedis = server.jedis()) {
      GenerationPublication publication =
          store.publication("too-much", USERS, generation.manifest().bytes(), Map.of());
      jedis.configSet("maxmemory", "1mb");
      assertThatThrownBy(
              () -> {
                try (GenerationAppender appender = publication.appender()) {
                  for (long rank = 0; rank < USERS; rank++) {
                    appender.put(generation.userId(rank), generation.record(rank));
                  }
                }
              })
          .isInstanceOf(IOException.class)
          .hasMessageContaining("OOM");
      publication.abort();
      assertThat(store.current()).isEqualTo(before);
      try (InterestSource open = store.openGeneration(before)) {
        open.verify();
      }
    }
  }

  @Test
  void generationsOfTwoPrefixesDoNotMeet() throws IOException {
    String id = publish(time(1), 0);
    try (RedisStore other = RedisStore.open(server.location("prefix=other"))) {
      assertThatThrownBy(other::current).isInstanceOf(InputException.class);
      assertThatThrownBy(() -> other.openGeneration(id)).isInstanceOf(InputException.class);
    }
  }

  @Test
  void aPasswordIsNeededAndNeverShown(@TempDir Path own) throws IOException {
    try (RedisServer guarded = RedisServer.start(own, "--requirepass", "s3cret&word")) {
      StoreLocation right =
          StoreLocation.parse(
              "redis://:s3cret%26word@127.0.0.1:" + guarded.port() + "?timeout=5000ms");
      StoreLocation wrong = StoreLocation.parse("redis://:guess@127.0.0.1:" + guarded.port());
      assertThat(right.toString()).doesNotContain("cret");
      try (RedisStore open = RedisStore.open(right)) {
        assertThatThrownBy(open::current)
            .isInstanceOf(InputException.class)
            .hasMessageNotContaining("cret");
      }
      assertThatThrownBy(() -> RedisStore.open(wrong))
          .isInstanceOf(InputException.class)
          .hasMessageNotContaining("guess");
      assertThatThrownBy(
              () -> RedisStore.open(StoreLocation.parse("redis://127.0.0.1:" + guarded.port())))
          .isInstanceOf(InputException.class);
    }
  }

  @Test
  void whereNobodyListensIsSaid() throws IOException {
    int port = RedisServer.freePort();
    assertThatThrownBy(() -> RedisStore.open(StoreLocation.parse("redis://127.0.0.1:" + port)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("127.0.0.1:" + port);
  }
}
