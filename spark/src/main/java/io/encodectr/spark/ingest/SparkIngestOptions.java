package io.encodectr.spark.ingest;

import io.encodectr.file.InputException;
import io.encodectr.log.FileFormat;
import io.encodectr.log.History;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What to ingest and how; as for the local job.
 *
 * @param format how the log's rows are written
 * @param input file or folder in any file system that Spark reads
 * @param mapping YAML file that describes the log
 * @param history which interactions become behaviors; null = as the log says
 * @param samplesFrom samples only from this second on; null = as the mapping says, or all
 * @param trainShare share of the samples that fall into the training period, in (0, 1]
 * @param maxRejectShare share of a table's rows that may be unusable, in [0, 1]
 * @param positiveAt smallest number that is a positive label; null = as the mapping says
 * @param parts how many tasks sort and write; the result does not depend on it; null: a fitting
 *     number
 * @param out the dataset folder to write, on a file system that all machines share
 * @param overwrite whether an existing dataset there may be replaced
 */
public record SparkIngestOptions(
    FileFormat format,
    String input,
    Path mapping,
    @Nullable History history,
    @Nullable Long samplesFrom,
    double trainShare,
    double maxRejectShare,
    @Nullable Double positiveAt,
    @Nullable Integer parts,
    Path out,
    boolean overwrite) {
  /**
   * Checks the numbers.
   *
   * @throws InputException if one is out of its range
   */
  public SparkIngestOptions {
    if (!(trainShare > 0 && trainShare <= 1)) {
      throw new InputException(
          "train share " + trainShare + " is not in (0, 1]; 0.8 trains on the first 80% of time");
    }
    if (!(maxRejectShare >= 0 && maxRejectShare <= 1)) {
      throw new InputException("max reject share " + maxRejectShare + " is not in [0, 1]");
    }
    if (positiveAt != null && !Double.isFinite(positiveAt)) {
      throw new InputException("positive at " + positiveAt + " is not a finite number");
    }
    if (parts != null && parts < 1) {
      throw new InputException("parts " + parts + " is below 1");
    }
  }
}
