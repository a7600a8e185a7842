package io.encodectr.cli;

import io.encodectr.dataset.Dataset;
import io.encodectr.evaluation.Evaluation;
import io.encodectr.evaluation.Evaluator;
import io.encodectr.evaluation.Predictions;
import io.encodectr.file.InputException;
import io.encodectr.model.Model;
import io.encodectr.scoring.ScoringModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
          + " that of din-l's own). microseconds_per_candidate is CPU time in requests of 1,000"
          + " candidates on one thread, the user's history or interests at hand."
    })
final class EvaluateCommand implements Callable<Integer> {
  @Mixin private CommonOptions common = new CommonOptions();
  @Mixin private OutputOptions output = new OutputOptions();

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
    ScoringModel loaded = ScoringModel.of(Model.load(model));
    ScoringModel ideal = against == null ? null : ScoringModel.of(Model.load(against));
    try (Dataset dataset = Dataset.open(data)) {
      var evaluator = new Evaluator(dataset, part, loaded, common.threads());
      Evaluation evaluation =
          evaluator.run(new Evaluator.Options(ideal, riSamples, true), common.progress());
      // Printed first: a full disk must not cost the measurement.
      common.printer().print(result(evaluation));
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

  private static Map<String, Object> result(Evaluation evaluation) {
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("method", evaluation.method());
    result.put("part", evaluation.part());
    result.put("samples", evaluation.samples());
    result.put("positives", evaluation.positives());
    result.put("auc", evaluation.auc());
    result.put("gauc", evaluation.gauc().value());
    result.put("log_loss", evaluation.logLoss());
    result.put("oracle_auc", evaluation.oracleAuc());
    result.put("share_of_oracle", evaluation.shareOfOracle());
    result.put("gauc_by", evaluation.gaucBy());
    result.put("gauc_groups", evaluation.gauc().groups());
    result.put("gauc_skipped", evaluation.gauc().skipped());
    result.put("gauc_skipped_share", evaluation.gauc().skippedShare());
    result.put("warm_samples", evaluation.warm().samples());
    result.put("warm_auc", evaluation.warm().auc());
    result.put("cold_samples", evaluation.cold().samples());
    result.put("cold_auc", evaluation.cold().auc());
    result.put("ri", evaluation.relevance().value());
    result.put("ri_uniform", evaluation.relevance().uniform());
    result.put("ri_floor", evaluation.relevance().floor());
    result.put("recall_50", evaluation.relevance().recall());
    result.put("recall_50_uniform", evaluation.relevance().uniformRecall());
    result.put("ri_samples", evaluation.relevance().samples());
    result.put("microseconds_per_candidate", evaluation.microsecondsPerCandidate());
    result.put("samples_per_second", evaluation.samplesPerSecond());
    List<Map<String, Object>> histories = new ArrayList<>();
    for (Evaluation.Slice slice : evaluation.histories()) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("behaviors", slice.name());
      row.put("samples", slice.samples());
      row.put("auc", slice.auc());
      histories.add(row);
    }
    result.put("histories", histories);
    return result;
  }
}
