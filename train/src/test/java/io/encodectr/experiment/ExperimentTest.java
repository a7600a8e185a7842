package io.encodectr.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.encodectr.dataset.Dataset;
import io.encodectr.dataset.UserFraction;
import io.encodectr.evaluation.DeLong;
import io.encodectr.file.FloatColumn;
import io.encodectr.file.FolderTree;
import io.encodectr.file.InputException;
import io.encodectr.file.Json;
import io.encodectr.progress.Progress;
import io.encodectr.train.TestWorld;
import io.encodectr.train.TrainOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class ExperimentTest {
  private static final String GRID =
      """
      all: {batch_size: 64, recent_length: 10, long_length: 40, clusters: 6}
      methods:
      - names: [din]
        axes: [[{learning_rate: 0.003}, {learning_rate: 0.01}]]
      - names: [din-l, encode]
        axes: [[{beta: 5}, {beta: 2}], [{learning_rate: 0.005}]]
      """;

  @TempDir Path temporary;
  private Path data;
  private Path grid;
  private final List<String> trained = new ArrayList<>();

  @BeforeEach
  void world() throws IOException {
    data =
        TestWorld.write(temporary.resolve("data"), 30, 40, 50, 8, true, TestWorld.Labels.TASTE, 5);
    grid = Files.writeString(temporary.resolve("grid.yaml"), GRID);
  }

  private ExperimentOptions options(
      String name, List<String> only, List<Long> seeds, double fraction, boolean overwrite) {
    return options(name, only, List.of(), seeds, fraction, 1, overwrite);
  }

  private ExperimentOptions options(
      String name,
      List<String> only,
      List<Double> values,
      List<Long> seeds,
      double fraction,
      int epochs,
      boolean overwrite) {
    return new ExperimentOptions(
        name,
        data,
        temporary.resolve("out"),
        only,
        values,
        seeds,
        1,
        fraction,
        epochs,
        grid.toString(),
        null,
        50,
        5,
        2,
        0.02,
        new Reuse(overwrite, false),
        "./encode experiment " + name);
  }

  /** Runs in this process and notes what is trained. */
  private Map<String, Object> run(ExperimentOptions options) throws IOException {
    return Experiment.run(
        options,
        dataset -> {
          Training local = new LocalTraining(dataset, 2, () -> null);
          return (folder, asked, samplesDone) -> {
            trained.add(temporary.resolve("out").relativize(folder.path()).toString());
            local.train(folder, asked, samplesDone);
          };
        },
        Progress.NONE);
  }

  private JsonNode results() throws IOException {
    return Json.readTree(temporary.resolve("out/results.json"));
  }

  private static JsonNode row(JsonNode results, String section, String row) {
    for (JsonNode each : results.get("sections")) {
      if (each.get("id").asString().equals(section)) {
        for (JsonNode candidate : each.get("rows")) {
          if (candidate.get("id").asString().equals(row)) {
            return candidate;
          }
        }
      }
    }
    throw new AssertionError("no row " + row + " in " + section);
  }

  @Test
  void comparesMethodsAndSaysHow() throws IOException {
    Map<String, Object> summary =
        run(options("paper", List.of("table2", "figure1"), List.of(1L, 2L), 1, false));
    // Three methods: two trials each, then two seeds; DIN-L before those that are held to it.
    assertThat(trained).hasSize(3 * 2 + 3 * 2);
    assertThat(trained.subList(6, 9)).allMatch(path -> path.endsWith("seed-1"));
    assertThat(trained.get(6)).isEqualTo("runs/din-l/seed-1");
    assertThat(summary.get("experiment")).isEqualTo("paper");
    JsonNode results = results();
    assertThat(results.get("complete").asBoolean()).isTrue();
    JsonNode encode = row(results, "table2", "encode");
    assertThat(encode.get("runs")).hasSize(2);
    assertThat(encode.get("chosen").get("of")).hasSize(2);
    assertThat(encode.get("options").get("batch_size").asInt()).isEqualTo(64);
    assertThat(encode.get("options").has("seed")).isFalse();
    assertThat(encode.get("inference").get("rounds").asInt()).isEqualTo(5);
    assertThat(encode.has("significance")).isFalse();
    JsonNode full = row(results, "table2", "din-l");
    assertThat(full.get("mean").get("ri").asDouble())
        .isCloseTo(full.get("mean").get("ri_floor").asDouble(), within(1e-4));
    assertThat(row(results, "table2", "din").get("mean").get("ri")).isNull();
    assertThat(row(results, "figure1", "encode").get("mean")).isEqualTo(encode.get("mean"));
    double first = encode.get("runs").get(0).get("auc").asDouble();
    double second = encode.get("runs").get(1).get("auc").asDouble();
    assertThat(encode.get("mean").get("auc").asDouble())
        .isCloseTo((first + second) / 2, within(1e-12));
    assertThat(encode.get("std").get("auc").asDouble())
        .isCloseTo(Math.abs(first - second) / Math.sqrt(2), within(1e-12));
    assertSignificance(results);
    assertTable(encode);
    // Left over: DIN-L's and ENCODE's models, and those that are timed.
    assertThat(temporary.resolve("out/runs/encode/seed-2/model")).exists();
    assertThat(temporary.resolve("out/runs/din/seed-1/model")).exists();
    assertThat(temporary.resolve("out/runs/din/seed-2/model")).doesNotExist();
    assertThat(temporary.resolve("out/trials/din/learning_rate-0.003/model")).doesNotExist();
    // The grid has no trials for the other methods, and the protocol says so.
    assertThat(results.get("protocol").toString()).contains("Left out").contains("twin");
    JsonNode provenance = results.get("provenance");
    assertThat(provenance.get("libtorch").asString()).matches("\\d+\\..*");
    assertThat(provenance.get("dataset").get("test_samples").asInt()).isEqualTo(60);
    assertThat(provenance.get("command").asString())
        .startsWith("./encode experiment paper --data " + data)
        .contains(" --only table2,figure1 --seeds 1,2 --seed 1 ")
        .contains(" --grid " + grid + " --candidates 50 ");
    assertThat(provenance.get("grid").get("trials").get("din")).hasSize(2);
    assertThat(provenance.get("jvm_options").isArray()).isTrue();
    assertThat(provenance.get("programs")).hasSize(1);
    assertThat(provenance.get("programs").get(0).get("runs").asInt()).isEqualTo(6);
    assertThat(provenance.get("code_version").asString()).isEqualTo(ProgramVersion.current());
    assertThat(provenance.get("machine").get("cpu").asString()).isNotEmpty();
  }

  /** The table holds what the results hold, and inference time once. */
  private void assertTable(JsonNode encode) throws IOException {
    List<String> lines = Files.readAllLines(temporary.resolve("out/results.csv"));
    assertThat(lines).hasSize(1 + 2 * 3 * 2);
    List<String> head = List.of(lines.getFirst().split(",", -1));
    List<String[]> own =
        lines.stream()
            .filter(line -> line.startsWith("table2,encode,"))
            .map(line -> line.split(",", -1))
            .toList();
    assertThat(own).hasSize(2);
    for (int i = 0; i < 2; i++) {
      JsonNode run = encode.get("runs").get(i);
      assertThat(own.get(i)).hasSize(head.size());
      assertThat(own.get(i)[head.indexOf("seed")]).isEqualTo(run.get("seed").asString());
      assertThat(own.get(i)[head.indexOf("auc")]).isEqualTo(run.get("auc").asString());
      assertThat(own.get(i)[head.indexOf("inference_ms")])
          .isEqualTo(i == 0 ? encode.get("inference").get("median_ms").asString() : "");
    }
  }

  private void assertSignificance(JsonNode results) throws IOException {
    JsonNode found = row(results, "table2", "din").get("significance");
    try (Dataset dataset = Dataset.open(data)) {
      byte[] labels = new byte[dataset.test().size()];
      int[] users = new int[labels.length];
      for (int s = 0; s < labels.length; s++) {
        labels[s] = (byte) dataset.test().label(s);
        users[s] = dataset.test().user(s);
      }
      DeLong.Difference difference =
          DeLong.of(
              List.of(scores("din", 1), scores("din", 2)),
              List.of(scores("encode", 1), scores("encode", 2)),
              labels,
              users);
      assertThat(found.get("against").asString()).isEqualTo("encode");
      assertThat(found.get("delta_auc").asDouble()).isEqualTo(difference.delta());
      assertThat(found.get("p").asDouble()).isEqualTo(difference.p());
      assertThat(found.get("high").asDouble() - found.get("low").asDouble())
          .isCloseTo(2 * difference.margin(), within(1e-12));
    }
  }

  private float[] scores(String method, int seed) throws IOException {
    return FloatColumn.map(
            temporary.resolve("out/runs/" + method + "/seed-" + seed + "/scores.npy"))
        .toArray();
  }

  @Test
  void takesUpWhatIsDoneAndOnlyThat() throws IOException {
    ExperimentOptions asked = options("paper", List.of("table2", "table6"), List.of(1L), 1, false);
    run(asked);
    JsonNode whole = results();
    int all = trained.size();
    trained.clear();
    run(asked);
    assertThat(trained).isEmpty();
    // As if killed: one trial and one run are gone, another has its model but no measurement.
    FolderTree.delete(temporary.resolve("out/trials/din/learning_rate-0.01"));
    FolderTree.delete(temporary.resolve("out/runs/encode-loss-mse/seed-1"));
    Files.delete(temporary.resolve("out/runs/encode/seed-1/test.json"));
    Files.delete(temporary.resolve("out/results.json"));
    run(asked);
    assertThat(trained)
        .containsExactlyInAnyOrder("trials/din/learning_rate-0.01", "runs/encode-loss-mse/seed-1");
    assertThat(all).isEqualTo(3 * 2 + 3 + 4);
    JsonNode again = results();
    for (JsonNode section : whole.get("sections")) {
      for (JsonNode before : section.get("rows")) {
        JsonNode after = row(again, section.get("id").asString(), before.get("id").asString());
        assertThat(after.get("mean").get("auc")).isEqualTo(before.get("mean").get("auc"));
        assertThat(after.get("mean").get("ri")).isEqualTo(before.get("mean").get("ri"));
        assertThat(after.get("significance")).isEqualTo(before.get("significance"));
      }
    }
    // Another seed adds runs and leaves the trials alone.
    trained.clear();
    run(options("paper", List.of("table2"), List.of(1L, 2L), 1, false));
    assertThat(trained).hasSize(3).allMatch(path -> path.endsWith("seed-2"));
  }

  @Test
  void anUnfinishedExperimentShowsWhatItHas() throws IOException {
    ExperimentOptions asked = options("paper", List.of("table2"), List.of(1L), 1, false);
    assertThatThrownBy(() ->
            Experiment.run(
                asked,
                dataset -> {
                  Training local = new LocalTraining(dataset, 2, () -> null);
                  return (folder, options, samplesDone) -> {
                    if (folder.path().endsWith("runs/din/seed-1")) {
                      throw new IllegalStateException("pulled the plug");
                    }
                    local.train(folder, options, samplesDone);
                  };
                },
                Progress.NONE))
        .hasMessage("pulled the plug");
    JsonNode results = results();
    assertThat(results.get("complete").asBoolean()).isFalse();
    assertThat(row(results, "table2", "encode").get("runs")).hasSize(1);
    assertThat(row(results, "table2", "din").get("runs")).isEmpty();
    run(asked);
    assertThat(results().get("complete").asBoolean()).isTrue();
  }

  @Test
  void refusesWorkOfSomethingElse() throws IOException {
    Files.writeString(grid, "methods: [{names: [din, encode], axes: [[{l2: 0}]]}]");
    List<String> only = List.of("table2");
    run(options("paper", only, List.of(1L), 1, false));
    trained.clear();
    assertThatThrownBy(() -> run(options("paper", only, List.of(1L), 0.8, false)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("another fraction of its users")
        .hasMessageContaining("--overwrite");
    assertThatThrownBy(() -> run(options("paper", only, List.of(), List.of(1L), 1, 3, false)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("epochs was 1 and is now 3");
    assertThatThrownBy(() -> run(options("k-sweep", List.of(), List.of(1L), 1, false)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("holds the experiment paper");
    assertThat(trained).isEmpty();
    run(options("paper", only, List.of(1L), 0.8, true));
    assertThat(trained).hasSize(2 + 2);
    Path other = Files.createDirectories(temporary.resolve("other"));
    Files.writeString(other.resolve("precious.txt"), "mine");
    assertThatThrownBy(() -> OutputFolder.open(other, "paper"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("holds other files");
    try (OutputFolder first = OutputFolder.open(temporary.resolve("locked"), "paper")) {
      assertThat(first.created()).contains("T");
      assertThatThrownBy(() -> OutputFolder.open(temporary.resolve("locked"), "paper"))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("another process");
    }
  }

  @Test
  void ageAndPrecisionOfStatesAreMeasuredOnOneModel() throws IOException {
    run(options("staleness", List.of(), List.of(0., 0.002, 1.), List.of(1L), 1, 1, false));
    JsonNode results = results();
    assertThat(trained).containsOnlyOnce("runs/encode/seed-1").hasSize(2 + 1);
    JsonNode fresh = row(results, "staleness", "encode");
    JsonNode old = row(results, "staleness", "encode-every-1-days");
    assertThat(fresh.get("x").asDouble()).isZero();
    assertThat(old.get("mean").get("lag_days").asDouble()).isGreaterThanOrEqualTo(0);
    assertThat(old.get("significance").get("against").asString()).isEqualTo("encode");
    assertThat(results.get("sections").get(0).get("series").toString()).contains("log_loss");
    FolderTree.delete(temporary.resolve("out"));
    run(options("quantize", List.of(), List.of(1L), 1, false));
    JsonNode half = row(results(), "quantize", "encode-float16");
    assertThat(half.get("mean").get("max_score_delta").asDouble()).isBetween(1e-9, 0.01);
    assertThat(half.get("mean").get("bytes_per_user").asDouble())
        .isEqualTo(
            row(results(), "quantize", "encode").get("mean").get("bytes_per_user").asDouble() / 2);
    assertThat(results().get("sections").get(0).get("findings").toString())
        .contains("bytes a user");
  }

  @Test
  void sweepsHaveValuesOfTheirOwn() throws IOException {
    run(options("length", List.of(), List.of(10., 40.), List.of(1L), 1, 1, false));
    JsonNode longest = row(results(), "length", "din-l-length-40");
    assertThat(longest.get("line").asString()).isEqualTo("DIN-L");
    assertThat(longest.get("inference").get("median_ms").asDouble()).isPositive();
    assertThat(longest.get("mean").get("train_seconds").asDouble()).isPositive();
    FolderTree.delete(temporary.resolve("out"));
    trained.clear();
    run(options("k-sweep", List.of(), List.of(3., 30.), List.of(1L), 1, 1, false));
    assertThat(trained)
        .containsExactly(
            "trials/encode/beta-5-learning_rate-0.005",
            "trials/encode/beta-2-learning_rate-0.005",
            "runs/encode-k-3/seed-1",
            "runs/encode-k-30/seed-1");
  }

  /** A trial that comes to nothing is an outcome; the others are chosen from. */
  @Test
  void failedTrialsAreOutcomes() throws IOException {
    Files.writeString(
        grid,
        """
        all: {batch_size: 64, recent_length: 10, long_length: 40, clusters: 6}
        methods:
        - names: [encode]
          axes: [[{learning_rate: 1e30}, {learning_rate: 0.003}]]
        - names: [din]
          axes: [[{learning_rate: 1e30}, {learning_rate: 1e29}]]
        """);
    run(options("paper", List.of("table5"), List.of(1L), 1, false));
    JsonNode results = results();
    JsonNode encode = row(results, "table5", "encode");
    assertThat(encode.get("chosen").get("name").asString()).isEqualTo("lr 0.003");
    assertThat(encode.get("chosen").get("of").get(0).get("failed").asString())
        .contains("not a number");
    assertThat(encode.get("runs")).hasSize(1);
    JsonNode din = row(results, "table5", "din");
    assertThat(din.get("failed").asString())
        .startsWith("all trials of din failed")
        .contains("not a number");
    assertThat(din.get("runs")).isEmpty();
    assertThat(results.get("complete").asBoolean()).isTrue();
    assertThat(results.get("protocol").toString())
        .contains("Trials failed of ENCODE (1 of 2) and DIN (2 of 2)");
    assertThat(trained).hasSize(4 + 3);
    trained.clear();
    run(options("paper", List.of("table5"), List.of(1L), 1, false));
    assertThat(trained).isEmpty();
    run(options("paper", List.of("table5"), List.of(1L), 1, true));
    assertThat(trained).hasSize(3).allMatch(path -> path.startsWith("trials/"));
  }

  @Test
  void aFailedRunDoesNotEndTheExperiment() throws IOException {
    Files.writeString(grid, "methods: [{names: [encode, din], axes: [[{l2: 0}]]}]");
    Experiment.run(
        options("paper", List.of("table5"), List.of(1L, 2L), 1, false),
        dataset -> {
          Training local = new LocalTraining(dataset, 2, () -> null);
          return (folder, asked, samplesDone) -> {
            if (folder.path().endsWith("runs/din/seed-1")) {
              folder.fail("ran away");
            } else {
              local.train(folder, asked, samplesDone);
            }
          };
        },
        Progress.NONE);
    JsonNode din = row(results(), "table5", "din");
    assertThat(din.get("runs")).hasSize(1);
    assertThat(din.get("failed_runs").get(0).get("seed").asInt()).isEqualTo(1);
    assertThat(din.get("failed_runs").get(0).get("reason").asString()).isEqualTo("ran away");
    assertThat(din.get("significance").get("seeds").asInt()).isEqualTo(1);
    run(options("paper", List.of("table5"), List.of(1L, 2L), 1, false));
    assertThat(trained).isEmpty();
    run(options("paper", List.of("table5"), List.of(1L, 2L), 1, true));
    assertThat(trained).containsExactly("runs/din/seed-1");
    assertThat(row(results(), "table5", "din").get("runs")).hasSize(2);
  }

  @Test
  void numbersOfSeveralProgramsAreKeptApart() throws IOException {
    Files.writeString(grid, "methods: [{names: [encode, din], axes: [[{l2: 0}]]}]");
    ExperimentOptions asked = options("paper", List.of("table5"), List.of(1L), 1, false);
    run(asked);
    for (String of : List.of("runs/din/seed-1", "trials/din/l2-0")) {
      Path file = temporary.resolve("out").resolve(of).resolve("identity.json");
      ObjectNode identity = (ObjectNode) Json.readTree(file);
      Json.write(file, identity.put("code_version", "0.1.0-SNAPSHOT"));
    }
    Path test = temporary.resolve("out/runs/din/seed-1/test.json");
    ObjectNode measured = (ObjectNode) Json.readTree(test);
    measured.remove("program");
    Json.write(test, measured);
    trained.clear();
    assertThatThrownBy(() -> run(asked))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("--mixed-programs");
    run(with(asked, new Reuse(false, true)));
    assertThat(trained).isEmpty();
    JsonNode results = results();
    assertThat(results.get("provenance").get("programs").findValuesAsString("version"))
        .containsExactlyInAnyOrder("0.1.0-SNAPSHOT", ProgramVersion.current());
    assertThat(row(results, "table5", "din").get("runs").get(0).get("program").asString())
        .isEqualTo("0.1.0-SNAPSHOT");
    assertThat(results.get("protocol").toString()).contains("several builds of Encode");
    run(with(asked, new Reuse(true, false)));
    assertThat(trained).containsExactly("trials/din/l2-0", "runs/din/seed-1");
  }

  private static ExperimentOptions with(ExperimentOptions asked, Reuse reuse) {
    return new ExperimentOptions(
        asked.name(),
        asked.data(),
        asked.out(),
        asked.only(),
        asked.values(),
        asked.seeds(),
        asked.trialSeed(),
        asked.fraction(),
        asked.epochs(),
        asked.grid(),
        asked.history(),
        asked.candidates(),
        asked.rounds(),
        asked.threads(),
        asked.warmUpSeconds(),
        reuse,
        asked.typed());
  }

  @Test
  void valuesThatNoTrainingTakesAreRefusedBeforeAnyIsBegun() {
    List<Double> values = List.of(4., 100.);
    assertThatThrownBy(() -> run(options("m-sweep", List.of(), values, List.of(1L), 1, 1, false)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("low_dimension must be from 1 to 64, not 100")
        .hasMessageContaining("--values [4.0, 100.0]");
    assertThat(trained).isEmpty();
    assertThat(temporary.resolve("out")).doesNotExist();
  }

  /** Jars that were built anew while the experiment ran train nothing for it. */
  @Test
  void aChildOfAnotherProgramRefuses() throws IOException {
    RunIdentity identity = RunIdentity.of("data", TrainOptions.defaults("din"), Map.of());
    RunFolder folder = RunFolder.open(temporary.resolve("run"), identity, new Reuse(false, false));
    Training child = new ChildTraining(data, new UserFraction(1), 1, "0.1.0+000000000000");
    assertThatThrownBy(() -> child.train(folder, TrainOptions.defaults("din"), samples -> {}))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("built anew")
        .hasMessageContaining(ProgramVersion.current());
    assertThat(folder.trained()).isFalse();
    assertThat(folder.failed()).isFalse();
  }

  @Tag("slow")
  @Test
  void afterTrainingInItsOwnProcessTheResultIsTheSame() throws IOException {
    ExperimentOptions asked = options("quantize", List.of(), List.of(3L), 0.7, false);
    Experiment.run(asked, Progress.NONE);
    JsonNode child = row(results(), "quantize", "encode");
    assertThat(child.get("runs").get(0).get("peak_memory_bytes").asLong())
        .isBetween(50_000_000L, 4_000_000_000L);
    FolderTree.delete(temporary.resolve("out"));
    run(asked);
    JsonNode local = row(results(), "quantize", "encode");
    assertThat(local.get("mean").get("auc")).isEqualTo(child.get("mean").get("auc"));
    assertThat(local.get("chosen")).isEqualTo(child.get("chosen"));
    assertThat(local.get("runs").get(0).has("peak_memory_bytes")).isFalse();
  }
}
