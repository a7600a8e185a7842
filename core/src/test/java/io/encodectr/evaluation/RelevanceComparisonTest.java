package io.encodectr.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.encodectr.dataset.Dataset;
import io.encodectr.dataset.DatasetFixture;
import io.encodectr.model.Model;
import io.encodectr.model.ModelFixture;
import io.encodectr.progress.Progress;
import io.encodectr.scoring.ScoringModel;
import io.encodectr.sequence.LongSequence;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The compared weights are those that the methods really use: Σ q_i·s_i is the method's l. */
class RelevanceComparisonTest {
  private static final long SEED = 17;
  private static final int D = 32;

  @TempDir private Path folder;

  @Test
  void weightsGiveTheLongTermVectorOfEachMethod() throws IOException {
    Random random = new Random(SEED);
    DatasetFixture fixture = new DatasetFixture(12, 150);
    for (int user = 0; user < 12; user++) {
      fixture.history(user, 1000, random.ints(1 + user * 40, 0, 150).toArray());
      fixture.test(user, random.nextInt(150), 5000, 1);
    }
    try (Dataset dataset = fixture.open(folder.resolve("dataset"))) {
      ScoringModel ideal = model(dataset, "din-l", SEED);
      for (String method :
          new String[] {"encode", "din-l", "avg-pooling", "eta", "eta-encode", "eta-ta"}) {
        ScoringModel model = model(dataset, method, SEED + 1);
        RelevanceComparison comparison =
            RelevanceComparison.of(dataset, dataset.test(), model, ideal);
        for (int s = 0; s < dataset.test().size(); s++) {
          comparison.add(s, new RelevanceIndicator(false));
          requireSum(dataset, s, model, comparison.weights(), comparison.sortedRows());
        }
      }
      for (String method : new String[] {"din", "mimn"}) {
        assertThat(
                RelevanceComparison.of(
                    dataset, dataset.test(), model(dataset, method, SEED), ideal))
            .as(method)
            .isNull();
      }
    }
  }

  /** SIM has no weights where nothing matches: it knows nothing, as uniform weights do. */
  @Test
  void samplesWithoutMatchCountAsUniform() throws IOException {
    DatasetFixture fixture = new DatasetFixture(1, 40);
    fixture.history(0, 1000, 3, 9, 3);
    fixture.test(0, 3, 5000, 1).test(0, 21, 5000, 0);
    try (Dataset dataset = fixture.open(folder.resolve("dataset"))) {
      assertThat(dataset.schema().item()).isEmpty();
      ScoringModel ideal = model(dataset, "din-l", SEED);
      RelevanceComparison comparison =
          RelevanceComparison.of(dataset, dataset.test(), model(dataset, "sim-hard", SEED), ideal);
      RelevanceIndicator indicator = new RelevanceIndicator(true);
      comparison.add(0, indicator);
      assertThat(comparison.weights()).startsWith(0.5f, 0.5f, 0f);
      double before = indicator.value();
      assertThat(indicator.unmatched()).isZero();
      comparison.add(1, indicator);
      assertThat(indicator.samples()).isEqualTo(2);
      assertThat(indicator.unmatched()).isEqualTo(0.5);
      assertThat(2 * indicator.value() - before).isCloseTo(Math.log(3), within(1e-6));
    }
  }

  /** The indicator is over the same samples for all, and no single weight of zero decides it. */
  @Test
  void everyMethodIsMeasuredOnTheSameSamples() throws IOException {
    Random random = new Random(SEED);
    DatasetFixture fixture = new DatasetFixture(12, 150);
    for (int user = 0; user < 12; user++) {
      fixture.history(user, 1000, random.ints(1 + user * 40, 0, 150).toArray());
      fixture.test(user, random.nextInt(150), 5000, 1);
    }
    try (Dataset dataset = fixture.open(folder.resolve("dataset"))) {
      ScoringModel ideal = model(dataset, "din-l", SEED);
      for (String method : new String[] {"encode", "sim-hard", "ubr4ctr", "eta", "twin", "sdim"}) {
        Evaluation.Relevance found =
            new Evaluator(dataset, "test", model(dataset, method, SEED + 1), 2)
                .run(new Evaluator.Options(ideal, 12, false), Progress.NONE)
                .relevance();
        assertThat(found.samples()).as(method).isEqualTo(12);
        assertThat(found.unmatched()).as(method).isBetween(0., 1.);
        // −log(ε/L) is the most that a smoothed weight of zero costs.
        assertThat(found.value())
            .as(method)
            .isBetween(found.floor(), found.uniform() - Math.log(RelevanceIndicator.EPSILON));
      }
    }
  }

  private ScoringModel model(Dataset dataset, String method, long seed) throws IOException {
    Path path = folder.resolve(method + seed);
    ModelFixture.write(path, method, dataset, seed);
    return ScoringModel.of(Model.load(path));
  }

  private static void requireSum(
      Dataset dataset, int sample, ScoringModel model, float[] weights, int[] sortedRows) {
    int count = dataset.test().historyEnd(sample);
    int[] rows = new int[count];
    dataset.behaviors().items(sample, 0, count, rows, 0);
    LongSequence sequence = model.newLongSequence();
    sequence.history(model.items().table(), rows, 0, count, dataset.userIds().hash(sample));
    float[] expected = new float[D];
    sequence.attend(
        model.items().table(), new int[] {dataset.test().target(sample)}, 0, 1, expected, 0, D);
    float[] table = model.items().table().embeddings();
    for (int c = 0; c < D; c++) {
      double sum = 0;
      double total = 0;
      for (int i = 0; i < count; i++) {
        sum += weights[i] * table[sortedRows[i] * D + c];
        total += weights[i];
      }
      assertThat(sum)
          .as("%s, sample %d", model.model().spec().method(), sample)
          .isCloseTo(expected[c], within(1e-4));
      assertThat(total).isCloseTo(1, within(1e-4));
    }
  }
}
