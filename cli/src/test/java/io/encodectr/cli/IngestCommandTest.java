package io.encodectr.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.encodectr.file.InputException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class IngestCommandTest {
  @TempDir private Path folder;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int ingest(String... options) throws IOException {
    Files.writeString(
        folder.resolve("log.csv"),
        """
        u,i,stars,t
        a,x,5,1000000000
        a,y,2,1000000100
        b,x,4,1000000200
        b,y,4,soon
        """);
    Path mapping =
        Files.writeString(
            folder.resolve("mapping.yaml"),
            "user: u\nitem: i\ntime: t\nlabel: {column: stars, positive_at: 4}\n");
    List<String> arguments =
        new ArrayList<>(
            List.of("ingest", "--format", "csv", "--input", folder.resolve("log.csv").toString()));
    arguments.addAll(List.of("--mapping", mapping.toString()));
    arguments.addAll(List.of("--out", folder.resolve("dataset").toString()));
    arguments.addAll(List.of(options));
    return Encode.run(
        arguments.toArray(String[]::new),
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  @Test
  void printsOneJsonObjectWithTheKeysThatScriptsRelyOn() throws IOException {
    int code = ingest("--json", "--max-reject-share", "0.5", "--train-share", "0.6");
    assertThat(code).as(err.toString(StandardCharsets.UTF_8)).isEqualTo(Encode.DONE);
    JsonNode result = JsonMapper.shared().readTree(out.toString(StandardCharsets.UTF_8));
    assertThat(result.get("users").asInt()).isEqualTo(2);
    assertThat(result.get("items").asInt()).isEqualTo(2);
    assertThat(result.get("behaviors").asInt()).isEqualTo(3);
    assertThat(result.get("train_samples").asInt()).isEqualTo(2);
    assertThat(result.get("test_samples").asInt()).isEqualTo(1);
    assertThat(result.get("rejected").asInt()).isEqualTo(1);
    assertThat(Files.readString(folder.resolve("dataset/rejects.jsonl"))).contains("\"line\":5");
  }

  @Test
  void badInputIsExitCodeTwoAndLeavesNothing() throws IOException {
    assertThat(ingest()).isEqualTo(Encode.BAD_INPUT);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("log.csv: 1 of 4 rows (25.00%) cannot be used")
        .contains("line 5: t \"soon\" is no number")
        .doesNotContain("\tat ");
    assertThat(folder.resolve("dataset")).doesNotExist();
    assertThat(ingest("--history", "some")).isEqualTo(Encode.BAD_INPUT);
    assertThat(ingest("--format", "movie")).isEqualTo(Encode.BAD_INPUT);
  }

  @Test
  void memoryIsGivenInUnits() {
    assertThat(IngestCommand.bytes("4GB")).isEqualTo(4L << 30);
    assertThat(IngestCommand.bytes("512 mb")).isEqualTo(512L << 20);
    assertThat(IngestCommand.bytes("1TiB")).isEqualTo(1L << 40);
    assertThat(IngestCommand.bytes("700000000")).isEqualTo(700_000_000);
    assertThatThrownBy(() -> IngestCommand.bytes("much"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("4GB");
    assertThat(IngestCommand.bytes("8388607T")).isEqualTo(8_388_607L << 40);
    for (String size : List.of("8388608T", "9999999T", "999999999TB")) {
      assertThatThrownBy(() -> IngestCommand.bytes(size))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("--memory " + size);
    }
  }
}
