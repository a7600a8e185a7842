package io.encodectr.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.encodectr.dataset.Dataset;
import io.encodectr.dataset.DatasetFixture;
import io.encodectr.model.ModelFixture;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The verbs extract, evaluate, score and explain, as a user types them. */
class ServingCommandsTest {
  @TempDir private static Path folder;
  private static Dataset dataset;
  private static long now;
  private static String generation;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @BeforeAll
  static void makeWorld() throws IOException {
    dataset = DatasetFixture.random(11, 50, 150, 120).open(folder.resolve("dataset"));
    for (String method : List.of("encode", "din-l", "avg-pooling")) {
      ModelFixture.write(folder.resolve(method), method, dataset, 8);
    }
    ModelFixture.write(folder.resolve("other"), "encode", dataset, 9);
    now = dataset.test().time(0);
    JsonNode extracted =
        new ServingCommandsTest()
            .json(
                "extract",
                "--data",
                path("dataset"),
                "--model",
                path("encode"),
                "--store",
                path("store"),
                "--as-of",
                Long.toString(now));
    generation = extracted.get("generation").asString();
    assertThat(extracted.get("users").asInt()).isEqualTo(50);
    assertThat(extracted.get("interests").asInt()).isPositive();
    assertThat(extracted.get("users_per_second").asDouble()).isPositive();
  }

  @AfterAll
  static void close() {
    dataset.close();
  }

  private static String path(String name) {
    return folder.resolve(name).toString();
  }

  private int run(String... arguments) {
    out.reset();
    err.reset();
    return Encode.run(arguments, new PrintStream(out, true), new PrintStream(err, true));
  }

  private JsonNode json(String... arguments) {
    String[] all = java.util.Arrays.copyOf(arguments, arguments.length + 1);
    all[arguments.length] = "--json";
    assertThat(run(all)).as(err.toString(StandardCharsets.UTF_8)).isZero();
    return JsonMapper.shared().readTree(out.toString(StandardCharsets.UTF_8));
  }

  private String text(String... arguments) {
    assertThat(run(arguments)).as(err.toString(StandardCharsets.UTF_8)).isZero();
    return out.toString(StandardCharsets.UTF_8);
  }

  private void refused(String reason, String... arguments) {
    assertThat(run(arguments)).as(out.toString(StandardCharsets.UTF_8)).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains(reason).doesNotContain("\tat ");
  }

  private String[] request(String verb, String... more) {
    String[] all =
        java.util.Arrays.copyOf(
            new String[] {verb, "--model", path("encode"), "--store", path("store")},
            5 + more.length);
    System.arraycopy(more, 0, all, 5, more.length);
    return all;
  }

  @Test
  void scoreGivesWhatEvaluateWrote() throws IOException {
    Path predictions = folder.resolve("predictions.csv");
    JsonNode evaluated =
        json(
            "evaluate",
            "--data",
            path("dataset"),
            "--model",
            path("encode"),
            "--against",
            path("din-l"),
            "--predictions",
            predictions.toString(),
            "--ri-samples",
            "50");
    for (String key :
        List.of(
            "auc",
            "gauc",
            "log_loss",
            "warm_auc",
            "ri",
            "ri_uniform",
            "recall_50",
            "microseconds_per_candidate")) {
      assertThat(evaluated.get(key).isNumber()).as(key).isTrue();
    }
    assertThat(evaluated.get("oracle_auc").isNull()).isTrue();
    assertThat(evaluated.get("method").asString()).isEqualTo("encode");
    assertThat(evaluated.get("samples").asInt()).isEqualTo(100);

    int compared = 0;
    List<String> lines = Files.readAllLines(predictions);
    for (int s = 0; s < dataset.test().size(); s++) {
      String[] fields = lines.get(s + 1).split(",");
      int device = dataset.test().contextCode(2, s);
      String[] context =
          device < 0 ? new String[0] : new String[] {"--context", "device=v" + device};
      if (s % 10 == 0) {
        String[] more = {"--user", fields[0], "--items", fields[1] + ",i3", "--time", fields[2]};
        String[] all = java.util.Arrays.copyOf(more, more.length + context.length);
        System.arraycopy(context, 0, all, more.length, context.length);
        JsonNode item = json(request("score", all)).get("items").get(0);
        assertThat(item.get("item").asString()).isEqualTo(fields[1]);
        assertThat((float) item.get("probability").asDouble())
            .isEqualTo(Float.parseFloat(fields[4]));
        compared++;
      }
    }
    assertThat(compared).isEqualTo(10);
  }

