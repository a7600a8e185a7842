package io.encodectr.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.encodectr.dataset.Dataset;
import io.encodectr.dataset.DatasetFixture;
import io.encodectr.dataset.Samples;
import io.encodectr.evaluation.Evaluator;
import io.encodectr.evaluation.InterestUpkeep;
import io.encodectr.file.InputException;
import io.encodectr.generation.ExtractionJob;
import io.encodectr.generation.Generation;
import io.encodectr.generation.Store;
import io.encodectr.interest.InterestPrecision;
import io.encodectr.interest.Interests;
import io.encodectr.model.Model;
import io.encodectr.model.ModelFixture;
import io.encodectr.model.ModelSpec;
import io.encodectr.parallel.Chunks;
import io.encodectr.progress.Progress;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Online = offline: scores from a store are those of an evaluation, bit by bit. */
class ScorerTest {
  private static final long SEED = 90;
  private static final int USERS = 40;
  private static final int ITEMS = 300;
  private static final long START = 1_700_000_000L;
  private static final long NOW = START + 40_000;
  private static final int[] LENGTHS = {0, 1, 2, 7, 29, 30, 31, 49, 50, 51, 200, 1700};

  @TempDir private static Path folder;
  private static Dataset dataset;
  private static ScoringModel encode;
  private static Scorer scorer;

  /** Users with 0 to 1700 behaviors before NOW, some exactly at NOW, and some later. */
  @BeforeAll
  static void extract() throws IOException {
    Random random = new Random(SEED);
    int[] brands = random.ints(ITEMS, -1, 11).toArray();
    DatasetFixture fixture =
        new DatasetFixture(USERS, ITEMS)
            .itemSets("genre", 7, i -> i % 5 == 0 ? new int[0] : new int[] {i % 7, (i + 3) % 7})
            .itemColumn("brand", 11, i -> brands[i])
            .itemNumbers("price", i -> i % 97 / 97f)
            .itemNames(i -> i % 2 == 0 ? "Item number " + i : "")
            .userColumn("country", 5, u -> u % 6 - 1)
            .userSets("likes", 9, u -> u % 4 == 0 ? new int[0] : new int[] {u % 9, 8})
            .userNumbers("age", u -> u % 13 / 13f)
            .clock()
            .context("device", 3, s -> s % 4 - 1)
            .contextNumber("depth", s -> s * 37 % 1000);
    for (int user = 0; user < USERS; user++) {
      int length = LENGTHS[user % LENGTHS.length];
      for (int i = 0; i < length; i++) {
        fixture.behavior(user, random.nextInt(ITEMS), START + i / 3 * 50L);
      }
      fixture.behavior(user, random.nextInt(ITEMS), NOW);
      fixture.behavior(user, random.nextInt(ITEMS), NOW + 5);
      fixture.train(user, random.nextInt(ITEMS), START + 10, user % 2);
      for (int s = 0; s < 5; s++) {
        fixture.test(user, random.nextInt(ITEMS), NOW, s % 2);
      }
    }
    dataset = fixture.open(folder.resolve("dataset"));
    encode = model("encode", SEED);
    scorer = Scorer.of(encode, generation(encode, "store"));
  }

  @AfterAll
  static void close() {
    scorer.close();
    dataset.close();
  }

  private static ScoringModel model(String method, long seed) throws IOException {
    Path path = folder.resolve(method + seed);
    ModelFixture.write(path, method, dataset, seed);
    return ScoringModel.of(Model.load(path));
  }

  private static Generation generation(ScoringModel model, String store) throws IOException {
    return generation(model, store, InterestPrecision.FLOAT32);
  }

  private static Generation generation(
      ScoringModel model, String store, InterestPrecision precision) throws IOException {
    Path path = folder.resolve(store);
    new ExtractionJob(
            dataset,
            model.model(),
            model.items().table(),
            path,
            new ExtractionJob.Options(NOW, 2, false, 0).with(precision))
        .run(Progress.NONE);
    return Store.open(path).openCurrent();
  }

