package io.encodectr.experiment;

import io.encodectr.dataset.Dataset;
import io.encodectr.evaluation.Evaluation;
import io.encodectr.evaluation.Evaluator;
import io.encodectr.evaluation.InterestCount;
import io.encodectr.evaluation.InterestUpkeep;
import io.encodectr.model.Model;
import io.encodectr.progress.Progress;
import io.encodectr.scoring.ScoringModel;
import io.encodectr.sequence.Method;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Measures a run's model on the test samples, as a row asks. */
final class Measurement {
  /** Name of the result that says which model's attention was compared with. */
  static final String AGAINST = "relevance_against";

  private static final int COMPARED_SAMPLES = 20_000;

  private final Dataset dataset;
  private final int threads;

  Measurement(Dataset dataset, int threads) {
    this.dataset = dataset;
    this.threads = threads;
  }

  /**
   * Scores, measures, and writes what was found into the run's folder.
   *
   * @param ideal a DIN-L run of the same seed and history, for the relevance indicator
   */
  void run(RunFolder run, Row row, @Nullable RunFolder ideal) throws IOException {
    ScoringModel model = ScoringModel.of(Model.load(run.model()));
    ScoringModel against = ideal == null ? null : ScoringModel.of(Model.load(ideal.model()));
    Evaluator evaluator = new Evaluator(dataset, "test", model, row.upkeep(), threads);
    Evaluation evaluation =
        evaluator.run(new Evaluator.Options(against, COMPARED_SAMPLES, false), Progress.NONE);
    Map<String, Object> results = new LinkedHashMap<>(evaluation.asMap());
    results.remove("microseconds_per_candidate");
    results.remove("samples_per_second");
    if (ideal != null) {
      results.put(AGAINST, ExperimentPlan.IDEAL);
    }
    addStates(results, model, row.upkeep(), run, row, evaluator.scores());
    run.write(row, evaluator.scores(), results);
  }

  /** What only the experiments on stored states ask for. */
  private void addStates(
      Map<String, Object> results,
      ScoringModel model,
      InterestUpkeep upkeep,
      RunFolder run,
      Row row,
      float[] scores)
      throws IOException {
    if (Method.named(model.model().spec().method()).clusters()) {
      int bytes = upkeep.precision().bytes();
      double interests = InterestCount.mean(dataset, dataset.test(), model);
      results.put("interests_per_user", interests);
      results.put("bytes_per_user", interests * model.model().spec().dimension() * bytes);
    }
    if (upkeep.refreshSeconds() > 0) {
      InterestUpkeep.Lag lag = upkeep.lag(dataset, dataset.test());
      results.put("lag_days", lag.seconds() / 86_400);
      results.put("lag_behaviors", lag.behaviors());
    }
    if (!row.fresh()) {
      float[] exact = run.scores(Row.of(row.variant()));
      double largest = 0;
      for (int s = 0; s < exact.length; s++) {
        largest = Math.max(largest, Math.abs(exact[s] - scores[s]));
      }
      results.put("max_score_delta", largest);
    }
  }
}
