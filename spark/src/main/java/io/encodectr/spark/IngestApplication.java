package io.encodectr.spark;

import io.encodectr.file.InputException;
import io.encodectr.log.FileFormat;
import io.encodectr.log.History;
import io.encodectr.log.TimeText;
import io.encodectr.spark.ingest.SparkIngestJob;
import io.encodectr.spark.ingest.SparkIngestOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code encode spark ingest}: logs to dataset on Spark, for {@code spark-submit}. */
@Command(
    name = "ingest",
    description = {
      "Turns logs into a dataset on Spark: the same bytes as 'encode ingest'.",
      "",
      "Reads csv, jsonl and parquet. What needs the local job: movielens, amazon, logs without"
          + " labels (--negatives), --min-count, and line breaks inside quotes."
    })
public final class IngestApplication implements Application.Job {
  @Mixin private ApplicationOptions common = new ApplicationOptions();

  @Option(
      names = "--format",
      required = true,
      paramLabel = "FORMAT",
      description = "csv, jsonl or parquet.")
  private String format;

  @Option(
      names = "--input",
      required = true,
      paramLabel = "PATH|URI",
      description = "The log: a file or a folder in any file system that Spark reads.")
  private String input;

  @Option(
      names = "--mapping",
      required = true,
      paramLabel = "FILE.yaml",
      description = "What the columns are, a file on the driver's machine; see docs/ingest.md.")
  private Path mapping;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FOLDER",
      description =
          "The dataset folder to write, on a file system that the driver and all executors share"
              + " under the same path.")
  private Path out;

  @Option(
      names = "--history",
      paramLabel = "all|positives",
      description =
          "Which interactions become behaviors (default: positives for page-view logs, otherwise"
              + " all).")
  private @Nullable String history;

  @Option(
      names = "--samples-from",
      paramLabel = "TIME",
      description =
          "Samples only from this time on (seconds since 1970, or ISO date); what is earlier is"
              + " history only.")
  private @Nullable String samplesFrom;

  @Option(
      names = "--train-share",
      paramLabel = "SHARE",
      defaultValue = "0.8",
      description =
          "Share of the samples, by time, that is for training (default: ${DEFAULT-VALUE}).")
  private double trainShare;

  @Option(
      names = "--positive-at",
      paramLabel = "N",
      description = "Ratings from here on are positive (default: as the mapping says).")
  private @Nullable Double positiveAt;

  @Option(
      names = "--max-reject-share",
      paramLabel = "SHARE",
      defaultValue = "0.01",
      description =
          "Fails if more than this share of a table's rows cannot be used (default:"
              + " ${DEFAULT-VALUE}).")
  private double maxRejectShare;

  @Option(
      names = "--parts",
      paramLabel = "N",
      description =
          "How many tasks sort and write; the result does not depend on it (default: one for a"
              + " million rows, at least two a core).")
  private @Nullable Integer parts;

  @Option(
      names = {"--negatives", "--negatives-per-positive", "--min-count", "--memory", "--threads"},
      hidden = true,
      description = "Options of the local job alone.")
  private @Nullable String local;

  /** Runs the job and ends the process. */
  public static void main(String[] args) {
    Application.main(new IngestApplication(), args);
  }

  @Override
  public ApplicationOptions common() {
    return common;
  }

  @Override
  public SequencedMap<String, Object> run(SparkSession spark) throws IOException {
    return new SparkIngestJob(
            spark,
            new SparkIngestOptions(
                format(),
                input,
                mapping,
                history == null ? null : History.of(history),
                samplesFrom == null ? null : TimeText.seconds("--samples-from", samplesFrom),
                trainShare,
                maxRejectShare,
                positiveAt,
                parts,
                out,
                common.overwrite()))
        .run();
  }

  @Override
  public void check() {
    if (local != null) {
      throw new InputException(
          "--negatives, --negatives-per-positive, --min-count, --memory and --threads are options"
              + " of ./encode ingest; Spark sets its own memory and cores");
    }
    format();
  }

  private FileFormat format() {
    return Arrays.stream(FileFormat.values())
        .filter(known -> known.key().equals(format))
        .findFirst()
        .orElseThrow(() ->
            new InputException(
                "--format "
                    + format
                    + ": Spark reads "
                    + Arrays.stream(FileFormat.values())
                        .map(FileFormat::key)
                        .collect(Collectors.joining(", "))
                    + "; ./encode ingest reads movielens and amazon, too"));
  }
}