  @Test
  void aGenerationOfMoreInterestsThanTheModelHasIsRefused() throws IOException {
    generation(encode, "crafted").close();
    Store store = Store.open(folder.resolve("crafted"));
    Path file = store.generation(store.current()).resolve(Generation.FILE);
    byte[] bytes = Files.readAllBytes(file);
    ByteBuffer header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    header.putInt(32, 31);
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, 124);
    header.putInt(124, (int) crc.getValue());
    Files.write(file, bytes);
    try (Generation generation = store.openCurrent()) {
      assertThatThrownBy(() -> Scorer.of(encode, generation))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("31 interests");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "encode, kmeans, none, FLOAT32",
    "din, kmeans, none, FLOAT32",
    "encode, random, count, FLOAT32",
    "encode, routing, log-sum-exp, FLOAT32",
    "encode, agglomerative, spread, FLOAT32",
    "encode-minus, kmeans, none, FLOAT32",
    "encode-minus, random, log-sum-exp, FLOAT32",
    "encode, kmeans, learned, FLOAT32",
    "encode-minus, agglomerative, learned, FLOAT32",
    "encode, kmeans, none, FLOAT16",
    "encode, kmeans, spread, FLOAT16"
  })
  void storedInterestsScoreAsTheEvaluationDoes(
      String method, String clustering, String mass, InterestPrecision precision)
      throws IOException {
    Path path = folder.resolve(method + clustering + mass + precision);
    ModelFixture.write(
        path, ModelFixture.spec(method, clustering, mass, dataset), dataset, SEED + 1);
    ScoringModel model = ScoringModel.of(Model.load(path));
    InterestUpkeep upkeep = new InterestUpkeep(0, precision);
    Evaluator evaluator = new Evaluator(dataset, "test", model, upkeep, 2);
    evaluator.run(Evaluator.Options.NONE, Progress.NONE);
    Samples samples = dataset.test();
    assertThat(samples.size()).isEqualTo(5 * USERS);
    String store = "equal-" + path.getFileName();
    try (Scorer stored = Scorer.of(model, generation(model, store, precision))) {
      assertThat(stored.generation().massStatistics())
          .isEqualTo(List.of("log-sum-exp", "spread", "learned").contains(mass));
      for (int s = 0; s < samples.size(); s++) {
        assertThat(samples.time(s)).isEqualTo(NOW);
        String user = dataset.userIds().id(samples.user(s));
        String item = dataset.itemIds().id(samples.target(s));
        float[] scores = stored.score(user, List.of(item), context(samples, s));
        assertThat(scores[0])
            .as("sample %d of user %s, %d behaviors", s, user, samples.historyEnd(s))
            .isEqualTo(evaluator.scores()[s]);
      }
    }
  }

  /** From what an explanation shows, anyone can compute the attention anew. */
  @ParameterizedTest
  @ValueSource(strings = {"none", "count", "log-sum-exp", "spread", "learned"})
  void anExplanationShowsWhatTheMassAddsToALogit(String mass) throws IOException {
    Path path = folder.resolve("explained-" + mass);
    ModelFixture.write(path, ModelFixture.spec("encode", "kmeans", mass, dataset), dataset, SEED);
    ScoringModel model = ScoringModel.of(Model.load(path));
    try (Scorer stored = Scorer.of(model, generation(model, "explained-store-" + mass))) {
      String user = "u" + (LENGTHS.length - 1);
      Explanation explanation = stored.explain(user, List.of("i7"), ScoreContext.at(NOW));
      assertThat(explanation.interests()).hasSize(30);
      double[] weights = new double[30];
      double total = 0;
      for (int k = 0; k < 30; k++) {
        Explanation.Interest interest = explanation.interests().get(k);
        double term = interest.logitTerm();
        switch (mass) {
          case "none" -> assertThat(term).isZero();
          case "count" -> assertThat(term).isCloseTo(Math.log(interest.mass()), within(1e-5));
          case "spread" -> assertThat(term).isGreaterThan(Math.log(interest.mass()) - 1e-5);
          default -> assertThat(term).isLessThan(Math.log(interest.mass()) + 1e-5);
        }
        double factor = interest.logitFactor();
        if (!mass.equals("spread")) {
          assertThat(factor).isEqualTo(1);
        }
        double dot = 0;
        double squared = 0;
        double squaredTarget = 0;
        for (int c = 0; c < 32; c++) {
          double u = interest.vector().get(c);
          double x = model.items().table().embeddings()[7 * 32 + c];
          dot += u * x;
          squared += u * u;
          squaredTarget += x * x;
        }
        weights[k] = Math.exp(20 * factor * dot / Math.sqrt(squared * squaredTarget) + term);
        total += weights[k];
      }
      List<Float> shown = explanation.candidates().getFirst().interestAttention();
      for (int k = 0; k < 30; k++) {
        assertThat((double) shown.get(k)).isCloseTo(weights[k] / total, within(1e-5));
      }
    }
  }

  private static ScoreContext context(Samples samples, int s) {
    Map<String, String> values = new LinkedHashMap<>();
    if (samples.contextCode(2, s) >= 0) {
      values.put("device", "v" + samples.contextCode(2, s));
    }
    // Normalizing multiplies by 1 − 2⁻²⁰; this number comes back as the stored one.
    values.put("depth", Double.toString(samples.contextValue(3, s) / (double) (1f - 0x1p-20f)));
    return new ScoreContext(samples.time(s), values);
  }

  @Test
  void theHistoriesMeantAreThere() {
    List<Integer> ends = new ArrayList<>();
    for (int s = 0; s < dataset.test().size(); s++) {
      ends.add(dataset.test().historyEnd(s));
    }
    assertThat(ends).contains(0, 1, 7, 29, 30, 31, 50, 51, 1700);
  }

  @Test
  void aScoreDoesNotDependOnTheOtherCandidatesOrThreads() throws IOException {
    List<String> items = dataset.itemIds().size() > 250 ? ids(250) : List.of();
    float[][] alone = new float[USERS][items.size()];
    for (int u = 0; u < USERS; u++) {
      for (int i = 0; i < items.size(); i++) {
        alone[u][i] = scorer.logits("u" + u, List.of(items.get(i)), ScoreContext.at(NOW))[0];
      }
    }
    Chunks.run(
        200,
        4,
        () ->
            chunk -> {
              int user = chunk % USERS;
              assertThat(scorer.logits("u" + user, items, ScoreContext.at(NOW)))
                  .isEqualTo(alone[user]);
            });
  }

  private static List<String> ids(int count) {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ids.add("i" + i);
    }
    return ids;
  }

  @Test
  void anUnknownUserHasDefaultVectorsAndMissingFeatures() {
    float[] userContext = new float[encode.userContext().width()];
    encode.userContext().user(dataset.userFeatures(), -1, userContext, 0);
    encode.userContext().contextCode(0, 22, userContext, 0);
    encode.userContext().contextCode(1, 1, userContext, 0);
    encode.userContext().contextCode(2, -1, userContext, 0);
    CandidateScorer plain = new CandidateScorer(encode);
    Interests none = new Interests(30, 32);
    none.complete(0);
    plain.interests(none, new int[0], 0, 0, 0);
    float[] logits = new float[2];
    plain.score(userContext, true, new int[] {4, ITEMS}, 0, 2, logits, 0);
    // 2023-11-14, a Tuesday, 22:13 UTC
    assertThat(scorer.logits("nobody", List.of("i4", "no item"), ScoreContext.at(START)))
        .isEqualTo(logits);
    Explanation explanation =
        scorer.explain("nobody", List.of("i4", "no item"), ScoreContext.at(START));
    assertThat(explanation.known()).isFalse();
    assertThat(explanation.interests()).isEmpty();
    assertThat(explanation.candidates().get(0).known()).isTrue();
    assertThat(explanation.candidates().get(1).known()).isFalse();
    assertThat(explanation.candidates().get(0).recentAttention()).isEmpty();
  }

  @Test
  void theTimeOfTheGenerationIsTheDefault() {
    ScoreContext unset = new ScoreContext(null, Map.of());
    assertThat(scorer.logits("u9", List.of("i4"), unset))
        .isEqualTo(scorer.logits("u9", List.of("i4"), ScoreContext.at(NOW)))
        .isNotEqualTo(scorer.logits("u9", List.of("i4"), ScoreContext.at(NOW + 7 * 3600)));
  }

  @Test
  void wrongContextIsNamed() {
    assertThatThrownBy(() -> score(Map.of("hour", "3")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("'hour'")
        .hasMessageContaining("device, depth");
    assertThatThrownBy(() -> score(Map.of("depth", "deep")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("'deep'");
    assertThat(score(Map.of("device", "never seen"))).isEqualTo(score(Map.of()));
    assertThat(score(Map.of("device", "v1"))).isNotEqualTo(score(Map.of()));
  }

  private static float[] score(Map<String, String> values) {
    return scorer.score("u9", List.of("i4"), new ScoreContext(NOW, values));
  }

  @Test
  void anExplanationAddsUpToTheScore() {
    for (String user : List.of("u0", "u1", "u3", "u7", "u10", "u11")) {
      List<String> items = List.of("i3", "i8", "unheard of");
      Explanation explanation = scorer.explain(user, items, ScoreContext.at(NOW));
      float[] logits = scorer.logits(user, items, ScoreContext.at(NOW));
      for (int i = 0; i < items.size(); i++) {
        Explanation.Candidate candidate = explanation.candidates().get(i);
        assertThat(candidate.logit()).isEqualTo(logits[i]);
        assertThat(candidate.probability()).isEqualTo(Probability.of(logits[i]));
        requireVectors(explanation, candidate);
        assertThat(tower(candidate.input())).isCloseTo(logits[i], within(1e-4));
      }
    }
  }

  /** l and r of the tower's input are the weighted sums that the explanation shows (Eq. 10). */
  private static void requireVectors(Explanation explanation, Explanation.Candidate candidate) {
    int interests = explanation.interests().size();
    assertThat(candidate.interestAttention()).hasSize(interests);
    assertThat(candidate.recentAttention()).hasSize(explanation.recent().size());
    Explanation.InputPart part =
        explanation.inputParts().stream().filter(p -> p.name().equals("long")).findAny().get();
    Explanation.InputPart recent =
        explanation.inputParts().stream().filter(p -> p.name().equals("recent")).findAny().get();
    float[] table = encode.items().table().embeddings();
    for (int c = 0; c < 32 && interests > 0; c++) {
      double sum = 0;
      for (int k = 0; k < interests; k++) {
        sum +=
            candidate.interestAttention().get(k) * explanation.interests().get(k).vector().get(c);
      }
      assertThat(candidate.input().get(part.from() + c).doubleValue()).isCloseTo(sum, within(1e-5));
      double now = 0;
      for (int i = 0; i < explanation.recent().size(); i++) {
        int row = dataset.itemIds().indexOf(explanation.recent().get(i).item());
        now += candidate.recentAttention().get(i) * table[row * 32 + c];
      }
      assertThat(candidate.input().get(recent.from() + c).doubleValue())
          .isCloseTo(now, within(1e-5));
    }
    Explanation.InputPart last = explanation.inputParts().getLast();
    assertThat(candidate.input()).hasSize(last.from() + last.width());
  }

  /** The tower in plain doubles. */
  private static double tower(List<Float> input) {
    double[] x = input.stream().mapToDouble(Float::doubleValue).toArray();
    for (int layer = 0; layer < 3; layer++) {
      float[] weight = encode.model().weights("tower." + layer + ".weight");
      float[] bias = encode.model().weights("tower." + layer + ".bias");
      double[] y = new double[bias.length];
      for (int o = 0; o < y.length; o++) {
        y[o] = bias[o];
        for (int i = 0; i < x.length; i++) {
          y[o] += x[i] * weight[i * y.length + o];
        }
        y[o] = layer < 2 ? Math.max(0, y[o]) : y[o];
      }
      x = y;
    }
    return x[0];
  }

  @Test
  void anotherModelsGenerationIsRefused() throws IOException {
    ScoringModel other = model("encode", SEED + 7);
    try (Generation generation = Store.open(folder.resolve("store")).openCurrent()) {
      assertThatThrownBy(() -> Scorer.of(other, generation))
          .isInstanceOf(InputException.class)
          .hasMessageContaining(other.model().fingerprint())
          .hasMessageContaining(encode.model().fingerprint());
    }
    ModelSpec spec = encode.model().spec();
    assertThat(spec.fingerprint()).isEqualTo(encode.model().fingerprint());
  }

  @Test
  void opensFromFoldersAlone() throws IOException {
    try (Scorer opened = Scorer.open(encode.model().path(), folder.resolve("store"))) {
      assertThat(opened.logits("u9", List.of("i4"), ScoreContext.at(NOW)))
          .isEqualTo(scorer.logits("u9", List.of("i4"), ScoreContext.at(NOW)));
    }
  }
}
