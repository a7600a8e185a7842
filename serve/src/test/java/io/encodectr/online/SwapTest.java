package io.encodectr.online;

import static org.assertj.core.api.Assertions.assertThat;

import io.encodectr.generation.Generation;
import io.encodectr.http.ApiClient;
import io.encodectr.scoring.ScoreContext;
import io.encodectr.scoring.Scorer;
import io.encodectr.service.PairLocation;
import io.encodectr.service.ScoringPair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Pairs are swapped while others score. No request fails, and no answer mixes two pairs: its scores
 * are those of the model and the generation that it names.
 */
class SwapTest {
  private static final List<String> ITEMS = List.of("i1", "i2", "i77", "new", "i299");
  private static final String BODY =
      JsonMapper.shared()
          .writeValueAsString(Map.of("user", "u30", "items", ITEMS, "time", ServedWorld.NOW));

  @TempDir private static Path folder;
  private static ServedWorld world;

  @BeforeAll
  static void make() throws Exception {
    world = ServedWorld.in(folder);
  }

  @AfterAll
  static void end() {
    world.close();
  }

  /** Three models, and of the first one two generations. */
  private static List<PairLocation> pairs() throws Exception {
    List<PairLocation> pairs = new ArrayList<>();
    for (long seed = 1; seed <= 3; seed++) {
      pairs.add(world.pair(seed));
    }
    Path model = world.model("encode", 1);
    Path store = world.store("older", model, ServedWorld.NOW - 10_000);
    pairs.add(new PairLocation(model, store, io.encodectr.generation.Store.open(store).current()));
    return pairs;
  }

  /** The scores of each pair, by its model and generation. */
  private static Map<String, float[]> expected(List<PairLocation> pairs) throws Exception {
    Map<String, float[]> expected = new LinkedHashMap<>();
    for (PairLocation location : pairs) {
      ScoringPair pair = ServedWorld.open(location);
      Scorer scorer = pair.scorer();
      expected.put(
          pair.fingerprint() + pair.generation(),
          scorer.logits("u30", ITEMS, ScoreContext.at(ServedWorld.NOW)));
      pair.release();
    }
    assertThat(expected).hasSize(4);
    return expected;
  }

  private static void swapFor(Duration time, Duration between) throws Exception {
    List<PairLocation> pairs = pairs();
    Map<String, float[]> expected = expected(pairs);
    Map<String, Long> seen = new HashMap<>();
    AtomicLong memory = new AtomicLong();
    try (OnlineService service = OnlineService.start(world.options(pairs.getFirst()));
        ExecutorService callers = Executors.newFixedThreadPool(3)) {
      AtomicBoolean over = new AtomicBoolean();
      List<Future<Map<String, Long>>> running = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        running.add(callers.submit(() -> score(service, expected, over)));
      }
      int swaps = 0;
      long end = System.nanoTime() + time.toNanos();
      try (ApiClient admin = new ApiClient(service)) {
        while (System.nanoTime() < end || swaps < 8) {
          PairLocation next = pairs.get(swaps % pairs.size());
          ApiClient.Answer answer =
              swaps % 7 == 6
                  ? admin.post("/admin/rollback", "")
                  : admin.post(
                      "/admin/activate",
                      JsonMapper.shared()
                          .writeValueAsString(
                              Map.of(
                                  "model", next.model().toString(),
                                  "store", next.store().toString(),
                                  "generation", String.valueOf(next.generation()))));
          assertThat(answer.status()).as(answer.text()).isEqualTo(200);
          if (++swaps == 8) {
            memory.set(used());
          }
          Thread.sleep(between);
        }
      } finally {
        over.set(true);
      }
      for (Future<Map<String, Long>> each : running) {
        each.get().forEach((pair, count) -> seen.merge(pair, count, Long::sum));
      }
      assertThat(seen.keySet()).as("every pair was seen at work").hasSize(4);
      System.getLogger("SwapTest")
          .log(
              System.Logger.Level.INFO,
              "{0} swaps, {1} answers, heap {2} MiB after 8 swaps, {3} MiB at the end",
              swaps,
              seen.values().stream().mapToLong(Long::longValue).sum(),
              memory.get() >> 20,
              used() >> 20);
      assertThat(mapped())
          .as("generations in service, and one to roll back to")
          .isLessThanOrEqualTo(2);
      assertThat(used())
          .as("models and generations of the past are gone")
          .isLessThan(2 * memory.get() + (64L << 20));
    }
  }

  /** How many generations of this test are mapped, where the system tells. */
  private static long mapped() throws IOException {
    Path maps = Path.of("/proc/self/maps");
    if (!Files.exists(maps)) {
      return 0;
    }
    try (Stream<String> lines = Files.lines(maps)) {
      String own = folder.toRealPath().toString();
      return lines.filter(line -> line.contains(own) && line.endsWith(Generation.FILE)).count();
    }
  }

  private static long used() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  private static Map<String, Long> score(
      OnlineService service, Map<String, float[]> expected, AtomicBoolean over) throws Exception {
    Map<String, Long> seen = new HashMap<>();
    try (ApiClient client = new ApiClient(service)) {
      while (!over.get()) {
        ApiClient.Answer answer = client.post("/v1/score", BODY);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        String pair =
            answer.body().path("model").asString() + answer.body().path("generation").asString();
        float[] logits = expected.get(pair);
        assertThat(logits).as(pair).isNotNull();
        JsonNode scores = answer.body().path("scores");
        for (int i = 0; i < logits.length; i++) {
          assertThat((float) scores.get(i).path("logit").asDouble()).isEqualTo(logits[i]);
        }
        seen.merge(pair, 1L, Long::sum);
      }
    }
    return seen;
  }

  @Test
  @Timeout(300)
  void noRequestFailsAndNoAnswerIsMixed() throws Exception {
    swapFor(Duration.ofSeconds(3), Duration.ofMillis(50));
  }

  /** Ten minutes with {@code -Dencode.soak.minutes=10}. */
  @Test
  @Tag("slow")
  void norInTheLongRun() throws Exception {
    swapFor(Duration.ofMinutes(Long.getLong("encode.soak.minutes", 1)), Duration.ofSeconds(5));
  }
}
