package io.encodectr.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.encodectr.dataset.DatasetFixture;
import io.encodectr.model.Model;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class TrainCommandTest {
  @TempDir Path temporary;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @BeforeEach
  void dataset() throws Exception {
    DatasetFixture.random(4, 40, 50, 30).write(temporary.resolve("data"));
  }

  private int train(String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "train",
                "--data",
                temporary.resolve("data").toString(),
                "--out",
                temporary.resolve("model").toString()));
    arguments.addAll(List.of(more));
    out.reset();
    err.reset();
    return Encode.run(arguments.toArray(String[]::new), new PrintStream(out), new PrintStream(err));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sim-hard", "eta", "eta-encode", "eta-ta", "sdim"})
  void aMethodGoesFromTrainingToItsReport(String method) throws Exception {
    String[] options = {"--preset", "small", "--retrieved", "9", "--epochs", "1"};
    assertThat(train(with(options, "--method", "din-l"))).as(said()).isZero();
    Path ideal = Files.move(temporary.resolve("model"), temporary.resolve("ideal"));
    assertThat(train(with(options, "--method", method))).as(said()).isZero();
    String model = temporary.resolve("model").toString();
    JsonNode facts = json("inspect", model);
    assertThat(facts.get("method").asString()).isEqualTo(method);
    assertThat(facts.get("hyper_parameters").get("retrieved").asInt()).isEqualTo(9);
    String data = temporary.resolve("data").toString();
    JsonNode result =
        json(
            "evaluate",
            "--data",
            data,
            "--model",
            model,
            "--against",
            ideal.toString(),
            "--ri-samples",
            "9");
    assertThat(result.get("method").asString()).isEqualTo(method);
    assertThat(result.get("auc").asDouble()).isBetween(0.0, 1.0);
    assertThat(result.get("ri").isNumber()).isTrue();
    assertThat(result.get("microseconds_per_candidate").asDouble()).isPositive();
  }

  private static String[] with(String[] options, String... more) {
    List<String> all = new ArrayList<>(List.of(options));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  private JsonNode json(String... arguments) {
    out.reset();
    err.reset();
    String[] all = with(arguments, "--json");
    assertThat(Encode.run(all, new PrintStream(out), new PrintStream(err))).as(said()).isZero();
    return JsonMapper.shared().readTree(out.toByteArray());
  }

  private String said() {
    return err.toString(StandardCharsets.UTF_8);
  }

  @Test
  void trainsAndSaysHowItWent() throws Exception {
    int code =
        train(
            "--method",
            "encode",
            "--preset",
            "small",
            "--epochs",
            "3",
            "--clusters",
            "4",
            "--json");
    assertThat(said()).isEmpty();
    assertThat(code).isEqualTo(Encode.DONE);
    JsonNode result = JsonMapper.shared().readTree(out.toByteArray());
    assertThat(result.get("method").asString()).isEqualTo("encode");
    assertThat(result.get("epochs").asInt()).isEqualTo(3);
    assertThat(result.get("samples_per_second").asDouble()).isPositive();
    assertThat(result.get("train_loss").asDouble()).isBetween(0.1, 1.0);
    assertThat(result.get("validation_auc").asDouble()).isBetween(0.0, 1.0);
    Model model = Model.load(temporary.resolve("model"));
    assertThat(model.spec().clusters()).isEqualTo(4);
    assertThat(model.spec().training())
        .containsEntry("batch_size", 256)
        .containsEntry("learning_rate", 3e-3);
    assertThat(train("--method", "encode")).isEqualTo(Encode.BAD_INPUT);
    assertThat(said()).contains("--overwrite");
    assertThat(train("--method", "din", "--overwrite")).isEqualTo(Encode.DONE);
  }

  @Test
  void readsOptionsFromAFile() throws Exception {
    Path config = temporary.resolve("run.yaml");
    Files.writeString(config, "method: din\nepochs: 2\nearly-stop: true\npatience: 9\n");
    assertThat(train("--config", config.toString(), "--seed", "7")).isEqualTo(Encode.DONE);
    Model model = Model.load(temporary.resolve("model"));
    assertThat(model.spec().seed()).isEqualTo(7);
    assertThat(model.spec().training())
        .containsEntry("epochs", 2)
        .containsEntry("early_stop", true)
        .containsEntry("patience", 9);
  }

  @Test
  void namesWhatIsWrong() {
    assertThat(train("--method", "ncode")).isEqualTo(Encode.BAD_INPUT);
    assertThat(said()).contains("no method ncode, did you mean encode?");
    assertThat(train("--method", "din", "--preset", "big")).isEqualTo(Encode.BAD_INPUT);
    assertThat(said()).contains("paper and small");
    assertThat(train("--method", "din", "--validation-share", "1.5")).isEqualTo(Encode.BAD_INPUT);
    assertThat(said()).contains("validation_share");
    assertThat(train("--method", "din", "--data", temporary.resolve("none").toString()))
        .isEqualTo(Encode.BAD_INPUT);
    assertThat(temporary.resolve("model")).doesNotExist();
    assertThat(temporary.resolve("model.checkpoint")).doesNotExist();
  }

  @Test
  void saysHowProcessesAreGiven() {
    String[] options = {"--method", "din"};
    assertThat(train(with(options, "--rank", "0"))).isEqualTo(Encode.BAD_INPUT);
    assertThat(said()).contains("--rank, --world-size and --rendezvous go together");
    String[] one = {"--rank", "0", "--world-size", "2", "--rendezvous", "place"};
    assertThat(train(with(with(options, one), "--processes", "2"))).isEqualTo(Encode.BAD_INPUT);
    assertThat(said()).contains("--processes starts the other processes itself");
    assertThat(train(with(options, "--processes", "0"))).isEqualTo(Encode.BAD_INPUT);
    assertThat(said()).contains("processes must be from 1 to 256, not 0");
    assertThat(train(with(options, "--peer-timeout", "0"))).isEqualTo(Encode.BAD_INPUT);
    assertThat(said()).contains("--peer-timeout 0: give 1 to 86400 seconds");
    one[1] = "2";
    assertThat(train(with(options, one))).isEqualTo(Encode.BAD_INPUT);
    assertThat(said()).contains("ranks go from 0 to world size - 1");
    assertThat(temporary.resolve("model")).doesNotExist();
    assertThat(temporary.resolve("model.checkpoint")).doesNotExist();
  }
}
