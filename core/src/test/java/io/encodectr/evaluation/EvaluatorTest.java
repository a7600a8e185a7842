package io.encodectr.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.encodectr.dataset.Dataset;
import io.encodectr.dataset.DatasetFixture;
import io.encodectr.dataset.Samples;
import io.encodectr.evaluation.Evaluator.Options;
import io.encodectr.file.InputException;
import io.encodectr.model.Model;
import io.encodectr.model.ModelFixture;
import io.encodectr.progress.Progress;
import io.encodectr.scoring.CandidateScorer;
import io.encodectr.scoring.Probability;
import io.encodectr.scoring.ScoringModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EvaluatorTest {
  private static final long SEED = 5;
  private static final long START = 1_700_000_000L;
  private static final int USERS = 60;
  private static final int ITEMS = 120;

  @TempDir private static Path folder;
  private static Dataset dataset;

  /** Page views, true probabilities, cold users, and one user of very many samples. */
  @BeforeAll
  static void makeDataset() throws IOException {
    Random random = new Random(SEED);
    DatasetFixture fixture =
        new DatasetFixture(USERS, ITEMS)
            .userIds(u -> u == 3 ? "comma, \"quote\"" : "u" + u)
            .itemSets("genre", 7, i -> new int[] {i % 7})
            .userColumn("country", 5, u -> u % 5)
            .clock()
            .context("device", 3, s -> s % 3);
    for (int user = 0; user < USERS; user++) {
      int length = user < 10 ? 0 : 2 * user;
      for (int i = 0; i < length; i++) {
        fixture.behavior(user, random.nextInt(ITEMS), START + 60L * i);
      }
      if (user >= 5 && user % 2 == 0) {
        fixture.train(user, random.nextInt(ITEMS), START + 30, user % 3 == 0 ? 1 : 0, 0, 0.5f);
      }
      int samples = user == 20 ? 3000 : user == 21 ? 200 : 12;
      for (int s = 0; s < samples; s++) {
        float truth = random.nextFloat();
        int label = random.nextFloat() < truth ? 1 : 0;
        long time = START + 10_000 + s / 4;
        // A dataset in which some samples belong to no page view.
        int view = s < 8 ? 1 + user * 3 + s / 4 : -1;
        fixture.test(user, random.nextInt(ITEMS), time, label, view, truth);
      }
    }
    dataset = fixture.open(folder.resolve("dataset"));
  }

  @AfterAll
  static void close() {
    dataset.close();
  }

  private static ScoringModel model(String method, long seed) throws IOException {
    Path path = folder.resolve(method + "-" + seed);
    if (!Files.exists(path)) {
      ModelFixture.write(path, method, dataset, seed);
    }
    return ScoringModel.of(Model.load(path));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "encode",
        "din-l",
        "din",
        "avg-pooling",
        "sim-hard",
        "eta",
        "eta-encode",
        "eta-ta",
        "sdim"
      })
  void scoresAreThoseOfEachSampleAlone(String method) throws IOException {
    ScoringModel model = model(method, 1);
    boolean timed = method.equals("encode");
    Evaluator one = new Evaluator(dataset, "test", model, 1);
    Evaluation first = one.run(new Options(null, 0, timed), Progress.NONE);
    Evaluator three = new Evaluator(dataset, "test", model, 3);
    three.run(Options.NONE, Progress.NONE);
    assertThat(three.scores()).isEqualTo(one.scores());
    Samples samples = dataset.test();
    CandidateScorer scorer = new CandidateScorer(model);
    float[] userContext = new float[model.userContext().width()];
    float[] logit = new float[1];
    for (int s = 0; s < samples.size(); s += s % 7 + 1) {
      int[] rows = new int[samples.historyEnd(s)];
      dataset.behaviors().items(samples.user(s), 0, rows.length, rows, 0);
      scorer.history(rows, 0, rows.length, dataset.userIds().hash(samples.user(s)));
      model.userContext().user(dataset.userFeatures(), samples.user(s), userContext, 0);
      model.userContext().context(samples, s, userContext, 0);
      scorer.score(userContext, true, new int[] {samples.target(s)}, 0, 1, logit, 0);
      assertThat(one.scores()[s]).as("sample %d", s).isEqualTo(Probability.of(logit[0]));
    }
    assertThat(first.samples()).isEqualTo(samples.size());
    assertThat(first.auc()).isBetween(0.3, 0.7);
    assertThat(first.oracleAuc()).isBetween(0.75, 0.9);
    assertThat(first.shareOfOracle())
        .isCloseTo((first.auc() - 0.5) / (first.oracleAuc() - 0.5), within(1e-12));
    assertThat(first.gaucBy()).isEqualTo("page_view");
    assertThat(first.gauc().groups() + first.gauc().skipped()).isEqualTo(3 * USERS);
    assertThat(first.microsecondsPerCandidate() > 0).isEqualTo(timed);
    assertThat(first.relevance()).isEqualTo(Evaluation.Relevance.NONE);
  }

  @Test
  void slicesPartTheSamples() throws IOException {
    Evaluation evaluation =
        new Evaluator(dataset, "test", model("encode", 1), 2).run(Options.NONE, Progress.NONE);
    // Users 0 to 9 have no behaviors; 6 and 8 have training samples.
    assertThat(evaluation.cold().samples()).isEqualTo(8 * 12);
    assertThat(evaluation.warm().samples()).isEqualTo(evaluation.samples() - 8 * 12);
    assertThat(evaluation.histories().stream().mapToLong(Evaluation.Slice::samples).sum())
        .isEqualTo(evaluation.samples());
    assertThat(evaluation.histories().get(0)).matches(s -> s.name().equals("0"));
    assertThat(evaluation.histories().get(0).samples()).isEqualTo(10 * 12);
    assertThat(evaluation.histories().stream().map(Evaluation.Slice::name))
        .containsExactly("0", "1-9", "10-49", "50-199", "200-499", "500-999", "1000+");
    Evaluation train =
        new Evaluator(dataset, "train", model("encode", 1), 2).run(Options.NONE, Progress.NONE);
    assertThat(train.samples()).isEqualTo(dataset.train().size());
    assertThatThrownBy(() -> new Evaluator(dataset, "validation", model("encode", 1), 2))
        .isInstanceOf(InputException.class);
  }

  @Test
  void relevanceIndicatorHasItsFloorAtDinLItself() throws IOException {
    ScoringModel ideal = model("din-l", 1);
    Evaluation.Relevance itself = relevance(ideal, ideal);
    assertThat(itself.value()).isCloseTo(itself.floor(), within(1e-9));
    assertThat(itself.recall()).isCloseTo(1, within(1e-6));
    Evaluation.Relevance average = relevance(model("avg-pooling", 1), ideal);
    assertThat(average.value()).isCloseTo(average.uniform(), within(1e-5));
    assertThat(average.uniform()).isEqualTo(itself.uniform());
    // The same weights: interests are close to what they stand for.
    Evaluation.Relevance encode = relevance(model("encode", 1), ideal);
    assertThat(encode.value()).isBetween(itself.floor(), average.uniform() - 0.05);
    assertThat(encode.recall()).isBetween(average.recall(), 1.0);
    assertThat(relevance(model("din", 1), ideal)).isEqualTo(Evaluation.Relevance.NONE);
  }

  private static Evaluation.Relevance relevance(ScoringModel model, ScoringModel ideal)
      throws IOException {
    Evaluation one =
        new Evaluator(dataset, "test", model, 1)
            .run(new Options(ideal, 1500, false), Progress.NONE);
    Evaluation two =
        new Evaluator(dataset, "test", model, 2)
            .run(new Options(ideal, 1500, false), Progress.NONE);
    assertThat(two.relevance()).isEqualTo(one.relevance());
    return one.relevance();
  }

  @Test
  void encodeWithAClusterForEachBehaviorWeighsAsDinLDoes() throws IOException {
    DatasetFixture fixture =
        new DatasetFixture(2, 40).history(0, START, 5, 9, 3, 30, 21, 22).history(1, START, 8, 7);
    for (int i = 0; i < 40; i++) {
      fixture.test(i % 2, i, START + 100, i % 3 == 0 ? 1 : 0);
    }
    try (Dataset few = fixture.open(folder.resolve("few"))) {
      ModelFixture.write(folder.resolve("few-encode"), "encode", few, 3);
      ModelFixture.write(folder.resolve("few-din-l"), "din-l", few, 3);
      ScoringModel encode = ScoringModel.of(Model.load(folder.resolve("few-encode")));
      ScoringModel ideal = ScoringModel.of(Model.load(folder.resolve("few-din-l")));
      Evaluation evaluation =
          new Evaluator(few, "test", encode, 1).run(new Options(ideal, 40, false), Progress.NONE);
      assertThat(evaluation.relevance().value())
          .isCloseTo(evaluation.relevance().floor(), within(1e-5));
      assertThat(evaluation.gaucBy()).isEqualTo("user");
      assertThat(evaluation.oracleAuc()).isNaN();
      assertThat(evaluation.cold().samples()).isZero();
    }
  }

  @Test
  void comparesWithDinLOfTheSameHistoryOnly() throws IOException {
    Evaluator evaluator = new Evaluator(dataset, "test", model("encode", 1), 1);
    assertThatThrownBy(() -> evaluator.run(new Options(model("din", 1), 10, false), Progress.NONE))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("din-l");
  }

  @Test
  void predictionsReproduceTheMetrics() throws IOException {
    Evaluator evaluator = new Evaluator(dataset, "test", model("encode", 1), 2);
    Evaluation evaluation = evaluator.run(Options.NONE, Progress.NONE);
    Path file = folder.resolve("predictions.csv");
    Files.writeString(file, "older");
    Predictions.write(file, dataset, evaluator.samples(), evaluator.scores());
    List<String> lines = Files.readAllLines(file);
    assertThat(lines.getFirst()).isEqualTo("user,item,time,label,score");
    assertThat(lines).hasSize(1 + evaluation.samples());
    assertThat(lines.get(1 + 3 * 12)).startsWith("\"comma, \"\"quote\"\"\",i");
    float[] scores = new float[lines.size() - 1];
    byte[] labels = new byte[scores.length];
    for (int i = 0; i < scores.length; i++) {
      String[] fields = lines.get(i + 1).split(",");
      scores[i] = Float.parseFloat(fields[fields.length - 1]);
      labels[i] = Byte.parseByte(fields[fields.length - 2]);
    }
    assertThat(Auc.of(scores, labels)).isEqualTo(evaluation.auc());
    assertThat(LogLoss.of(scores, labels)).isEqualTo(evaluation.logLoss());
    assertThatThrownBy(() ->
            Predictions.write(folder.resolve("no/such/file.csv"), dataset, dataset.test(), scores))
        .isInstanceOf(InputException.class);
    assertThat(Predictions.field("plain")).isEqualTo("plain");
    assertThat(Predictions.field("line\nbreak")).isEqualTo("\"line\nbreak\"");
    assertThat(Predictions.field("")).isEqualTo("\"\"");
  }

  @Test
  void aModelOfOtherItemsIsRefused() throws IOException {
    try (Dataset other =
        new DatasetFixture(2, 9).history(0, START, 1, 2).open(folder.resolve("other"))) {
      assertThatThrownBy(() -> new Evaluator(other, "test", model("encode", 1), 1))
          .isInstanceOf(InputException.class)
          .hasMessageContaining(other.info().fingerprint())
          .hasMessageContaining(dataset.info().fingerprint());
    }
  }

  @Test
  void aPartWithoutSamplesHasNoFigures() throws IOException {
    try (Dataset empty =
        new DatasetFixture(2, 9).history(0, START, 1, 2).open(folder.resolve("empty"))) {
      ModelFixture.write(folder.resolve("empty-model"), "encode", empty, 3);
      ScoringModel model = ScoringModel.of(Model.load(folder.resolve("empty-model")));
      Evaluation evaluation =
          new Evaluator(empty, "test", model, 2).run(Options.NONE, Progress.NONE);
      assertThat(evaluation.samples()).isZero();
      assertThat(evaluation.auc()).isNaN();
      assertThat(evaluation.gauc().value()).isNaN();
    }
  }
}
