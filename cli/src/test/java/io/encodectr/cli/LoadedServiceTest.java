package io.encodectr.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.encodectr.dataset.Dataset;
import io.encodectr.dataset.DatasetFixture;
import io.encodectr.model.ModelFixture;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code encode load} on {@code encode serve}, each in a process of its own. */
@Timeout(300)
class LoadedServiceTest {
  @TempDir private static Path folder;
  private static Process service;
  private static JsonNode served;

  @BeforeAll
  static void serve() throws IOException {
    try (Dataset dataset = DatasetFixture.random(11, 50, 400, 60).open(folder.resolve("dataset"))) {
      ModelFixture.write(folder.resolve("model"), "encode", dataset, 8);
    }
    json("extract", "--data", path("dataset"), "--model", path("model"), "--store", path("store"));
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--add-modules", "jdk.incubator.vector", "-Xmx512m"));
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("--sun-misc-unsafe-memory-access=allow");
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Encode.class.getName()));
    command.addAll(List.of("serve", "--model", path("model"), "--store", path("store"), "--json"));
    command.addAll(List.of("--port", "0", "--admin-port", "0", "--warm-up", "500ms"));
    // A machine that is busy with other things is not to be told from a service at its limit.
    command.addAll(List.of("--patience", "60s", "--queue", "1000", "--stale-after", "0s"));
    service = new ProcessBuilder(command).redirectError(folder.resolve("errors").toFile()).start();
    BufferedReader said = service.inputReader();
    String line = said.readLine();
    assertThat(line).as(Files.readString(folder.resolve("errors"))).isNotNull();
    served = JsonMapper.shared().readTree(line);
  }

  @AfterAll
  static void stop() throws InterruptedException {
    if (service != null) {
      service.destroyForcibly().waitFor();
    }
  }

  private static String path(String name) {
    return folder.resolve(name).toString();
  }

  private static JsonNode json(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("--json");
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    int code =
        Encode.run(
            all.toArray(String[]::new), new PrintStream(out, true), new PrintStream(err, true));
    assertThat(code).as(err.toString(StandardCharsets.UTF_8)).isZero();
    return JsonMapper.shared().readTree(out.toString(StandardCharsets.UTF_8));
  }

  /** The one step of a load. */
  private static JsonNode load(String rate, String seconds, String eventsShare) {
    String url = served.get("address").asString();
    String[] common = {
      "load",
      "--url",
      url,
      "--data",
      path("dataset"),
      "--candidates",
      "100",
      "--timeout-ms",
      "60000",
      "--warm-up",
      "0.5",
      "--rate",
      rate,
      "--seconds",
      seconds,
      "--events-share",
      eventsShare
    };
    JsonNode result = json(common);
    assertThat(result.get("model")).isEqualTo(served.get("model"));
    assertThat(result.get("warnings").toString()).doesNotContain("knows only");
    assertThat(result.get("steps")).hasSize(1);
    return result.get("steps").get(0);
  }

  private static void isGood(JsonNode step) {
    assertThat(step.get("outcomes").propertyNames()).as("outcomes").containsExactly("200");
    assertThat(step.get("ok").asLong()).isPositive();
    assertThat(step.get("degraded")).as("degraded").isEmpty();
    assertThat(step.get("partial_share").asDouble()).isZero();
    assertThat(step.get("pairs").propertyNames())
        .containsExactly(
            served.get("model").asString().substring(0, 12)
                + "/"
                + served.get("generation").asString());
  }

  @Test
  void itsAnswersAreGood() {
    JsonNode step = load("60", "1.5", "0.2");
    isGood(step);
    long scored = step.get("pairs").iterator().next().asLong();
    assertThat(step.get("ok").asLong() - scored).as("events that were stored").isPositive();
    assertThat(step.get("p50_ms").asDouble()).isPositive();
    assertThat(step.get("events_p99_ms").asDouble()).isPositive();
  }

  /** Those who come in the first half second of the stop wait for 1.5 s, and are over 1%. */
  @Test
  @Tag("slow")
  void aStopOfItsProcessIsInTheP99() throws Exception {
    assumeTrue(
        Files.isExecutable(Path.of("/bin/sh")), "SKIPPED: no shell here to stop a process with");
    JsonNode calm = load("40", "10", "0");
    isGood(calm);
    try (ExecutorService beside = Executors.newSingleThreadExecutor()) {
      Future<?> stop =
          beside.submit(() -> {
            TimeUnit.SECONDS.sleep(4);
            signal("STOP");
            TimeUnit.SECONDS.sleep(2);
            signal("CONT");
            return null;
          });
      JsonNode stopped = load("40", "10", "0");
      stop.get();
      isGood(stopped);
      assertThat(stopped.get("p99_ms").asDouble())
          .isGreaterThan(1500)
          .isGreaterThan(2 * calm.get("p99_ms").asDouble());
      assertThat(stopped.get("max_ms").asDouble()).isLessThan(60_000);
    }
  }

  private static void signal(String name) throws IOException, InterruptedException {
    String command = "kill -" + name + " " + service.pid();
    assertThat(new ProcessBuilder("/bin/sh", "-c", command).start().waitFor()).isZero();
  }
}
