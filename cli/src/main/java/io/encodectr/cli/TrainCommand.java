package io.encodectr.cli;

import io.encodectr.dataset.Dataset;
import io.encodectr.train.RunOptions;
import io.encodectr.train.TrainOptions;
import io.encodectr.train.TrainResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Trains a model on a dataset. */
@Command(
    name = "train",
    sortOptions = false,
    description = "Trains a model on a dataset; continues a run that was cut off.")
final class TrainCommand implements Callable<Integer> {
  @Mixin private CommonOptions common = new CommonOptions();
  @Mixin private OutputOptions output = new OutputOptions();

  @Option(
      names = "--data",
      required = true,
      paramLabel = "FOLDER",
      description = "The dataset, as ingest writes it.")
  private Path data;

  @Option(
      names = "--method",
      required = true,
      paramLabel = "NAME",
      description =
          "din, avg-pooling, din-l, sim-hard, ubr4ctr, eta, twin, sdim, mimn, encode, encode-minus,"
              + " eta-encode or eta-ta.")
  private String method;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FOLDER",
      description =
          "Where the model is written. While training, FOLDER.checkpoint holds what it takes to go"
              + " on: the same command continues a run that was cut off.")
  private Path out;

  @Option(
      names = "--preset",
      paramLabel = "NAME",
      description =
          "Settings to start from: paper (the defaults, for tens of millions of samples) or small;"
              + " other options win.")
  private @Nullable String preset;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "Passes over the training samples (default: 1).")
  private @Nullable Integer epochs;

  @Option(
      names = "--learning-rate",
      paramLabel = "X",
      description = "Step size of Adam (default: 1e-4).")
  private @Nullable Double learningRate;

  @Option(names = "--batch-size", paramLabel = "N", description = "Samples a step (default: 1024).")
  private @Nullable Integer batchSize;

  @Option(
      names = "--triplet-weight",
      paramLabel = "X",
      description = "ENCODE: weight of the metric loss (default: 0.1).")
  private @Nullable Double tripletWeight;

  @Option(
      names = "--metric-loss",
      paramLabel = "NAME",
      description =
          "ENCODE: what the projection learns by: none, mse, n-pair, triplet-fixed or"
              + " triplet-dynamic (default).")
  private @Nullable String metricLoss;

  @Option(
      names = "--triplet-sampling",
      paramLabel = "NAME",
      description = "ENCODE: behaviors are compared within neighbors, sequence (default) or batch.")
  private @Nullable String tripletSampling;

  @Option(
      names = "--clustering",
      paramLabel = "NAME",
      description =
          "ENCODE: kmeans (default), random, routing (MIND's dynamic routing) or agglomerative.")
  private @Nullable String clustering;

  @Option(
      names = "--mass",
      paramLabel = "NAME",
      description =
          "ENCODE: what of a cluster's size its attention knows: none (default, the paper), count,"
              + " log-sum-exp or spread; or learned, which also weighs behaviors by recency and"
              + " repetition.")
  private @Nullable String mass;

  @Option(
      names = "--retrieved",
      paramLabel = "N",
      description = "Retrieval methods: behaviors to attend to (default: 50).")
  private @Nullable Integer retrieved;

  @Option(
      names = "--clusters",
      paramLabel = "K",
      description = "ENCODE: most interests a user has (default: 30).")
  private @Nullable Integer clusters;

  @Option(
      names = "--low-dimension",
      paramLabel = "M",
      description = "ENCODE: width of the space to cluster in (default: 4).")
  private @Nullable Integer lowDimension;

  @Option(
      names = "--iterations",
      paramLabel = "T",
      description = "ENCODE: most rounds of clustering (default: 15).")
  private @Nullable Integer iterations;

  @Option(
      names = "--beta",
      paramLabel = "X",
      description =
          "Scale of cosine relevance; 0.05 divides by 20, as the paper prints (default: 20).")
  private @Nullable Float beta;

  @Option(
      names = "--long-length",
      paramLabel = "N",
      description = "Behaviors of the long history, 0 for all (default: 1500).")
  private @Nullable Integer longLength;

  @Option(
      names = "--recent-length",
      paramLabel = "N",
      description = "Behaviors of the real-time history (default: 50).")
  private @Nullable Integer recentLength;

  @Option(
      names = "--recent-relevance",
      paramLabel = "NAME",
      description = "Attention to the real-time history: dot (default) or cosine.")
  private @Nullable String recentRelevance;

  @Option(
      names = "--long-relevance",
      paramLabel = "NAME",
      description =
          "Attention to the long history: cosine (default) or dot. encode has cosine only,"
              + " encode-minus dot only.")
  private @Nullable String longRelevance;

  @Option(
      names = "--min-count",
      paramLabel = "N",
      description =
          "Items seen less often in training share one embedding, as unknown items do"
              + " (default: 2).")
  private @Nullable Integer minCount;

  @Option(
      names = "--validation-share",
      paramLabel = "X",
      description =
          "Share of the training samples, the last by time, to validate on; 0 for none"
              + " (default: 0.1).")
  private @Nullable Double validationShare;

  @Option(
      names = "--early-stop",
      description = "Stops when the validation AUC stops rising and keeps the best epoch.")
  private boolean earlyStop;

  @Option(
      names = "--patience",
      paramLabel = "N",
      description = "Epochs without a better AUC before an early stop (default: 1).")
  private @Nullable Integer patience;

  @Option(
      names = "--adam",
      paramLabel = "NAME",
      description =
          "Rows updated in a step: row-sparse, those of the batch (default), or dense, all.")
  private @Nullable String adam;

  @Option(
      names = "--l2",
      paramLabel = "X",
      description = "Weight of the squared parameters in the loss (default: 0).")
  private @Nullable Double l2;

  @Option(
      names = "--init-std",
      paramLabel = "X",
      description = "Standard deviation of embeddings at the start (default: 0.1).")
  private @Nullable Double initStd;

  @Option(
      names = "--log-every",
      paramLabel = "N",
      description = "Steps between two lines of metrics.jsonl (default: 100).")
  private @Nullable Integer logEvery;

  @Option(
      names = "--checkpoint-every",
      paramLabel = "N",
      defaultValue = "1000",
      description =
          "Steps between two checkpoints, 0 for epoch ends only (default: ${DEFAULT-VALUE}).")
  private int checkpointEvery;

  @Mixin private ProcessOptions processes = new ProcessOptions();

  @Override
  public Integer call() throws IOException {
    TrainOptions options = TrainOptions.defaults(method).with(given());
    RunOptions run = new RunOptions(common.threads(), checkpointEvery, output.overwrite());
    processes.check();
    try (Dataset dataset = Dataset.open(data)) {
      TrainResult result = processes.train(dataset, options, run, out, common.progress());
      common.printer().print(result.asMap());
      common
          .printer()
          .remark(
              processes.writesModel()
                  ? "Next: ./encode evaluate --data " + data + " --model " + out
                  : "Process 0 has written the model.");
      return Encode.DONE;
    }
  }

  /** The preset's options, overridden by those of this command line, by their snake_case names. */
  private Map<String, Object> given() throws IOException {
    Map<String, Object> given = new LinkedHashMap<>();
    if (preset != null) {
      given.putAll(TrainPreset.named(preset));
    }
    given.put("method", method);
    given.put("seed", common.seed());
    if (earlyStop) {
      given.put("early_stop", true);
    }
    Map<String, @Nullable Object> optional = new LinkedHashMap<>();
    optional.put("epochs", epochs);
    optional.put("learning_rate", learningRate);
    optional.put("batch_size", batchSize);
    optional.put("triplet_weight", tripletWeight);
    optional.put("metric_loss", metricLoss);
    optional.put("triplet_sampling", tripletSampling);
    optional.put("clustering", clustering);
    optional.put("mass", mass);
    optional.put("retrieved", retrieved);
    optional.put("clusters", clusters);
    optional.put("low_dimension", lowDimension);
    optional.put("iterations", iterations);
    optional.put("beta", beta);
    optional.put("long_length", longLength);
    optional.put("recent_length", recentLength);
    optional.put("recent_relevance", recentRelevance);
    optional.put("long_relevance", longRelevance);
    optional.put("min_count", minCount);
    optional.put("validation_share", validationShare);
    optional.put("patience", patience);
    optional.put("adam", adam);
    optional.put("l2", l2);
    optional.put("init_std", initStd);
    optional.put("log_every", logEvery);
    optional.forEach((key, value) -> {
      if (value != null) {
        given.put(key, value);
      }
    });
    return given;
  }
}
