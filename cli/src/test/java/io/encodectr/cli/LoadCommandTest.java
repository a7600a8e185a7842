package io.encodectr.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The verb load, as a user types it, against a service that always says the same. */
class LoadCommandTest {
  private static final String SCORES =
      "{\"model\":\"m\",\"generation\":\"g\",\"degraded\":[],\"coverage\":1.0,\"scores\":"
          + "[{\"item\":\"a\",\"known\":true},{\"item\":\"b\",\"known\":true}]}";

  @TempDir private static Path folder;
  private static HttpServer service;
  private static String url;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @BeforeAll
  static void start() throws IOException {
    service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    service.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    service.createContext("/v1/", exchange -> answer(exchange, 200, SCORES));
    AtomicInteger asked = new AtomicInteger();
    service.createContext(
        "/dying/v1/",
        exchange -> answer(exchange, asked.getAndIncrement() == 0 ? 200 : 503, SCORES));
    service.createContext("/health/", exchange -> answer(exchange, 200, "{}"));
    service.start();
    url = "http://127.0.0.1:" + service.getAddress().getPort();
    Files.writeString(folder.resolve("users"), "u1\nu2\nu2\n");
    Files.writeString(folder.resolve("items"), "a\nb\nc\n");
  }

  @AfterAll
  static void stop() {
    service.stop(0);
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    try (exchange;
        OutputStream to = exchange.getResponseBody()) {
      exchange.getRequestBody().readAllBytes();
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(status, bytes.length);
      to.write(bytes);
    }
  }

  private int run(String... options) {
    out.reset();
    err.reset();
    List<String> all = new ArrayList<>(List.of("load"));
    all.addAll(List.of(options));
    return Encode.run(
        all.toArray(String[]::new), new PrintStream(out, true), new PrintStream(err, true));
  }

  private int runHere(String... more) {
    return runAt(url, more);
  }

  private int runAt(String address, String... more) {
    List<String> all = new ArrayList<>();
    all.addAll(List.of("--url", address, "--warm-up", "0.2", "--seconds", "0.5"));
    all.addAll(List.of("--users", folder.resolve("users").toString()));
    all.addAll(List.of("--items", folder.resolve("items").toString(), "--candidates", "2"));
    all.addAll(List.of(more));
    return run(all.toArray(String[]::new));
  }

  private String text() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String said() {
    return err.toString(StandardCharsets.UTF_8);
  }

  @Test
  void ratesAreMeasuredPrintedAndWritten() {
    Path target = folder.resolve("rates");
    assertThat(runHere("--rate", "40,20", "--json", "--out", target.toString()))
        .as(said())
        .isZero();
    JsonNode result = JsonMapper.shared().readTree(text());
    assertThat(result.get("model").asString()).isEqualTo("m");
    assertThat(result.get("steps")).hasSize(2);
    JsonNode step = result.get("steps").get(1);
    assertThat(step.get("rate").asDouble()).isEqualTo(20);
    for (String key :
        List.of("p50_ms", "p90_ms", "p99_ms", "max_ms", "lag_p99_ms", "client_cores")) {
      assertThat(step.get(key).isNumber()).as(key).isTrue();
    }
    assertThat(step.get("pairs").get("m/g").asLong()).isEqualTo(step.get("ok").asLong());
    assertThat(step.get("p999_ms").isNull()).as("of so few requests").isTrue();
    assertThat(result.get("warnings").isArray()).isTrue();
    assertThat(target.resolve("load.html")).isNotEmptyFile();
    assertThat(target.resolve("steps.csv")).isNotEmptyFile();
    assertThat(runHere("--rate", "20", "--out", target.toString())).isEqualTo(2);
    assertThat(said()).contains("--overwrite");
    assertThat(runHere("--rate", "20", "--out", target.toString(), "--overwrite")).isZero();
    assertThat(text()).contains("steps").contains("Careful: ").contains("Look at ");
  }

  @Test
  void theKneeIsLookedFor() {
    assertThat(runHere("--knee", "--from", "200", "--to", "200", "--limit-ms", "1e7", "--json"))
        .as(said())
        .isZero();
    JsonNode result = JsonMapper.shared().readTree(text());
    assertThat(result.get("knee_rate").asDouble()).isEqualTo(200);
    assertThat(result.get("broken_rate").isNull()).isTrue();
    assertThat(result.get("steps")).as("the knee is measured once more").hasSize(2);
    JsonNode again = result.get("steps").get(1);
    assertThat(again.get("rate").asDouble()).isEqualTo(200);
    assertThat(result.get("knee_p99_ms")).isEqualTo(again.get("p99_ms"));
    assertThat(result.get("knee_verdict").asString()).isEqualTo("held");
  }

  @Test
  void noGoodAnswerIsAFailureAndHasNoLatency() {
    Path target = folder.resolve("dying");
    assertThat(runAt(url + "/dying", "--rate", "40", "--json", "--out", target + ""))
        .as(said())
        .isEqualTo(1);
    JsonNode result = JsonMapper.shared().readTree(text());
    JsonNode step = result.get("steps").get(0);
    assertThat(step.get("errors").asLong()).isPositive();
    assertThat(step.get("ok").asLong()).isZero();
    for (String key : List.of("p50_ms", "p90_ms", "p99_ms", "p999_ms", "max_ms")) {
      assertThat(step.get(key).isNull()).as(key).isTrue();
    }
    assertThat(step.get("verdict").asString()).isEqualTo("100.0% failed");
    assertThat(result.get("warnings").get(0).asString()).contains("503=");
    assertThat(target.resolve("load.html")).as("written all the same").isNotEmptyFile();
  }

  @Test
  void theSelfTestRefusesWhatItWouldIgnore() {
    for (String[] ignored :
        new String[][] {
          {"--url", url},
          {"--top", "3"},
          {"--events-share", "0.5"},
          {"--deadline-ms", "5"},
          {"--token-file", "x"},
          {"--in-flight", "9"},
          {"--timeout-ms", "9"},
          {"--warm-up", "9"},
          {"--limit-ms", "9"},
          {"--out", "x"},
          {"--overwrite"},
          {"--knee"}
        }) {
      List<String> all = new ArrayList<>(List.of("--self-test", "--seed", "5", "--json"));
      all.addAll(List.of(ignored));
      refused("leave " + ignored[0] + " out", run(all.toArray(String[]::new)));
    }
    refused("--seconds above", run("--self-test", "--seconds", "200"));
    refused("--rate from", run("--self-test", "--rate", "5"));
  }

  @Test
  void wrongUsageIsSaid() {
    refused("--knee", runHere());
    refused("--rate or --knee", runHere("--knee", "--rate", "5"));
    refused("either --data", run("--rate", "5", "--url", url));
    refused("--rate -5", runHere("--rate", "-5"));
    refused("--events-share", runHere("--rate", "5", "--events-share", "2"));
    refused("--limit-ms", runHere("--rate", "5", "--limit-ms", "0"));
    refused("--self-test", runHere("--self-test"));
    refused("has no /v1/score", runAt(url + "/elsewhere", "--rate", "5"));
    Path nowhere = folder.resolve("nowhere");
    refused("nowhere", run("--rate", "5", "--url", url, "--data", nowhere.toString()));
    assertThat(nowhere).doesNotExist();
  }

  private void refused(String words, int code) {
    assertThat(code).as(text() + said()).isEqualTo(2);
    assertThat(said()).contains(words).doesNotContain("\tat ");
  }
}
