package io.encodectr.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.encodectr.dataset.Dataset;
import io.encodectr.dataset.DatasetFixture;
import io.encodectr.dataset.Samples;
import io.encodectr.evaluation.CandidateTiming.Cost;
import io.encodectr.evaluation.CandidateTiming.Schedule;
import io.encodectr.file.InputException;
import io.encodectr.interest.InterestPrecision;
import io.encodectr.model.Model;
import io.encodectr.model.ModelFixture;
import io.encodectr.progress.Progress;
import io.encodectr.scoring.CandidateScorer;
import io.encodectr.scoring.Probability;
import io.encodectr.scoring.ScoringModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InterestUpkeepTest {
  private static final long DAY = 86_400;
  private static final long START = 1_700_000_000L;
  private static final int USERS = 30;
  private static final int ITEMS = 80;

  @TempDir Path folder;
  private Dataset dataset;

  /** Every user clicks on, day and night, before and after the split; one begins after it. */
  @BeforeEach
  void makeDataset() throws IOException {
    Random random = new Random(3);
    DatasetFixture fixture =
        new DatasetFixture(USERS, ITEMS).itemSets("genre", 7, i -> new int[] {i % 7});
    for (int user = 0; user < USERS; user++) {
      for (int i = user == 0 ? 90 : 0; i < 200; i++) {
        fixture.behavior(user, random.nextInt(ITEMS), START + i * DAY / 2);
      }
      fixture.train(user, random.nextInt(ITEMS), START + 40 * DAY, user % 2);
      for (int s = 0; s < 8; s++) {
        long time = START + 41 * DAY + s * 7 * DAY / 3 + random.nextInt(2) * DAY / 4;
        fixture.test(user, random.nextInt(ITEMS), time, s % 2);
        fixture.test(user, random.nextInt(ITEMS), time, 1 - s % 2);
      }
    }
    dataset = fixture.open(folder.resolve("dataset"));
  }

  @AfterEach
  void close() {
    dataset.close();
  }

  private ScoringModel model(String method) throws IOException {
    Path path = folder.resolve(method);
    ModelFixture.write(path, method, dataset, 1);
    return ScoringModel.of(Model.load(path));
  }

  private float[] scores(ScoringModel model, InterestUpkeep upkeep, int threads)
      throws IOException {
    Evaluator evaluator = new Evaluator(dataset, "test", model, upkeep, threads);
    evaluator.run(Evaluator.Options.NONE, Progress.NONE);
    return evaluator.scores();
  }

  /** Extractions are at seconds 0, D, 2D, … after the training period's last second. */
  @ParameterizedTest
  @CsvSource({"0, 0", "1, 0", "604799, 0", "604800, 604800", "604801, 604800", "1209600, 1209600"})
  void extractsAtTheGridOfTheTrainingPeriodsEnd(long time, long extracted) {
    long first = dataset.info().splitTime() + 1;
    InterestUpkeep weekly = InterestUpkeep.everyDays(7);
    assertThat(weekly.extractedAt(dataset, first + time)).isEqualTo(first + extracted);
    assertThat(InterestUpkeep.FRESH.extractedAt(dataset, first + time)).isEqualTo(first + time);
    assertThat(weekly.extractedAt(dataset, first - 5)).isEqualTo(first - 5);
  }

  @ParameterizedTest
  @CsvSource({"encode,1", "encode,30", "din-l,7", "avg-pooling,3"})
  void aStateHoldsWhatWasBeforeItsExtraction(String method, int days) throws IOException {
    ScoringModel model = model(method);
    InterestUpkeep upkeep = InterestUpkeep.everyDays(days);
    float[] found = scores(model, upkeep, 2);
    assertThat(scores(model, upkeep, 1)).isEqualTo(found);
    Samples samples = dataset.test();
    long first = dataset.info().splitTime() + 1;
    int different = 0;
    float[] fresh = scores(model, InterestUpkeep.FRESH, 1);
    for (int s = 0; s < samples.size(); s++) {
      int user = samples.user(s);
      long extracted = first + (samples.time(s) - first) / (days * DAY) * days * DAY;
      int represented = 0;
      while (represented < samples.historyEnd(s)
          && dataset.behaviors().time(user, represented) < extracted) {
        represented++;
      }
      CandidateScorer scorer = new CandidateScorer(model);
      int[] rows = new int[samples.historyEnd(s)];
      dataset.behaviors().items(user, 0, rows.length, rows, 0);
      long hash = dataset.userIds().hash(user);
      scorer.history(rows, 0, rows.length, hash);
      scorer.longSequence().history(model.items().table(), rows, 0, represented, hash);
      float[] logit = new float[1];
      float[] context = new float[model.userContext().width()];
      scorer.score(context, true, new int[] {samples.target(s)}, 0, 1, logit, 0);
      assertThat(found[s]).as("sample %d", s).isEqualTo(Probability.of(logit[0]));
      different += found[s] == fresh[s] ? 0 : 1;
    }
    assertThat(different).isGreaterThan(samples.size() / 4);
  }

  @Test
  void lagGrowsWithTheTimeBetweenExtractions() {
    InterestUpkeep.Lag none = InterestUpkeep.FRESH.lag(dataset, dataset.test());
    assertThat(none.seconds()).isZero();
    assertThat(none.behaviors()).isZero();
    InterestUpkeep.Lag daily = InterestUpkeep.everyDays(1).lag(dataset, dataset.test());
    InterestUpkeep.Lag monthly = InterestUpkeep.everyDays(30).lag(dataset, dataset.test());
    assertThat(daily.seconds()).isBetween(1.0, (double) DAY);
    assertThat(monthly.seconds()).isGreaterThan(daily.seconds());
    // Two behaviors a day.
    assertThat(monthly.behaviors()).isCloseTo(2 * monthly.seconds() / DAY, within(1.0));
  }

  @Test
  void roundingToHalfPrecisionHardlyMovesScores() throws IOException {
    ScoringModel model = model("encode");
    float[] exact = scores(model, InterestUpkeep.FRESH, 1);
    float[] rounded = scores(model, new InterestUpkeep(0, InterestPrecision.FLOAT16), 1);
    double largest = 0;
    for (int s = 0; s < exact.length; s++) {
      largest = Math.max(largest, Math.abs(exact[s] - rounded[s]));
    }
    assertThat(largest).isBetween(1e-9, 2e-3);
  }

  @Test
  void refusesMethodsWithoutSuchStates() throws IOException {
    ScoringModel din = model("din");
    ScoringModel full = model("din-l");
    assertThatThrownBy(() -> scores(din, InterestUpkeep.everyDays(1), 1))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("din has no long-term state");
    assertThatThrownBy(() -> scores(full, new InterestUpkeep(0, InterestPrecision.FLOAT16), 1))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("din-l has no interests");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 700})
  void timesAllModelsInTheSameRounds(int candidates) throws IOException {
    List<ScoringModel> models = List.of(model("din"), model("encode"), model("din-l"));
    List<Cost> costs =
        CandidateTiming.measure(
            dataset,
            dataset.test(),
            models,
            new Schedule(candidates, 7, 0, 0, 12, 12),
            Progress.NONE);
    assertThat(costs).hasSize(3);
    for (Cost cost : costs) {
      assertThat(cost.rounds()).isEqualTo(12);
      assertThat(cost.candidates()).isEqualTo(candidates);
      assertThat(cost.medianMilliseconds()).isPositive();
      assertThat(cost.p99Milliseconds()).isGreaterThanOrEqualTo(cost.medianMilliseconds());
    }
    assertThat(costs.get(0).history()).isBetween(1.0, 50.0);
    assertThat(costs.get(1).history()).isEqualTo(costs.get(2).history()).isGreaterThan(80);
  }
}
