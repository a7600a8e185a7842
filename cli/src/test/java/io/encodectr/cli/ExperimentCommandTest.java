package io.encodectr.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.encodectr.dataset.DatasetFixture;
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
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ExperimentCommandTest {
  @TempDir Path temporary;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @BeforeEach
  void dataset() throws Exception {
    DatasetFixture.random(4, 60, 50, 30).write(temporary.resolve("data"));
  }

  private int experiment(String name, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "experiment",
                name,
                "--data",
                temporary.resolve("data").toString(),
                "--out",
                temporary.resolve("out").toString()));
    arguments.addAll(List.of(more));
    out.reset();
    err.reset();
    return Encode.run(arguments.toArray(String[]::new), new PrintStream(out), new PrintStream(err));
  }

  private String said() {
    return err.toString(StandardCharsets.UTF_8);
  }

  @Test
  void comparesWhatTheGridNames() throws Exception {
    Path grid = temporary.resolve("grid.yaml");
    Files.writeString(grid, "methods: [{names: [din], axes: [[{learning_rate: 0.01}]]}]\n");
    int code =
        experiment(
            "paper",
            "--only",
            "table6",
            "--seeds",
            "5",
            "--epochs",
            "1",
            "--grid",
            grid.toString(),
            "--json");
    assertThat(said()).isEmpty();
    assertThat(code).isEqualTo(Encode.DONE);
    JsonNode summary = JsonMapper.shared().readTree(out.toByteArray());
    assertThat(summary.get("experiment").asString()).isEqualTo("paper");
    assertThat(summary.get("rows")).hasSize(1);
    assertThat(summary.get("rows").get(0).get("auc").asDouble()).isBetween(0.0, 1.0);
    assertThat(Path.of(summary.get("report").asString())).isNotEmptyFile();
    JsonNode results =
        JsonMapper.shared().readTree(Files.readAllBytes(temporary.resolve("out/results.json")));
    assertThat(results.get("provenance").get("command").asString())
        .startsWith("./encode experiment paper --data ")
        .contains("--only table6 --seeds 5");
    assertThat(temporary.resolve("out/runs/din/seed-5/training.json")).exists();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "papers | | there is no experiment papers",
        "paper | --only table9 | no section table9, did you mean table2",
        "paper | --seeds 1,1 | --seeds needs different numbers",
        "paper | --seeds one | --seeds",
        "paper | --fraction 0 | fraction of users must be above 0",
        "paper | --fraction 1.5 | fraction of users must be above 0",
        "paper | --epochs 0 | --epochs must be at least 1",
        "paper | --candidates 0 | --candidates must be at least 1",
        "paper | --grid none.yaml | there is no grid none.yaml",
        "paper | --values 3 | --values is for the sweeps",
        "k-sweep | --values 3.5 | whole numbers from 1 on",
        "staleness | --values -1 | days from 0 on",
      })
  void namesWhatIsWrong(String name, String more, String message) {
    String[] arguments = more == null ? new String[0] : more.split(" ");
    assertThat(experiment(name, arguments)).isEqualTo(Encode.BAD_INPUT);
    assertThat(said()).contains(message);
    assertThat(temporary.resolve("out")).doesNotExist();
  }
}
