package io.encodectr.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.encodectr.online.OnlineOptions;
import io.encodectr.online.OnlineService;
import io.encodectr.online.ServedWorld;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Good requests with bytes changed, taken away, repeated and put in: none makes the service fail,
 * hang or hold memory, and it scores as before when all is over.
 */
@Timeout(600)
class MutatedRequestsTest {
  private static final List<String> PATHS = List.of("/v1/score", "/v1/events");
  private static final List<String> BODIES =
      List.of(
          "{\"user\":\"u9\",\"items\":[\"i1\",\"i2\",\"i3\"],\"context\":{\"device\":\"a\","
              + "\"depth\":12.5},\"time\":1700100000,\"top_n\":2,\"explain\":true}",
          "[{\"id\":\"e1\",\"user\":\"u9\",\"item\":\"i4\",\"time\":1700100001,\"type\":\"click\"},"
              + "{\"user\":\"u8\",\"item\":\"i5\"}]");
  private static final List<String> ODD =
      List.of(
          "null",
          "1e999",
          "-0",
          "99999999999999999999",
          "{",
          "[[[[[[[[",
          "[".repeat(5000),
          "{\"a\":".repeat(2000),
          "\"\\ud800\"",
          "\\u0000",
          "\"" + "x".repeat(300) + "\"",
          "\u00e9\u4e2d\ud83d\ude00",
          "\r\n\r\n",
          ",,",
          "NaN",
          "//",
          "\0");

  @TempDir private static Path folder;
  private static ServedWorld world;
  private static OnlineService service;
  private static ApiClient client;

  @BeforeAll
  static void start() throws Exception {
    world = ServedWorld.in(folder);
    service = started(Limits.DEFAULT.withBody(20_000));
    client = new ApiClient(service);
  }

  private static OnlineService started(Limits limits) throws Exception {
    OnlineOptions usual = world.options(world.pair(1));
    return OnlineService.start(
        new OnlineOptions(
            usual.pair(),
            usual.events().folder(),
            ServedWorld.server(limits),
            2,
            64,
            Duration.ofSeconds(20),
            null,
            Duration.ZERO,
            List.of(folder),
            null,
            false));
  }

  @AfterAll
  static void stop() {
    client.close();
    service.close();
    world.close();
  }

  private static byte[] mutated(byte[] good, Random random) {
    byte[] bytes = good;
    for (int i = random.nextInt(4); i >= 0; i--) {
      bytes = mutatedOnce(bytes, random);
    }
    return bytes;
  }

  private static byte[] mutatedOnce(byte[] bytes, Random random) {
    int at = random.nextInt(bytes.length + 1);
    int end = Math.min(bytes.length, at + 1 + random.nextInt(24));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(bytes, 0, at);
    switch (random.nextInt(5)) {
      case 0 -> out.write(random.nextInt(256));
      case 1 -> out.writeBytes(Arrays.copyOfRange(bytes, at, end));
      case 2 ->
          out.writeBytes(ODD.get(random.nextInt(ODD.size())).getBytes(StandardCharsets.UTF_8));
      case 3 -> at = end;
      default -> {
        out.write(random.nextInt(256));
        at = Math.min(bytes.length, at + 1);
      }
    }
    out.write(bytes, at, bytes.length - at);
    return out.toByteArray();
  }

  private static String shown(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    for (byte b : bytes) {
      text.append(b >= ' ' && b < 127 ? String.valueOf((char) b) : "\\x%02x".formatted(b));
    }
    return text.toString();
  }

  private static float[] scores(ApiClient client) throws Exception {
    // A user whom the mutated events hardly name; the time is fixed.
    var answer = client.score("u30", "i1", "i2", "i3");
    assertThat(answer.status()).isEqualTo(200);
    float[] scores = new float[3];
    for (int i = 0; i < 3; i++) {
      scores[i] = answer.body().get("scores").get(i).get("logit").floatValue();
    }
    return scores;
  }

  private static long usedHeap() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  private static void bodies(long seed, int count) throws Exception {
    float[] before = scores(client);
    long heap = usedHeap();
    Random random = new Random(seed);
    int[] statuses = new int[600];
    for (int i = 0; i < count; i++) {
      int kind = random.nextInt(2);
      byte[] body = mutated(BODIES.get(kind).getBytes(StandardCharsets.UTF_8), random);
      var answer =
          client.send(
              "POST",
              PATHS.get(kind),
              BodyPublishers.ofByteArray(body),
              "Content-Type",
              "application/json");
      statuses[answer.status()]++;
      assertThat(answer.status())
          .as("seed %d, request %d: %s", seed, i, shown(body))
          .isIn(200, 400, 413, 422);
    }
    assertThat(statuses[200]).as("some are still right").isPositive();
    assertThat(statuses[400]).isPositive();
    assertThat(statuses[422]).isPositive();
    assertThat(scores(client)).as("seed %d", seed).isEqualTo(before);
    assertThat(usedHeap() - heap).as("heap, bytes, seed %d", seed).isLessThan(24L << 20);
  }

  @Test
  void mutatedBodiesAreAnsweredAsTheCallersFault() throws Exception {
    bodies(71, 2_000);
  }

  @Test
  @Tag("slow")
  void fiftyThousandOfThem() throws Exception {
    bodies(System.nanoTime(), 50_000);
  }

  /** Short times, so that a head whose length lies does not hold the test up. */
  @Test
  void mutatedHeadsAreRefusedOrCutOff() throws Exception {
    service.close();
    service =
        started(
            Limits.DEFAULT
                .withTimes(Duration.ofMillis(500), Duration.ofMillis(400))
                .withBody(20_000));
    client.close();
    client = new ApiClient(service);
    float[] before = scores(client);
    long seed = 72;
    Random random = new Random(seed);
    for (int i = 0; i < 150; i++) {
      byte[] body = BODIES.getFirst().getBytes(StandardCharsets.UTF_8);
      byte[] head =
          ApiClient.bytes(
              "POST /v1/score HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                  + "X-Deadline-Ms: 900\r\nConnection: close\r\nContent-Length: "
                  + body.length
                  + "\r\n\r\n");
      byte[] changed = mutated(head, random);
      String answer = ApiClient.raw(service.address(), Duration.ZERO, changed, body);
      assertThat(answer)
          .as("seed %d, request %d: %s", seed, i, shown(changed))
          .satisfiesAnyOf(
              text -> assertThat(text).isEmpty(),
              text -> assertThat(text).matches("(?s)HTTP/1\\.1 (200|[34]..|501|505).*"));
    }
    assertThat(scores(client)).isEqualTo(before);
  }
}
