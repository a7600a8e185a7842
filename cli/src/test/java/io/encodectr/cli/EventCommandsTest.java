package io.encodectr.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.encodectr.behavior.Event;
import io.encodectr.behavior.folder.FolderEventLog;
import io.encodectr.dataset.DatasetFixture;
import io.encodectr.model.ModelFixture;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code extract --events} and {@code inspect} of an event log, as a user types them. */
class EventCommandsTest {
  @TempDir private Path folder;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

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

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  @Test
  void eventsAreJoinedAndInspected() throws IOException {
    try (var dataset = DatasetFixture.random(11, 20, 50, 30).open(folder.resolve("dataset"))) {
      ModelFixture.write(folder.resolve("model"), "encode", dataset, 8);
      long end = dataset.info().lastTime() + 1;
      try (FolderEventLog log = FolderEventLog.open(folder.resolve("events"))) {
        log.append(
            List.of(
                new Event("1", "u3", "i4", end, null),
                new Event("2", "u3", "i5", end + 1, null),
                new Event("3", "u3", "never seen", end + 1, null),
                new Event("4", "new", "i6", end + 2, null)));
      }
      String[] extract = {
        "extract",
        "--data",
        path("dataset"),
        "--model",
        path("model"),
        "--store",
        path("store"),
        "--events",
        path("events")
      };
      JsonNode extracted = json(extract);
      assertThat(extracted.get("events").asLong()).isEqualTo(3);
      assertThat(extracted.get("unknown_item_events").asLong()).isEqualTo(1);
      assertThat(extracted.get("event_users").asLong()).isEqualTo(1);
      assertThat(extracted.get("events_through").asLong()).isEqualTo(4);
      assertThat(extracted.get("users").asLong()).isEqualTo(21);
      assertThat(run(extract)).isEqualTo(2);
      assertThat(err.toString(StandardCharsets.UTF_8)).contains("already holds");
      JsonNode generation =
          json("inspect", path("store/generations/" + extracted.get("generation").asString()));
      assertThat(generation.get("events_through").asLong()).isEqualTo(4);
      JsonNode log = json("inspect", path("events"));
      assertThat(log.get("kind").asString()).isEqualTo("event log");
      assertThat(log.get("events").asLong()).isEqualTo(4);
      assertThat(log.get("users").asLong()).isEqualTo(2);
      assertThat(log.get("last_arrival").asLong()).isEqualTo(4);
      assertThat(json("inspect", path("store"), "--check").get("forgotten").asLong()).isZero();
    }
  }

  @Test
  void aFolderThatIsNoLogIsBadInput() throws IOException {
    DatasetFixture.random(11, 20, 50, 30).write(folder.resolve("dataset"));
    assertThat(
            run(
                "extract",
                "--data",
                path("dataset"),
                "--model",
                path("dataset"),
                "--store",
                path("store"),
                "--events",
                path("dataset")))
        .isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("no event log");
  }
}
