package io.encodectr.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class GenerateCommandTest {
  @TempDir Path folder;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int run(String... more) {
    List<String> arguments =
        new ArrayList<>(List.of("generate", "--out", folder.resolve("logs").toString()));
    arguments.addAll(List.of(more));
    return Encode.run(
        arguments.toArray(String[]::new),
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  @Test
  void writesALogFolderAndSaysWhatIsInIt() {
    int code =
        run("--users", "40", "--items", "200", "--rows", "6000", "--format", "csv.gz", "--json");
    assertThat(code).as(err.toString(StandardCharsets.UTF_8)).isEqualTo(Encode.DONE);
    JsonNode result = JsonMapper.shared().readTree(out.toString(StandardCharsets.UTF_8));
    assertThat(result.get("rows").asLong()).isEqualTo(6_000);
    assertThat(result.get("users").asInt()).isEqualTo(40);
    assertThat(result.get("oracle_auc").asDouble()).isBetween(0.7, 0.95);
    assertThat(folder.resolve("logs/events.csv.gz")).exists();
    assertThat(folder.resolve("logs/mapping.yaml")).exists();
  }

  @ParameterizedTest
  @CsvSource({
    "--preset, huge, 'demo, small or movielens-32m'",
    "--format, parquet, csv or csv.gz",
    "--users, -3, --users must be from 1",
    "--rows, 100, --rows must be from",
    "--days, 10, --days must be from",
    "--items, many, many"
  })
  void badOptionsAreExplained(String option, String value, String message) {
    assertThat(run(option, value)).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains(message);
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void anExistingFolderIsNotReplacedUnasked() {
    String[] small = {"--users", "20", "--items", "100", "--rows", "3000"};
    assertThat(run(small)).isEqualTo(Encode.DONE);
    assertThat(run(small)).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("--overwrite");
  }
}
