package io.encodectr.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.encodectr.file.InputException;
import io.encodectr.generation.Store;
import io.encodectr.generation.StoreLocation;
import io.encodectr.generation.Tombstones;
import io.encodectr.online.OnlineOptions;
import io.encodectr.online.OnlineService;
import io.encodectr.online.ServedWorld;
import io.encodectr.progress.Progress;
import io.encodectr.redis.FolderPublication;
import io.encodectr.redis.RedisCluster;
import io.encodectr.redis.RedisServer;
import io.encodectr.redis.RedisStore;
import io.encodectr.service.PairLocation;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A service whose interests are on a server that stops, dies, forgets, fills up and comes back. */
@Timeout(180)
class SharedStoreServingTest {
  private static final String UNAVAILABLE = "interests_unavailable";
  private static final long PATIENCE = 60_000_000_000L;

  @TempDir private static Path folder;
  private static ServedWorld world;
  private static Path model;
  private static Store local;

  @TempDir private Path own;

  @BeforeAll
  static void make() throws IOException {
    world = ServedWorld.in(folder);
    model = world.model("encode", 1);
    local = Store.open(world.store("local", model, ServedWorld.NOW));
  }

  @AfterAll
  static void end() {
    world.close();
  }

  private static String publish(StoreLocation to, Store from) throws IOException {
    try (RedisStore server = RedisStore.open(to)) {
      return new FolderPublication(from, server).run(2, Progress.NONE).generation();
    }
  }

  private OnlineService service(StoreLocation store) throws IOException {
    OnlineOptions usual = world.options(world.pair(1));
    return OnlineService.start(
        new OnlineOptions(
            new PairLocation(model, store, null),
            own.resolve("events"),
            usual.server(),
            2,
            64,
            Duration.ofSeconds(20),
            null,
            Duration.ZERO,
            List.of(folder),
            null,
            true));
  }

  private static JsonNode score(ApiClient client, String user) throws Exception {
    ApiClient.Answer answer =
        client.post(
            "/v1/score",
            "{\"user\":\"%s\",\"items\":[\"i1\",\"i2\",\"i3\"]}".formatted(user),
            "X-Deadline-Ms",
            "20000");
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(answer.body().path("coverage").asDouble()).isEqualTo(1);
    return answer.body();
  }

  private static boolean isUnavailable(ApiClient client, String user) throws Exception {
    return score(client, user).path("degraded").toString().contains(UNAVAILABLE);
  }

  private static void await(String what, Callable<Boolean> reached) throws Exception {
    long end = System.nanoTime() + PATIENCE;
    while (!reached.call()) {
      assertThat(System.nanoTime()).as(what).isLessThan(end);
      Thread.sleep(20);
    }
  }

  private static JsonNode dependency(ApiClient client, String name) throws Exception {
    for (JsonNode each : client.get("/health/ready").body().path("dependencies")) {
      if (each.path("name").asString().equals(name)) {
        return each;
      }
    }
    throw new AssertionError("no dependency " + name);
  }

  @Test
  void scoresAreThoseOfTheFolderAndGoOnWhileTheServerIsStopped() throws Exception {
    try (RedisServer server = RedisServer.start(own.resolve("server"))) {
      publish(server.location(), local);
      try (OnlineService service = service(server.location("timeout=50ms"));
          ApiClient client = new ApiClient(service)) {
        await("well", () -> !isUnavailable(client, "u9"));
        JsonNode well = score(client, "u9");
        assertThat(well.path("degraded")).isEmpty();
        try (OnlineService alike =
                OnlineService.start(world.options(new PairLocation(model, local.folder(), null)));
            ApiClient other = new ApiClient(alike)) {
          assertThat(well.path("scores")).isEqualTo(score(other, "u9").path("scores"));
        }

        server.pause();
        await("seen to be stopped", () -> isUnavailable(client, "u9"));
        for (int i = 0; i < 60; i++) {
          JsonNode answer = score(client, "u" + i % 30);
          assertThat(answer.path("degraded").toString())
              .contains(UNAVAILABLE)
              .doesNotContain("no_interests");
          assertThat(answer.path("scores")).hasSize(3);
        }
        assertThat(client.get("/v1/users/u9").status()).isEqualTo(503);
        assertThat(dependency(client, "interests").path("ready").asBoolean()).isFalse();
        assertThat(client.get("/health/ready").status()).isEqualTo(200);
        assertThat(client.get("/metrics").text())
            .contains("encode_degraded_total{reason=\"" + UNAVAILABLE + "\"}");

        server.goOn();
        await("recovered", () -> !isUnavailable(client, "u9"));
        assertThat(score(client, "u9").path("scores")).isEqualTo(well.path("scores"));
        assertThat(dependency(client, "interests").path("ready").asBoolean()).isTrue();
        assertThat(client.get("/v1/users/u9").status()).isEqualTo(200);
      }
    }
  }

