package io.encodectr.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.encodectr.dataset.Dataset;
import io.encodectr.dataset.DatasetFixture;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Every variant of ENCODE from train to explain, as a user types it. */
class VariantJourneyTest {
  @TempDir private Path folder;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  private int run(Stream<String> arguments) {
    out.reset();
    err.reset();
    return Encode.run(
        arguments.toArray(String[]::new), new PrintStream(out, true), new PrintStream(err, true));
  }

  private JsonNode json(String... arguments) {
    assertThat(run(Stream.concat(Arrays.stream(arguments), Stream.of("--json"))))
        .as(err.toString(StandardCharsets.UTF_8))
        .isZero();
    return JsonMapper.shared().readTree(out.toString(StandardCharsets.UTF_8));
  }

  private static Stream<String> training(String data, String model, String variant) {
    return Stream.concat(
        Stream.of("train", "--data", data, "--out", model, "--preset", "small", "--clusters", "5"),
        Arrays.stream(variant.split(" ")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--method encode --clustering random --metric-loss none",
        "--method encode --clustering routing --metric-loss mse --triplet-sampling batch",
        "--method encode --clustering agglomerative --metric-loss n-pair --mass count",
        "--method encode --metric-loss triplet-fixed --triplet-sampling neighbors --mass spread",
        "--method encode --beta 0.05 --mass log-sum-exp --low-dimension 7",
        "--method encode-minus --mass log-sum-exp",
        "--method encode --mass learned --learning-rate 0.01"
      })
  void scoresOnlineWhatItEvaluates(String variant) throws Exception {
    try (Dataset dataset = DatasetFixture.random(4, 40, 50, 60).open(folder.resolve("data"))) {
      assertThat(run(training(path("data"), path("model"), variant)))
          .as(err.toString(StandardCharsets.UTF_8))
          .isZero();
      json(
          "evaluate",
          "--data",
          path("data"),
          "--model",
          path("model"),
          "--predictions",
          path("predictions.csv"));
      List<String> lines = Files.readAllLines(folder.resolve("predictions.csv"));
      assertThat(lines).hasSize(dataset.test().size() + 1);
      for (int s = 0; s < dataset.test().size(); s += 25) {
        String[] fields = lines.get(s + 1).split(",");
        String store = path("store" + s);
        json(
            "extract",
            "--data",
            path("data"),
            "--model",
            path("model"),
            "--store",
            store,
            "--as-of",
            fields[2]);
        int device = dataset.test().contextCode(2, s);
        JsonNode explained =
            json(
                Stream.concat(
                        Stream.of(
                            "explain",
                            "--model",
                            path("model"),
                            "--store",
                            store,
                            "--user",
                            fields[0],
                            "--items",
                            fields[1],
                            "--time",
                            fields[2]),
                        device < 0 ? Stream.of() : Stream.of("--context", "device=v" + device))
                    .toArray(String[]::new));
        JsonNode candidate = explained.get("candidates").get(0);
        assertThat((float) candidate.get("probability").asDouble())
            .isEqualTo(Float.parseFloat(fields[4]));
        double sum = 0;
        for (JsonNode weight : candidate.get("interest_attention")) {
          sum += weight.asDouble();
        }
        int interests = explained.get("interests").size();
        assertThat(sum).isCloseTo(interests == 0 ? 0 : 1, within(1e-5));
        assertThat(interests).isLessThanOrEqualTo(5);
      }
    }
  }

  @Test
  void whatDoesNotGoTogetherIsRefused() throws Exception {
    DatasetFixture.random(4, 40, 50, 30).write(folder.resolve("data"));
    for (String[] wrong :
        new String[][] {
          {"--method encode-minus --mass spread", "mass spread is for attention by cosine"},
          {"--method encode --long-relevance dot", "long_relevance cannot be dot"},
          {"--method encode --clustering spectral", "clustering must be one of kmeans"},
          {"--method encode --metric-loss hinge", "metric_loss must be one of none"},
          {"--method encode --triplet-sampling world", "triplet_sampling must be one of"},
          {"--method encode --mass weight", "mass must be one of none"}
        }) {
      assertThat(run(training(path("data"), path("model"), wrong[0])))
          .as(wrong[0])
          .isEqualTo(Encode.BAD_INPUT);
      assertThat(err.toString(StandardCharsets.UTF_8)).contains(wrong[1]);
      assertThat(folder.resolve("model")).doesNotExist();
    }
  }
}
