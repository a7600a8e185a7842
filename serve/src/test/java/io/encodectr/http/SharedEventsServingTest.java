package io.encodectr.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.encodectr.generation.Store;
import io.encodectr.generation.StoreLocation;
import io.encodectr.online.OnlineOptions;
import io.encodectr.online.OnlineService;
import io.encodectr.online.ServedWorld;
import io.encodectr.redis.RedisServer;
import io.encodectr.scoring.ScoringOptions;
import io.encodectr.service.PairLocation;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Services that share their events on a server, which stops, fills up, forgets and comes back. */
@Timeout(180)
class SharedEventsServingTest {
  private static final String UNAVAILABLE = "events_unavailable";
  private static final long PATIENCE = 60_000_000_000L;

  @TempDir private static Path folder;
  private static ServedWorld world;
  private static Path model;

  @TempDir private Path own;

  @BeforeAll
  static void make() throws IOException {
    world = ServedWorld.in(folder);
    model = world.model("encode", 1);
  }

  @AfterAll
  static void end() {
    world.close();
  }

  /** A service with interests in a folder of its own, as replicas on several machines have. */
  private static OnlineService service(String store, StoreLocation events) throws IOException {
    Path made = folder.resolve(store);
    if (!made.toFile().exists()) {
      made = world.store(store, model, ServedWorld.NOW);
    }
    PairLocation pair = new PairLocation(model, Store.open(made).folder(), null);
    OnlineOptions usual = world.options(pair);
    return OnlineService.start(
        new OnlineOptions(
            pair,
            events,
            usual.server(),
            2,
            64,
            Duration.ofSeconds(20),
            null,
            Duration.ZERO,
            List.of(folder),
            null,
            false,
            null,
            ScoringOptions.DEFAULT));
  }

  private static JsonNode score(ApiClient client, String user) throws Exception {
    ApiClient.Answer answer =
        client.post(
            "/v1/score",
            "{\"user\":\"%s\",\"items\":[\"i1\",\"i2\",\"i3\"]}".formatted(user),
            "X-Deadline-Ms",
            "20000");
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(answer.body().path("scores")).hasSize(3);
    return answer.body();
  }

  private static boolean isUnavailable(ApiClient client) throws Exception {
    return score(client, "u9").path("degraded").toString().contains(UNAVAILABLE);
  }

  private static ApiClient.Answer click(ApiClient client, String id, String user, String item)
      throws Exception {
    return client.post(
        "/v1/events",
        "{\"event_id\":\"%s\",\"user\":\"%s\",\"item\":\"%s\"}".formatted(id, user, item));
  }

  private static JsonNode user(ApiClient client, String user) throws Exception {
    return client.get("/v1/users/" + user).body();
  }

  private static String checkpoint(ApiClient client) throws Exception {
    return client
        .post(
            "/admin/events/checkpoint",
            "{\"folder\":\"%s\"}".formatted(folder.resolve("checkpoint")))
        .text();
  }

  private static void await(String what, Callable<Boolean> reached) throws Exception {
    long end = System.nanoTime() + PATIENCE;
    while (!reached.call()) {
      assertThat(System.nanoTime()).as(what).isLessThan(end);
      Thread.sleep(20);
    }
  }

  @Test
  void whatOneServiceHearsAllOfThemKnow() throws Exception {
    try (RedisServer server = RedisServer.start(own.resolve("server"));
        OnlineService one = service("one", server.location());
        OnlineService two = service("two", server.location());
        ApiClient first = new ApiClient(one);
        ApiClient second = new ApiClient(two)) {
      JsonNode before = score(second, "u9");
      assertThat(before.path("degraded")).isEmpty();
      assertThat(click(first, "e1", "u9", "i7").body().path("outcomes").toString())
          .contains("stored");
      assertThat(click(second, "e1", "u9", "i7").body().path("outcomes").toString())
          .contains("duplicate");
      assertThat(user(second, "u9").path("events_since").asInt()).isEqualTo(1);
      JsonNode after = score(second, "u9");
      assertThat(after.path("scores")).isNotEqualTo(before.path("scores"));
      assertThat(score(first, "u9").path("scores")).isEqualTo(after.path("scores"));

      assertThat(second.delete("/v1/users/u9").status()).isEqualTo(200);
      for (ApiClient client : List.of(first, second)) {
        assertThat(user(client, "u9").path("events_since").asInt()).isZero();
        assertThat(user(client, "u9").path("known").asBoolean()).isFalse();
        assertThat(score(client, "u9").path("degraded").toString()).contains("no_interests");
      }
      assertThat(checkpoint(first)).contains("--events");
      assertThat(first.get("/metrics").text()).contains("encode_extraction_lag_events");
    }
  }

  @Test
  void scoresGoOnWithoutAServerThatIsStopped() throws Exception {
    try (RedisServer server = RedisServer.start(own.resolve("server"));
        OnlineService service = service("stopped", server.location("timeout=50ms"));
        ApiClient client = new ApiClient(service)) {
      await("well", () -> !isUnavailable(client));
      assertThat(click(client, "e1", "u9", "i7").status()).isEqualTo(200);
      server.pause();
      await("seen to be stopped", () -> isUnavailable(client));
      for (int i = 0; i < 40; i++) {
        assertThat(score(client, "u" + i % 30).path("degraded").toString()).contains(UNAVAILABLE);
      }
      assertThat(click(client, "e2", "u9", "i8").status()).isEqualTo(503);
      ApiClient.Answer ready = client.get("/health/ready");
      assertThat(ready.status()).isEqualTo(200);
      assertThat(ready.text()).contains("event log");
      server.goOn();
      await("recovered", () -> !isUnavailable(client));
      await("stores again", () -> click(client, "e3", "u9", "i9").status() == 200);
      await("sees all", () -> user(client, "u9").path("events_since").asInt() >= 2);
    }
  }

  @Test
  void aServerThatIsFullIsReadAndOneThatForgotIsNoticed() throws Exception {
    try (RedisServer server = RedisServer.start(own.resolve("server"));
        OnlineService service = service("full", server.location());
        ApiClient client = new ApiClient(service);
        redis.clients.jedis.Jedis jedis = server.jedis()) {
      assertThat(click(client, "e1", "u9", "i7").status()).isEqualTo(200);
      jedis.configSet("maxmemory", "1");
      assertThat(click(client, "e2", "u9", "i8").status()).isEqualTo(503);
      assertThat(isUnavailable(client)).isFalse();
      assertThat(user(client, "u9").path("events_since").asInt()).isEqualTo(1);
      jedis.configSet("maxmemory", "0");
      assertThat(click(client, "e2", "u9", "i8").status()).isEqualTo(200);

      assertThat(client.delete("/v1/users/u3").status()).isEqualTo(200);
      jedis.flushAll();
      assertThat(isUnavailable(client)).isTrue();
      assertThat(click(client, "e3", "u9", "i9").status()).isEqualTo(200);
      // What came since is used, but it is not all.
      assertThat(user(client, "u9").path("events_since").asInt()).isEqualTo(1);
      assertThat(isUnavailable(client)).isTrue();
      // Who is forgotten is still known.
      await("forgotten again", () -> jedis.hlen("{encode:events}:forgotten") == 1);
      assertThat(user(client, "u3").path("known").asBoolean()).isFalse();
    }
  }
}