  @Test
  void scorePrintsTheBestFirstWhenAsked() {
    JsonNode result =
        json(request("score", "--user", "u4", "--items", "i1,i2,i3,nope,i5", "--top", "3"));
    assertThat(result.get("known").asBoolean()).isTrue();
    assertThat(result.get("items")).hasSize(3);
    double last = Double.POSITIVE_INFINITY;
    for (JsonNode item : result.get("items")) {
      assertThat(item.get("logit").asDouble()).isLessThanOrEqualTo(last);
      last = item.get("logit").asDouble();
    }
    assertThat(text(request("score", "--user", "new", "--items", "i1,nope")))
        .contains("Item number 1")
        .contains("nope");
  }

  @Test
  void explainShowsEverythingAsJsonAndThePlotInWords() {
    int user = 0;
    while (dataset.behaviors().countBefore(user, now) < 40) {
      user++;
    }
    String id = dataset.userIds().id(user);
    JsonNode explained = json(request("explain", "--user", id, "--items", "i1,i7"));
    assertThat(explained.get("interests")).isNotEmpty();
    JsonNode interest = explained.get("interests").get(0);
    assertThat(interest.get("vector")).hasSize(32);
    assertThat(interest.get("members").get(0).get("name").asString()).startsWith("Item number");
    JsonNode candidate = explained.get("candidates").get(0);
    double sum = 0;
    for (JsonNode weight : candidate.get("interest_attention")) {
      sum += weight.asDouble();
    }
    assertThat(sum).isCloseTo(1, within(1e-5));
    assertThat(candidate.get("recent_attention")).hasSize(explained.get("recent").size());
    assertThat(candidate.get("input").size()).isGreaterThan(128);
    assertThat(text(request("explain", "--user", id, "--items", "i1,i7")))
        .contains("#1")
        .contains("Item number 7 (i7)");
  }

  @Test
  void wrongRequestsAreRefusedInOneLine() throws IOException {
    refused(
        "fingerprint",
        "score",
        "--model",
        path("other"),
        "--store",
        path("store"),
        "--user",
        "u1",
        "--items",
        "i1");
    refused(
        "not a store",
        "score",
        "--model",
        path("encode"),
        "--store",
        path("nowhere"),
        "--user",
        "u1",
        "--items",
        "i1");
    refused("'noon'", request("score", "--user", "u1", "--items", "i1", "--time", "noon"));
    refused("device", request("score", "--user", "u1", "--items", "i1", "--context", "shop=2"));
    refused("--top", request("score", "--user", "u1", "--items", "i1", "--top", "0"));
    refused("items", request("score", "--user", "u1"));
    refused(
        generation,
        "extract",
        "--data",
        path("dataset"),
        "--model",
        path("encode"),
        "--store",
        path("store"),
        "--as-of",
        Long.toString(now));
    refused(
        "avg-pooling",
        "extract",
        "--data",
        path("dataset"),
        "--model",
        path("avg-pooling"),
        "--store",
        path("store2"));
    refused("no such", "evaluate", "--data", path("nowhere"), "--model", path("encode"));
    refused(
        "neither test nor train",
        "evaluate",
        "--data",
        path("dataset"),
        "--model",
        path("encode"),
        "--part",
        "all");
    assertThat(folder.resolve("store2")).doesNotExist();
  }

