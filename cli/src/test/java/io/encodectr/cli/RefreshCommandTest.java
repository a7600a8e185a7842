package io.encodectr.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.encodectr.dataset.Dataset;
import io.encodectr.dataset.DatasetFixture;
import io.encodectr.model.ModelFixture;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code extract --since}, {@code --warm-start} and {@code --every}, as a user types them. */
@Timeout(240)
class RefreshCommandTest {
  private static final int USERS = 50;

  @TempDir private static Path shared;
  @TempDir private Path folder;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @BeforeAll
  static void makeWorld() throws IOException {
    try (Dataset dataset = DatasetFixture.random(11, USERS, 150, 120).open(dataset())) {
      ModelFixture.write(shared.resolve("model"), "encode", dataset, 8);
    }
  }

  private static Path dataset() {
    return shared.resolve("dataset");
  }

  private String[] extract(String... more) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "extract",
                "--data",
                dataset().toString(),
                "--model",
                shared.resolve("model").toString(),
                "--store",
                folder.resolve("store").toString(),
                "--json"));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  private int run(String... arguments) {
    out.reset();
    err.reset();
    return Encode.run(
        arguments,
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  private JsonNode json(String... arguments) {
    assertThat(run(arguments)).as(err.toString(StandardCharsets.UTF_8)).isZero();
    return JsonMapper.shared().readTree(out.toString(StandardCharsets.UTF_8));
  }

  @Test
  void aRefreshSaysWhatItKept() {
    String first = json(extract()).get("generation").asString();
    JsonNode half = json(extract("--since", "current", "--interests", "float16"));
    assertThat(half.get("since").asString()).isEqualTo(first);
    assertThat(half.get("copied_users").asInt()).isZero();
    JsonNode again = json(extract("--since", "current", "--interests", "float16", "--overwrite"));
    assertThat(again.get("copied_users").asInt()).isEqualTo(USERS);
    assertThat(again.get("generation")).isEqualTo(half.get("generation"));
    JsonNode inspected =
        json(
            "inspect",
            folder.resolve("store/generations/" + half.get("generation").asString()).toString(),
            "--json");
    assertThat(inspected.get("precision").asString()).isEqualTo("float16");
  }

  @Test
  void whatDoesNotFitTogetherIsNamed() {
    String[][] wrong = {
      {"--warm-start"},
      {"--every", "often"},
      {"--every", "0s"},
      {"--every", "1h", "--overwrite"},
      {"--every", "1h", "--as-of", "5"},
      {"--keep", "-1", "--every", "1h"},
      {"--publish-to", "redis://published:port", "--every", "1h"},
      {"--since", "current"},
      {"--interests", "float64"}
    };
    for (String[] each : wrong) {
      assertThat(run(extract(each))).as(String.join(" ", each)).isEqualTo(Encode.BAD_INPUT);
      assertThat(err.toString(StandardCharsets.UTF_8))
          .containsIgnoringCase(each[0].substring(2, 6));
    }
  }

  /** A process beside a service that then goes away; a signal ends it in order. */
  @Test
  void itTakesTheEventsOfAServiceAndGoesOnWithoutIt() throws Exception {
    json(extract());
    var served = new ByteArrayOutputStream();
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                Encode.class.getName()));
    Path log = folder.resolve("log");
    Thread service = Thread.ofPlatform().start(() -> serve(served));
    try {
      while (!served.toString(StandardCharsets.UTF_8).strip().endsWith("}")) {
        assertThat(service.isAlive()).isTrue();
        Thread.sleep(10);
      }
      JsonNode started = JsonMapper.shared().readTree(served.toString(StandardCharsets.UTF_8));
      String admin = started.get("admin").asString();
      String address = started.get("address").asString();
      command.addAll(
          List.of(extract("--every", "1s", "--keep", "2", "--warm-start", "--events", admin)));
      Process process = new ProcessBuilder(command).redirectError(log.toFile()).start();
      try (BufferedReader lines = process.inputReader()) {
        for (int turn = 1; turn <= 2; turn++) {
          post(address + "/v1/events", "{\"user\":\"u1\",\"item\":\"i" + turn + "\"}");
          JsonNode result = JsonMapper.shared().readTree(lines.readLine());
          assertThat(result.get("events").asInt()).isEqualTo(turn);
          assertThat(result.get("copied_users").asInt()).isEqualTo(USERS - 1);
        }
        try (Stream<Path> generations = Files.list(folder.resolve("store/generations"))) {
          assertThat(generations.count()).isEqualTo(2);
        }
        service.interrupt();
        service.join();
        while (!Files.readString(log).contains("no service answers")) {
          assertThat(process.isAlive()).as(Files.readString(log)).isTrue();
          Thread.sleep(50);
        }
        process.destroy();
        assertThat(process.waitFor()).as("of SIGTERM").isEqualTo(128 + 15);
        assertThat(Files.readString(log))
            .contains("turn 1: generation ", "as in ")
            .doesNotContain("ERROR", "\tat ");
      } finally {
        process.destroyForcibly();
      }
    } finally {
      service.interrupt();
    }
  }

  private void serve(ByteArrayOutputStream served) {
    String[] arguments = {
      "serve",
      "--model",
      shared.resolve("model").toString(),
      "--store",
      folder.resolve("store").toString(),
      "--events",
      folder.resolve("events").toString(),
      "--port",
      "0",
      "--admin-port",
      "0",
      "--warm-up",
      "0s",
      "--notice",
      "0s",
      "--follow",
      "--json"
    };
    Encode.run(arguments, new PrintStream(served, true, StandardCharsets.UTF_8), System.err);
  }

  private static void post(String address, String body) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(address))
              .header("Content-Type", "application/json")
              .POST(BodyPublishers.ofString(body))
              .build();
      assertThat(http.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
    }
  }
}
