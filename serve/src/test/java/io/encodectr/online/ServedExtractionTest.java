package io.encodectr.online;

import static org.assertj.core.api.Assertions.assertThat;

import io.encodectr.behavior.folder.ServedEvents;
import io.encodectr.generation.ExtractionJob;
import io.encodectr.http.ApiClient;
import io.encodectr.model.Model;
import io.encodectr.progress.Progress;
import io.encodectr.scoring.ModelItems;
import io.encodectr.service.PairLocation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * Extraction beside a running service: its events, its admin listener, and the pair it takes up.
 */
@Timeout(120)
class ServedExtractionTest {
  @TempDir private Path folder;

  private static ExtractionJob.Result extract(
      ServedWorld world, PairLocation pair, OnlineService service) throws IOException {
    Model model = Model.load(pair.model());
    return new ExtractionJob(
            world.dataset(),
            model,
            ModelItems.of(model).table(),
            pair.store().folder(),
            new ExtractionJob.Options(null, 1, false, 0),
            new ServedEvents(service.adminAddress().toString()))
        .run(Progress.NONE);
  }

  private static OnlineOptions following(ServedWorld world, PairLocation pair) {
    OnlineOptions usual = world.options(pair);
    return new OnlineOptions(
        pair,
        usual.events().folder(),
        usual.server(),
        usual.workers(),
        usual.queue(),
        usual.patience(),
        usual.staleAfter(),
        usual.warmUp(),
        List.of(world.folder()),
        null,
        true);
  }

  private static void click(ApiClient client, String user, String... items) throws Exception {
    for (String item : items) {
      String body = "{\"user\":\"%s\",\"item\":\"%s\"}".formatted(user, item);
      assertThat(client.post("/v1/events", body).status()).isEqualTo(200);
    }
  }

  private static JsonNode user(ApiClient client, String user) throws Exception {
    return client.get("/v1/users/" + user).body();
  }

  private static void awaitGeneration(ApiClient client, String generation) throws Exception {
    while (!generation.equals(user(client, "u3").path("generation").asString())) {
      Thread.sleep(50);
    }
  }

  @Test
  void theNextGenerationHasTheEventsOnce() throws Exception {
    try (ServedWorld world = ServedWorld.in(folder)) {
      PairLocation pair = world.pair(1);
      try (OnlineService service = OnlineService.start(following(world, pair));
          ApiClient client = new ApiClient(service)) {
        int before = user(client, "u3").path("behaviors").asInt();
        click(client, "u3", "i1", "i2");
        click(client, "nn", "i7");
        assertThat(user(client, "u3").path("events_since").asInt()).isEqualTo(2);
        assertThat(user(client, "nn").path("known").asBoolean()).isFalse();

        ExtractionJob.Result result = extract(world, pair, service);
        assertThat(result.events()).isEqualTo(3);
        assertThat(result.eventUsers()).isEqualTo(1);
        awaitGeneration(client, result.generation());
        assertThat(user(client, "u3").path("events_since").asInt()).isZero();
        assertThat(user(client, "u3").path("behaviors").asInt()).isEqualTo(before + 2);
        assertThat(user(client, "nn").path("behaviors").asInt()).isEqualTo(1);

        click(client, "u3", "i9");
        assertThat(user(client, "u3").path("events_since").asInt()).isEqualTo(1);
        assertThat(user(client, "u3").path("behaviors").asInt()).isEqualTo(before + 2);

        assertThat(client.delete("/v1/users/u3").status()).isEqualTo(200);
        assertThat(user(client, "u3").path("known").asBoolean()).isFalse();
        ExtractionJob.Result without = extract(world, pair, service);
        assertThat(without.users()).isEqualTo(result.users() - 1);
        awaitGeneration(client, without.generation());
        assertThat(user(client, "u3").path("behaviors").asInt()).isZero();
        assertThat(user(client, "nn").path("behaviors").asInt()).isEqualTo(1);
      }
    }
  }
}