  private String[] evaluate(Path predictions, String... more) {
    var all =
        new ArrayList<>(List.of("evaluate", "--data", path("dataset"), "--model", path("encode")));
    all.addAll(List.of("--predictions", predictions.toString()));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  @Test
  void predictionsReplaceAFileOnlyWhenAsked() throws IOException {
    Path file = Files.writeString(folder.resolve("mine.csv"), "mine");
    refused("--overwrite", evaluate(file));
    assertThat(file).hasContent("mine");
    refused("is a folder", evaluate(folder.resolve("encode"), "--overwrite"));
    text(evaluate(file, "--overwrite"));
    assertThat(file).content().startsWith("user,item,time,label,score");
  }

  @Test
  void theEvaluationIsPrintedEvenWhereThePredictionsCannotBeWritten() throws IOException {
    // A folder where the writer wants its temporary file.
    String temporary = ".full.csv." + ProcessHandle.current().pid() + ".tmp";
    Files.createDirectory(folder.resolve(temporary));
    assertThat(run(evaluate(folder.resolve("full.csv"), "--json"))).isEqualTo(Encode.FAILED);
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("\"auc\"");
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("full.csv");
  }

  @Test
  void evaluateDiffersFromOtherModels() {
    JsonNode mine = json("evaluate", "--data", path("dataset"), "--model", path("encode"));
    JsonNode other = json("evaluate", "--data", path("dataset"), "--model", path("other"));
    assertThat(mine.get("auc")).isNotEqualTo(other.get("auc"));
    assertThat(mine.get("ri").isNull()).isTrue();
    assertThat(text("evaluate", "--data", path("dataset"), "--model", path("din-l")))
        .contains("gauc_by")
        .contains("histories");
  }

  @Test
  void arithmeticChangesScoresALittleAndItemPartsNotAtAll() {
    String[] asked = {"--user", "u4", "--items", "i1,i2,i3,i5,i8"};
    JsonNode usual = json(request("score", asked)).get("items");
    JsonNode computed = json(request("score", with(asked, "--item-parts", "off"))).get("items");
    assertThat(computed).isEqualTo(usual);
    assertThat(json(request("score", with(asked, "--item-parts", "on"))).get("items"))
        .isEqualTo(usual);
    JsonNode small = json(request("score", with(asked, "--arithmetic", "int8"))).get("items");
    assertThat(small).isNotEqualTo(usual);
    for (int i = 0; i < usual.size(); i++) {
      assertThat(small.get(i).get("logit").asDouble())
          .isCloseTo(usual.get(i).get("logit").asDouble(), within(0.05));
    }
    JsonNode floats = json("evaluate", "--data", path("dataset"), "--model", path("encode"));
    JsonNode bytes =
        json(
            "evaluate",
            "--data",
            path("dataset"),
            "--model",
            path("encode"),
            "--arithmetic",
            "int8");
    assertThat(bytes.get("log_loss")).isNotEqualTo(floats.get("log_loss"));
    assertThat(bytes.get("auc").asDouble()).isCloseTo(floats.get("auc").asDouble(), within(0.02));
  }

  @Test
  void unknownArithmeticIsRefused() {
    String[] asked = {"--user", "u4", "--items", "i1"};
    refused("float32, int8", request("score", with(asked, "--arithmetic", "int4")));
    refused("auto, on or off", request("score", with(asked, "--item-parts", "maybe")));
    refused(
        "float32, int8",
        "serve",
        "--model",
        path("encode"),
        "--store",
        path("store"),
        "--arithmetic",
        "half");
  }

  private static String[] with(String[] some, String... more) {
    String[] all = java.util.Arrays.copyOf(some, some.length + more.length);
    System.arraycopy(more, 0, all, some.length, more.length);
    return all;
  }

  @Test
  void timesAreSecondsOrIso8601() {
    assertThat(PointInTime.seconds("--time", "1700000000")).isEqualTo(1_700_000_000L);
    assertThat(PointInTime.seconds("--time", "2023-11-14T22:13:20Z")).isEqualTo(1_700_000_000L);
    assertThat(PointInTime.seconds("--time", "1970-01-02")).isEqualTo(86_400L);
    assertThat(PointInTime.text(1_700_000_000L)).isEqualTo("2023-11-14T22:13:20Z");
  }
}
