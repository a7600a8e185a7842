package io.encodectr.cli;

import io.encodectr.dataset.Dataset;
import io.encodectr.evaluation.Evaluation;
import io.encodectr.evaluation.Evaluator;
import io.encodectr.evaluation.InterestUpkeep;
import io.encodectr.evaluation.Predictions;
import io.encodectr.file.InputException;
import io.encodectr.interest.InterestPrecision;
import io.encodectr.model.Model;
import io.encodectr.scoring.ScoringModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code encode evaluate}. */
@Command(
    name = "evaluate",
    description = {
      "Measures how well a model ranks a dataset's samples.",
      "",
      "auc is exact. gauc is the mean AUC of page views (of users, where the logs have no page"
          + " views), weighted by impressions; groups of one label only are skipped. A user is"
          + " warm with a training sample or a behavior in the training period. ri is the relevance"
          + " indicator, the cross-entropy of the model's weights over the history with those of"
          + " a din-l model (smaller is better; ri_uniform is that of equal weights, ri_floor"
          + " that of din-l's own, ri_unmatched the share of samples for which the method found"
          + " nothing to attend to and counts as equal weights). microseconds_per_candidate is CPU"
          + " time in requests of 1,000 candidates on one thread, the user's history or interests"
          + " at hand."
    })
final class EvaluateCommand implements Callable<Integer> {
  @Mixin private CommonOptions common = new CommonOptions();
  @Mixin private OutputOptions output = new OutputOptions();
  @Mixin private ArithmeticOptions arithmetic = new ArithmeticOptions();

  @Option(names = "--data", required = true, paramLabel = "FOLDER", description = "The dataset.")
  private Path data;

  @Option(names = "--model", required = true, paramLabel = "FOLDER", description = "The model.")
  private Path model;

  @Option(
      names = "--part",
      paramLabel = "PART",
      defaultValue = "test",
      description = "test or train (default: ${DEFAULT-VALUE}).")
  private String part;

  @Option(
      names = "--against",
      paramLabel = "FOLDER",
      description = "A din-l model, for the relevance indicator.")
  private @Nullable Path against;

  @Option(
      names = "--interests",
      paramLabel = "PRECISION",
      defaultValue = "float32",
      description =
          "Scores with interests as a store of this precision has them: float32 or float16"
              + " (default: ${DEFAULT-VALUE}).")
  private String precision;

  @Option(
      names = "--ri-samples",
      paramLabel = "N",
      defaultValue = "20000",
      description = "Samples the relevance indicator looks at (default: ${DEFAULT-VALUE}).")
  private int riSamples;

  @Option(
      names = "--predictions",
      paramLabel = "FILE.csv",
      description =
          "Writes user, item, time, label and score of every sample; a file that exists only with"
              + " --overwrite.")
  private @Nullable Path predictions;

  @Override
  public Integer call() throws IOException {
    if (riSamples < 1) {
      throw new InputException("--ri-samples must be at least 1, not " + riSamples);
    }
    if (predictions != null) {
      requireWritable(predictions);
    }
    var upkeep = new InterestUpkeep(0, InterestPrecision.named(precision));
    ScoringModel loaded = ScoringModel.of(Model.load(model), arithmetic.scoring());
    ScoringModel ideal = against == null ? null : ScoringModel.of(Model.load(against));
    try (Dataset dataset = Dataset.open(data)) {
      var evaluator = new Evaluator(dataset, part, loaded, upkeep, common.threads());
      Evaluation evaluation =
          evaluator.run(new Evaluator.Options(ideal, riSamples, true), common.progress());
      // Printed first: a full disk must not cost the measurement.
      common.printer().print(evaluation.asMap());
      if (predictions != null) {
        Predictions.write(predictions, dataset, evaluator.samples(), evaluator.scores());
      }
    }
    return Encode.DONE;
  }

  private void requireWritable(Path file) {
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null && !Files.isDirectory(folder)) {
      throw new InputException("--predictions: there is no folder " + folder + "; create it first");
    }
    if (Files.isDirectory(file)) {
      throw new InputException("--predictions: " + file + " is a folder; name a file");
    }
    if (Files.exists(file) && !output.overwrite()) {
      throw new InputException("--predictions: " + file + " exists; --overwrite replaces it");
    }
  }
}
