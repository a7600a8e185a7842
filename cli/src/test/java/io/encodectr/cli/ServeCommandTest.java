package io.encodectr.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.encodectr.dataset.Dataset;
import io.encodectr.dataset.DatasetFixture;
import io.encodectr.model.ModelFixture;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The verb serve, as a user types it. */
@Timeout(120)
class ServeCommandTest {
  @TempDir private static Path folder;
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @BeforeAll
  static void makeWorld() throws IOException {
    try (Dataset dataset = DatasetFixture.random(11, 50, 150, 120).open(path("dataset"))) {
      ModelFixture.write(
          Files.createDirectories(path("models")).resolve("v1"), "encode", dataset, 8);
    }
    // As models are deployed: a link that says which one is in use.
    Files.createSymbolicLink(path("current"), path("models/v1"));
    var ignored = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
    String[] extract = {
      "extract",
      "--data",
      path("dataset").toString(),
      "--model",
      path("models/v1").toString(),
      "--store",
      path("stores/one").toString()
    };
    Files.createDirectories(path("stores"));
    assertThat(Encode.run(extract, ignored, System.err)).isZero();
  }

  @AfterAll
  static void close() {
    HTTP.close();
  }

  private static Path path(String name) {
    return folder.resolve(name);
  }

  private static String[] serve(String... more) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "serve",
                "--model",
                path("current").toString(),
                "--store",
                path("stores/one").toString(),
                "--port",
                "0",
                "--admin-port",
                "0",
                "--warm-up",
                "0s"));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  private static HttpResponse<String> post(String address, String body) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(address))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body))
            .build();
    return HTTP.send(request, BodyHandlers.ofString());
  }

  private static void assertGone(String address) {
    assertThatThrownBy(() -> post(address + "/v1/score", "{}"))
        .isInstanceOf(ConnectException.class);
  }

  private Thread start(CompletableFuture<Integer> code, String... arguments) {
    return Thread.ofPlatform()
        .start(() ->
            code.complete(
                Encode.run(
                    arguments,
                    new PrintStream(out, true, StandardCharsets.UTF_8),
                    new PrintStream(err, true, StandardCharsets.UTF_8))));
  }

  private JsonNode printed(CompletableFuture<Integer> code) throws InterruptedException {
    while (!out.toString(StandardCharsets.UTF_8).strip().endsWith("}")) {
      assertThat(code.isDone()).as(err.toString(StandardCharsets.UTF_8)).isFalse();
      Thread.sleep(10);
    }
    return JsonMapper.shared().readTree(out.toString(StandardCharsets.UTF_8));
  }

  @Test
  void itPrintsWhereItListensAndServesUntilItIsInterrupted() throws Exception {
    // Twice, because the second finds whatever the first did not close.
    for (int round = 0; round < 2; round++) {
      out.reset();
      CompletableFuture<Integer> code = new CompletableFuture<>();
      Thread serving = start(code, serve("--json"));
      JsonNode result = printed(code);
      String address = result.get("address").asString();
      assertThat(address).startsWith("http://127.0.0.1:");
      assertThat(result.get("users").asInt()).isEqualTo(50);
      HttpResponse<String> scored =
          post(address + "/v1/score", "{\"user\":\"u1\",\"items\":[\"i1\",\"i2\"]}");
      assertThat(scored.statusCode()).isEqualTo(200);
      JsonNode scores = JsonMapper.shared().readTree(scored.body());
      assertThat(scores.path("scores").size()).isEqualTo(2);
      assertThat(scores.path("model")).isEqualTo(result.get("model"));
      assertThat(post(address + "/v1/events", "{\"user\":\"u1\",\"item\":\"i1\"}").statusCode())
          .isEqualTo(200);
      // The model by its link, and by its name beside the one that the link leads to.
      for (String name : List.of("current", "models/v1")) {
        String body =
            JsonMapper.shared()
                .writeValueAsString(java.util.Map.of("model", path(name).toString()));
        assertThat(post(result.get("admin").asString() + "/admin/activate", body).statusCode())
            .as(name)
            .isEqualTo(200);
      }
      serving.interrupt();
      assertThat(code.get()).isEqualTo(Encode.DONE);
      assertGone(address);
      assertGone(result.get("admin").asString());
    }
  }

  @Test
  void aSignalEndsTheProcessInOrder() throws Exception {
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
    // Folders for further models are given, and the first one lies in none of them.
    command.addAll(
        List.of(
            serve(
                "--events", path("events").toString(), "--artifacts", path("stores").toString())));
    Process process = new ProcessBuilder(command).redirectError(path("log").toFile()).start();
    try (BufferedReader lines = process.inputReader()) {
      String look = lines.readLine();
      while (look != null && !look.startsWith("look: ")) {
        look = lines.readLine();
      }
      assertThat(look).as(Files.readString(path("log"))).isNotNull();
      String address = look.substring("look: ".length()).replace("/explorer/", "");
      String curl = lines.readLine();
      assertThat(curl).startsWith("try: curl -s " + address + "/v1/score ");
      String body = curl.substring(curl.indexOf("-d '") + 4, curl.lastIndexOf('\''));
      assertThat(post(address + "/v1/score", body).statusCode()).isEqualTo(200);
      process.destroy();
      assertThat(process.waitFor()).as("of SIGTERM").isEqualTo(128 + 15);
      assertGone(address);
      assertThat(Files.readString(path("log"))).doesNotContain("ERROR", "Exception");
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void whatCannotBeServedIsNamed() throws Exception {
    for (String[] wrong :
        List.of(
            serve("--artifacts", path("typo").toString()),
            serve("--watch", path("typo").toString()),
            serve("--max-connections", "999999999"),
            serve("--host", "0.0.0.0"))) {
      err.reset();
      CompletableFuture<Integer> code = new CompletableFuture<>();
      start(code, wrong);
      assertThat(code.get()).isEqualTo(Encode.BAD_INPUT);
      assertThat(err.toString(StandardCharsets.UTF_8))
          .containsPattern("typo|ulimit -n|--token-file")
          .doesNotContain("\tat ");
    }
  }

  @Test
  void theLogOfAServiceSaysWhyAndWhen() {
    PrintStream before = System.err;
    var written = new ByteArrayOutputStream();
    LogConfigurator.serve();
    System.setErr(new PrintStream(written, true, StandardCharsets.UTF_8));
    try {
      LoggerFactory.getLogger("io.encodectr.test")
          .error("a request failed", new IllegalStateException("for a reason"));
    } finally {
      System.setErr(before);
    }
    assertThat(written.toString(StandardCharsets.UTF_8))
        .containsPattern("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}\\S* ERROR")
        .contains("a request failed", "IllegalStateException: for a reason", "\tat ");
  }
}
