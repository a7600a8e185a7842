package io.encodectr.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.encodectr.dataset.Dataset;
import io.encodectr.dataset.DatasetFixture;
import io.encodectr.file.NpyWriter;
import io.encodectr.generation.ExtractionJob;
import io.encodectr.model.Model;
import io.encodectr.model.ModelFixture;
import io.encodectr.progress.Progress;
import io.encodectr.scoring.ModelItems;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class InspectCommandTest {
  @TempDir Path root;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void aDatasetsFactsAreThoseOfItsColumns() throws Exception {
    Path data = root.resolve("data");
    new DatasetFixture(4, 5)
        .itemSets("genre", 3, i -> i == 0 ? new int[0] : new int[] {0, 2})
        .userColumn("sex", 3, u -> u - 1)
        .clock()
        .history(0, 1000, 0, 1, 2, 3)
        .history(1, 2000, 0, 1)
        .history(2, 9000, 4)
        .train(0, 1, 1002, 1)
        .train(0, 2, 1003, 0)
        .train(1, 2, 5000, 0)
        .train(3, 2, 5000, 0)
        .test(0, 4, 8000, 1)
        .test(2, 4, 9001, 0)
        .test(2, 3, 9002, 0)
        .test(3, 1, 9003, 1)
        .write(data);
    JsonNode facts = inspect(data, "--check");
    assertThat(facts.get("kind").asString()).isEqualTo("dataset");
    assertThat(facts.get("users").asInt()).isEqualTo(4);
    assertThat(facts.get("behaviors").asInt()).isEqualTo(7);
    assertThat(facts.get("first_time").asString()).isEqualTo("1970-01-01T00:16:40Z");
    assertThat(facts.get("checked").asBoolean()).isTrue();
    JsonNode lengths = facts.get("history_length");
    assertThat(lengths.get("median").asInt()).isEqualTo(1);
    assertThat(lengths.get("p90").asInt()).isEqualTo(4);
    assertThat(lengths.get("max").asInt()).isEqualTo(4);
    assertThat(lengths.get("mean").asDouble()).isEqualTo(1.75);
    assertThat(lengths.get("users_without").asInt()).isEqualTo(1);
    assertThat(facts.get("train").get("label_rate").asDouble()).isEqualTo(0.25);
    JsonNode test = facts.get("test");
    assertThat(test.get("label_rate").asDouble()).isEqualTo(0.5);
    assertThat(test.get("users").asInt()).isEqualTo(3);
    // User 2 is cold; user 3 has no behavior, but a training sample.
    assertThat(test.get("warm_user_share").asDouble()).isEqualTo(2.0 / 3);
    assertThat(test.get("warm_sample_share").asDouble()).isEqualTo(0.5);
    JsonNode genre = facts.get("columns").get(0);
    assertThat(genre.get("vocabulary").asInt()).isEqualTo(3);
    assertThat(genre.get("missing_share").asDouble()).isEqualTo(0.2);
    assertThat(genre.get("mean_values").asDouble()).isEqualTo(1.6);
    assertThat(facts.get("columns").get(1).get("missing_share").asDouble()).isEqualTo(0.25);
    assertThat(facts.get("columns")).hasSize(4);

    assertThat(run(data.toString())).isEqualTo(Encode.DONE);
    assertThat(text(out))
        .startsWith("A dataset of 4 users, 5 items and 7 behaviors from 1970-01-01T00:16:40Z");
    assertThat(text(err)).isEmpty();
  }

  @Test
  void aModelTellsItsMethodSizesAndMetrics() throws Exception {
    Path model = root.resolve("model");
    try (Dataset dataset = DatasetFixture.random(3, 12, 20, 8).open(root.resolve("data"))) {
      ModelFixture.write(model, "encode", dataset, 1);
      JsonNode facts = inspect(model, "--check");
      assertThat(facts.get("method").asString()).isEqualTo("encode");
      assertThat(facts.get("hyper_parameters").get("clusters").asInt()).isEqualTo(30);
      assertThat(facts.get("dataset_fingerprint").asString())
          .isEqualTo(dataset.info().fingerprint());
      assertThat(facts.get("metrics").get("validation_auc").asDouble()).isEqualTo(0.5);
      assertThat(facts.get("items_with_own_embedding").asInt()).isEqualTo(18);
      long parameters = 0;
      for (JsonNode tensor : facts.get("tensors")) {
        parameters += tensor.get("values").asLong();
      }
      assertThat(facts.get("parameters").asLong()).isEqualTo(parameters).isGreaterThan(200 * 80);
      assertThat(inspect(model.resolve("weights.safetensors")).get("values").asLong())
          .isEqualTo(parameters);
      assertThat(inspect(model.resolve("model.json")).get("method").asString()).isEqualTo("encode");
      assertThat(inspect(dataset.path().resolve("dataset.json")).get("users").asInt())
          .isEqualTo(12);
    }
  }

  @Test
  void aStoreTellsItsGenerations() throws Exception {
    Path store = root.resolve("store");
    try (Dataset dataset = DatasetFixture.random(3, 12, 20, 8).open(root.resolve("data"))) {
      ModelFixture.write(root.resolve("model"), "encode", dataset, 1);
      Model model = Model.load(root.resolve("model"));
      var options = new ExtractionJob.Options(null, 1, false, 0);
      ExtractionJob.Result result =
          new ExtractionJob(dataset, model, ModelItems.of(model).table(), store, options)
              .run(Progress.NONE);
      JsonNode facts = inspect(store, "--check");
      assertThat(facts.get("current").asString()).isEqualTo(result.generation());
      JsonNode row = facts.get("generations").get(0);
      assertThat(row.get("in_use").asBoolean()).isTrue();
      assertThat(row.get("interests").asLong()).isEqualTo(result.interests()).isPositive();
      Path generation = store.resolve("generations").resolve(result.generation());
      facts = inspect(generation, "--check");
      assertThat(facts.get("model_fingerprint").asString()).isEqualTo(model.fingerprint());
      assertThat(facts.get("users").asInt()).isEqualTo(12);
      assertThat(inspect(generation.resolve("manifest.json")).get("kind").asString())
          .isEqualTo("generation");
      Path file = generation.resolve("interests.bin");
      assertThat(inspect(file, "--check").get("users").asInt()).isEqualTo(12);
      Path current = store.resolve("current");
      byte[] id = Files.readAllBytes(current);
      Files.delete(current);
      facts = inspect(store);
      assertThat(facts.get("current").asString()).isEqualTo("none");
      assertThat(facts.get("generations")).hasSize(1);
      refused(store, "current", "--check");
      Files.write(current, id);
      byte[] bytes = Files.readAllBytes(file);
      bytes[200] ^= 1;
      Files.write(file, bytes);
      refused(store, "interests.bin", "--check");
      refused(generation, "interests.bin", "--check");
    }
  }

  @Test
  void aWorldTellsItsParameters() throws Exception {
    Path world = Files.createDirectory(root.resolve("world"));
    Path file = world.resolve("world.json");
    Files.writeString(
        file,
        "{'readme':'A shop.','parameters':{'users':5},'counts':{'items':3}}".replace('\'', '"'));
    assertThat(inspect(world).get("parameters").get("users").asInt()).isEqualTo(5);
    assertThat(inspect(file).get("counts").get("items").asInt()).isEqualTo(3);
    assertThat(run(world.toString())).isEqualTo(Encode.DONE);
    assertThat(text(out)).startsWith("A shop.");
    Files.writeString(file, "{}");
    refused(world, "no synthetic world");
  }

  @Test
  void aColumnTellsItsRange() throws Exception {
    Path file = root.resolve("time.npy");
    try (NpyWriter writer = NpyWriter.int64(file)) {
      writer.putAll(86_400L, 0L, 172_800L);
    }
    JsonNode facts = inspect(file);
    assertThat(facts.get("type").asString()).isEqualTo("<i8");
    assertThat(facts.get("max").asLong()).isEqualTo(172_800);
    assertThat(facts.get("to").asString()).isEqualTo("1970-01-03T00:00:00Z");
    assertThat(facts.get("first").get(0).asLong()).isEqualTo(86_400);
  }

  @Test
  void linesAndPredictionsAreCounted() throws Exception {
    Path metrics = root.resolve("metrics.jsonl");
    Files.writeString(metrics, "{\"epoch\":1}\n{\"epoch\":2}\n");
    JsonNode facts = inspect(metrics, "--check");
    assertThat(facts.get("lines").asInt()).isEqualTo(2);
    assertThat(facts.get("first").get("epoch").asInt()).isEqualTo(1);
    assertThat(facts.get("checked").asBoolean()).isTrue();
    Files.writeString(metrics, "{\"epoch\":1}\n{\"epo");
    assertThat(inspect(metrics).get("lines").asInt()).isEqualTo(2);
    refused(metrics, "line 2", "--check");
    Path predictions = root.resolve("p.csv");
    Files.writeString(predictions, "user,item,time,label,score\r\nu1,i1,5,1,0.5\r\n");
    assertThat(inspect(predictions).get("kind").asString()).isEqualTo("predictions");
    assertThat(inspect(predictions).get("samples").asInt()).isEqualTo(1);
  }

  @Test
  void aCheckpointTellsWhereTheTrainingStands() throws Exception {
    Path checkpoint = root.resolve("model.checkpoint");
    for (int step : new int[] {9, 10}) {
      Path folder = Files.createDirectories(checkpoint.resolve("step-" + step));
      Files.writeString(folder.resolve("state.json"), "{\"format\":1,\"step\":" + step + "}");
    }
    JsonNode facts = inspect(checkpoint, "--check");
    assertThat(facts.get("kind").asString()).isEqualTo("checkpoint");
    assertThat(facts.get("step").asInt()).isEqualTo(10);
    assertThat(facts.has("checked")).as("nothing more was read").isFalse();
    assertThat(inspect(checkpoint.resolve("step-9")).get("step").asInt()).isEqualTo(9);
  }

  @Test
  void whatIsDamagedOrNotOursIsBadInput() throws Exception {
    Path data = root.resolve("data");
    DatasetFixture.random(3, 12, 20, 8).write(data);
    Path column = data.resolve("behaviors/item.npy");
    byte[] bytes = Files.readAllBytes(column);
    bytes[131] = 0x7f;
    Files.write(column, bytes);
    refused(data, "item.npy");
    Files.write(column, new byte[10]);
    refused(data, "item.npy");
    refused(column, "item.npy");
    refused(root.resolve("nothing"), "no such file");
    refused(root, "no dataset");
    refused(Files.writeString(root.resolve("log.csv"), "a,b"), "encode ingest");
    refused(Files.writeString(root.resolve("x.json"), "{}"), "kind");
    refused(Files.writeString(root.resolve("y.json"), "{"), "y.json");
    refused(Files.writeString(root.resolve("z.safetensors"), "hello, world"), "z.safetensors");
  }

  private void refused(Path path, String part, String... options) throws IOException {
    String[] arguments = new String[options.length + 1];
    arguments[0] = path.toString();
    System.arraycopy(options, 0, arguments, 1, options.length);
    assertThat(run(arguments)).isEqualTo(Encode.BAD_INPUT);
    assertThat(text(out)).isEmpty();
    assertThat(text(err)).contains(path.toString()).contains(part).hasLineCount(1);
  }

  private JsonNode inspect(Path path, String... options) throws IOException {
    String[] arguments = new String[options.length + 2];
    arguments[0] = path.toString();
    arguments[1] = "--json";
    System.arraycopy(options, 0, arguments, 2, options.length);
    assertThat(run(arguments)).as(text(err)).isEqualTo(Encode.DONE);
    return JsonMapper.shared().readTree(text(out));
  }

  private int run(String... arguments) {
    out.reset();
    err.reset();
    String[] all = new String[arguments.length + 1];
    all[0] = "inspect";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    try (PrintStream o = new PrintStream(out, true, StandardCharsets.UTF_8);
        PrintStream e = new PrintStream(err, true, StandardCharsets.UTF_8)) {
      return Encode.run(all, o, e);
    }
  }

  private static String text(ByteArrayOutputStream bytes) {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
