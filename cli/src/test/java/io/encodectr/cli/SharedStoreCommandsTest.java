package io.encodectr.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.encodectr.behavior.Event;
import io.encodectr.behavior.EventLog;
import io.encodectr.dataset.Dataset;
import io.encodectr.dataset.DatasetFixture;
import io.encodectr.generation.StoreLocation;
import io.encodectr.model.ModelFixture;
import io.encodectr.online.EventLogs;
import io.encodectr.redis.RedisServer;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Interests on a server, as a user types it. */
class SharedStoreCommandsTest {
  @TempDir private Path folder;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int run(String... arguments) {
    out.reset();
    err.reset();
    return Encode.run(arguments, new PrintStream(out, true), new PrintStream(err, true));
  }

  private JsonNode json(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("--json");
    assertThat(run(all.toArray(String[]::new))).as(errors()).isZero();
    assertThat(errors() + out.toString(StandardCharsets.UTF_8)).doesNotContain("s3cret");
    return JsonMapper.shared().readTree(out.toString(StandardCharsets.UTF_8));
  }

  private String errors() {
    return err.toString(StandardCharsets.UTF_8);
  }

  private void refused(String reason, String... arguments) {
    assertThat(run(arguments)).as(out.toString(StandardCharsets.UTF_8)).isEqualTo(2);
    assertThat(errors()).contains(reason).doesNotContain("\tat ").doesNotContain("s3cret");
  }

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  @Test
  void whatIsPublishedIsScoredExplainedAndInspected() throws Exception {
    try (RedisServer server =
            RedisServer.start(folder.resolve("server"), "--requirepass", "s3cret");
        Dataset dataset = DatasetFixture.random(11, 50, 150, 120).open(folder.resolve("dataset"))) {
      ModelFixture.write(folder.resolve("model"), "encode", dataset, 8);
      String address = "redis://:s3cret@127.0.0.1:" + server.port() + "?prefix=shop";
      long first = dataset.test().time(0);
      JsonNode extracted =
          json(extraction("--as-of", Long.toString(first), "--publish-to", address));
      String generation = extracted.path("generation").asString();
      assertThat(extracted.path("published_to").asString())
          .isEqualTo("redis://127.0.0.1:" + server.port() + "?prefix=shop");

      for (String verb : List.of("score", "explain")) {
        JsonNode here = json(request(verb, path("store")));
        assertThat(json(request(verb, address))).isEqualTo(here);
      }
      // A run that was killed while it published is started again, and finishes.
      try (Jedis jedis = server.jedis()) {
        jedis.auth("s3cret");
        jedis.flushAll();
      }
      JsonNode finished =
          json(extraction("--as-of", Long.toString(first), "--publish-to", address));
      assertThat(finished.path("generation").asString()).isEqualTo(generation);
      assertThat(json(request("score", address))).isEqualTo(json(request("score", path("store"))));

      JsonNode again = json("publish", "--store", path("store"), "--to", address);
      assertThat(again.path("generation").asString()).isEqualTo(generation);
      assertThat(again.path("written").asBoolean()).isFalse();

      JsonNode store = json("inspect", address, "--check");
      assertThat(store.path("kind").asString()).isEqualTo("store");
      assertThat(store.path("current").asString()).isEqualTo(generation);
      assertThat(store.path("checked").asBoolean()).isTrue();
      assertThat(store.path("generations").get(0).path("users").asInt()).isEqualTo(50);

      refused("--publish-to", extraction("--store", address));
      refused("--events", "serve", "--model", path("model"), "--store", address);
      refused("prefix", "publish", "--store", path("store"), "--to", address + "&color=red");
      refused("not on valkey://", request("score", "valkey://:s3cret@localhost"));
      refused("no address", "publish", "--store", path("store"), "--to", "redis://:s3cret@");
    }
  }

  /** Services keep events on the server; an extraction joins them from there. */
  @Test
  void eventsOfAServerAreJoinedAndInspected() throws Exception {
    try (RedisServer server = RedisServer.start(folder.resolve("server"));
        Dataset dataset = DatasetFixture.random(11, 50, 150, 120).open(folder.resolve("dataset"))) {
      ModelFixture.write(folder.resolve("model"), "encode", dataset, 8);
      String address = server.location("prefix=shop", "timeout=5000ms").address();
      refused("no event log", extraction("--events", address));
      refused("not on valkey://", extraction("--events", "valkey://:s3cret@localhost"));
      long now = System.currentTimeMillis() / 1000;
      try (EventLog log = EventLogs.open(StoreLocation.parse(address))) {
        log.append(
            List.of(
                new Event("1", "u3", "i1", now - 5, null),
                new Event("2", "u3", "not in the model", now - 4, null),
                new Event("3", "newcomer", "i2", now - 3, null)));
        assertThat(json("inspect", address).path("events").asInt()).isEqualTo(3);

        JsonNode extracted = json(extraction("--events", address, "--publish-to", address));
        assertThat(extracted.path("events").asInt()).isEqualTo(2);
        assertThat(extracted.path("unknown_item_events").asInt()).isEqualTo(1);
        assertThat(extracted.path("event_users").asInt()).isEqualTo(1);
        assertThat(extracted.path("events_through").asInt()).isEqualTo(3);
      }
      JsonNode both = json("inspect", address);
      assertThat(both.path("kind").asString()).isEqualTo("store");
      assertThat(both.path("events").path("users").asInt()).isEqualTo(2);
      assertThat(both.path("events").path("last_arrival").asInt()).isEqualTo(3);
    }
  }

  private String[] extraction(String... more) {
    List<String> all = new ArrayList<>(List.of("extract", "--data", path("dataset")));
    all.addAll(List.of("--model", path("model")));
    if (!List.of(more).contains("--store")) {
      all.addAll(List.of("--store", path("store")));
    }
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  private String[] request(String verb, String store) {
    return new String[] {
      verb, "--model", path("model"), "--store", store, "--user", "u3", "--items", "i1,i2,i9"
    };
  }
}
