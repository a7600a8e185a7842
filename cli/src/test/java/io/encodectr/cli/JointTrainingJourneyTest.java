package io.encodectr.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A model by two processes beside one by a single process, on a generated world. */
@Tag("slow")
class JointTrainingJourneyTest {
  @TempDir private Path folder;

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  private static JsonNode json(String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int code =
        Encode.run(
            Stream.concat(Arrays.stream(arguments), Stream.of("--json")).toArray(String[]::new),
            new PrintStream(out, true),
            new PrintStream(err, true));
    assertThat(code).as(err.toString(StandardCharsets.UTF_8)).isZero();
    return JsonMapper.shared().readTree(out.toString(StandardCharsets.UTF_8));
  }

  private JsonNode train(String model, String processes) {
    return json(
        "train",
        "--data",
        path("data"),
        "--method",
        "encode",
        "--preset",
        "small",
        "--epochs",
        "1",
        "--out",
        path(model),
        "--processes",
        processes);
  }

  private double auc(String model) {
    return json("evaluate", "--data", path("data"), "--model", path(model)).get("auc").asDouble();
  }

  @Test
  void twoProcessesReachTheAucOfOne() {
    json("generate", "--users", "800", "--items", "500", "--out", path("logs"));
    String mapping = path("logs/mapping.yaml");
    json(
        "ingest",
        "--format",
        "csv",
        "--input",
        path("logs"),
        "--mapping",
        mapping,
        "--out",
        path("data"));
    JsonNode alone = train("alone", "1");
    JsonNode joint = train("joint", "2");
    assertThat(alone.has("processes")).isFalse();
    assertThat(joint.get("processes").asInt()).isEqualTo(2);
    assertThat(joint.get("steps").asInt()).isEqualTo(alone.get("steps").asInt());
    assertThat(joint.get("exchanged_bytes_per_step").asLong()).isPositive();
    double auc = auc("alone");
    assertThat(auc).as("learned something").isGreaterThan(0.6);
    assertThat(auc("joint")).isCloseTo(auc, within(2e-3));
  }
}