  @Test
  void aServerThatDiedIsDoneWithoutAndOneThatForgotIsNoticed() throws Exception {
    try (RedisServer server = RedisServer.start(own.resolve("server"))) {
      publish(server.location(), local);
      try (OnlineService service = service(server.location("timeout=200ms"));
          ApiClient client = new ApiClient(service)) {
        await("well", () -> !isUnavailable(client, "u9"));
        server.kill();
        await("seen to be dead", () -> isUnavailable(client, "u9"));
        for (int i = 0; i < 50; i++) {
          assertThat(isUnavailable(client, "u" + i % 30)).isTrue();
        }
        server.start();
        // It answers, but has lost everything: nobody may look like a stranger.
        await(
            "seen to be empty",
            () ->
                dependency(client, "interests").path("reason").asString().contains("gone")
                    || !isUnavailable(client, "u9"));
        assertThat(isUnavailable(client, "u9")).isTrue();
        publish(server.location(), local);
        await("recovered", () -> !isUnavailable(client, "u9"));
      }
    }
  }

  @Tag("slow")
  @Test
  void aServerThatKeptItsDataComesBackWithIt() throws Exception {
    try (RedisServer server =
        RedisServer.start(
            own.resolve("server"), "--appendonly", "yes", "--appendfsync", "always")) {
      publish(server.location(), local);
      try (OnlineService service = service(server.location("timeout=200ms"));
          ApiClient client = new ApiClient(service)) {
        await("well", () -> !isUnavailable(client, "u9"));
        server.kill();
        await("seen to be dead", () -> isUnavailable(client, "u9"));
        server.start();
        await("recovered", () -> !isUnavailable(client, "u9"));
      }
    }
  }

  @Test
  void aFullServerIsReadAndNewGenerationsAreRefused() throws Exception {
    Store newer = Store.open(world.store("newer", model, ServedWorld.NOW - 5000));
    try (RedisServer server = RedisServer.start(own.resolve("server"))) {
      String id = publish(server.location(), local);
      try (OnlineService service = service(server.location());
          ApiClient client = new ApiClient(service);
          redis.clients.jedis.Jedis jedis = server.jedis()) {
        jedis.configSet("maxmemory", server.info("memory").get("used_memory"));
        assertThatThrownBy(() -> publish(server.location(), newer))
            .isInstanceOf(InputException.class)
            .hasMessageContaining("no room");
        JsonNode answer = score(client, "u9");
        assertThat(answer.path("degraded")).isEmpty();
        assertThat(answer.path("generation").asString()).isEqualTo(id);
      }
    }
  }

  @Test
  void aNewGenerationIsFollowedAndAForgottenUserIsForgottenThere() throws Exception {
    Store newer = Store.open(world.store("followed", model, ServedWorld.NOW - 7000));
    try (RedisServer server = RedisServer.start(own.resolve("server"))) {
      String first = publish(server.location(), local);
      try (OnlineService service = service(server.location());
          ApiClient client = new ApiClient(service);
          RedisStore store = RedisStore.open(server.location())) {
        assertThat(score(client, "u9").path("generation").asString()).isEqualTo(first);
        ApiClient.Answer forgotten = client.delete("/v1/users/u9");
        assertThat(forgotten.status()).isEqualTo(200);
        assertThat(client.get("/v1/users/u9").body().path("known").asBoolean()).isFalse();
        assertThat(store.tombstones().times()).containsKey(Tombstones.hash("u9"));
        assertThat(store.tombstones().pending()).isEmpty();

        String second = publish(server.location(), newer);
        await("followed", () -> score(client, "u8").path("generation").asString().equals(second));
        assertThat(newer.tombstones().times()).containsKey(Tombstones.hash("u9"));
        assertThat(score(client, "u9").path("degraded").toString()).contains("no_interests");
        assertThat(score(client, "u8").path("degraded")).isEmpty();
        assertThat(client.get("/explorer/api/overview").text()).doesNotContain("@");
      }
    }
  }

  @Test
  void anotherServerThanThatOfTheStartIsNotAsked() throws Exception {
    try (RedisServer server = RedisServer.start(own.resolve("server"))) {
      publish(server.location(), local);
      try (OnlineService service = service(server.location());
          ApiClient client = new ApiClient(service)) {
        ApiClient.Answer answer =
            client.post("/admin/activate", "{\"store\":\"redis://192.0.2.1:6379\"}");
        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.text()).contains("192.0.2.1");
        String same = server.location().toString();
        assertThat(client.post("/admin/activate", "{\"store\":\"" + same + "\"}").status())
            .isEqualTo(200);
      }
    }
  }

  @Tag("slow")
  @Test
  void aNodeOfAClusterThatStopsTakesOnlyItsUsersAlong() throws Exception {
    try (RedisCluster cluster = RedisCluster.start(own.resolve("cluster"))) {
      publish(cluster.location(), local);
      try (OnlineService service = service(cluster.location("timeout=200ms"));
          ApiClient client = new ApiClient(service)) {
        List<String> users = new ArrayList<>();
        for (int i = 0; i < ServedWorld.USERS; i++) {
          users.add("u" + i);
        }
        await("well", () -> users.stream().noneMatch(user -> unavailable(client, user)));
        cluster.server(1).pause();
        Set<String> without = new HashSet<>();
        await(
            "seen to be stopped",
            () -> {
              users.stream().filter(user -> unavailable(client, user)).forEach(without::add);
              return !without.isEmpty();
            });
        assertThat(without).hasSizeLessThan(ServedWorld.USERS);
        cluster.server(1).goOn();
        await("recovered", () -> users.stream().noneMatch(user -> unavailable(client, user)));
      }
    }
  }

  private static boolean unavailable(ApiClient client, String user) {
    try {
      return isUnavailable(client, user);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
