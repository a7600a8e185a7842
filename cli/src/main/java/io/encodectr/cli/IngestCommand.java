package io.encodectr.cli;

import io.encodectr.assembly.Negatives;
import io.encodectr.file.InputException;
import io.encodectr.ingest.IngestJob;
import io.encodectr.ingest.IngestOptions;
import io.encodectr.ingest.LogFormat;
import io.encodectr.log.History;
import io.encodectr.log.TimeText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code encode ingest}: logs to dataset. */
@Command(name = "ingest", description = "Turns logs into a dataset of behaviors and samples.")
final class IngestCommand implements Callable<Integer> {
  private static final Pattern SIZE = Pattern.compile("(\\d{1,9})\\s*([KMGT]?)I?B?");

  @Mixin private CommonOptions common = new CommonOptions();
  @Mixin private OutputOptions output = new OutputOptions();

  @Option(
      names = "--format",
      required = true,
      paramLabel = "FORMAT",
      description = "movielens, amazon, csv, jsonl or parquet.")
  private String format;

  @Option(
      names = "--input",
      required = true,
      paramLabel = "PATH",
      description = "The log: a file, a folder, or GroupLens's zip; .gz is read as it is.")
  private Path input;

  @Option(
      names = "--mapping",
      paramLabel = "FILE.yaml",
      description = "What the columns of a csv, jsonl or parquet log are; see docs/ingest.md.")
  private @Nullable Path mapping;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FOLDER",
      description = "The dataset folder to write.")
  private Path out;

  @Option(
      names = "--history",
      paramLabel = "all|positives",
      description =
          "Which interactions become behaviors (default: positives for page-view logs and for logs"
              + " without labels, otherwise all).")
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
      description = "Ratings from here on are positive (default: 4 for movielens).")
  private @Nullable Double positiveAt;

  @Option(
      names = "--negatives",
      paramLabel = "popularity|uniform",
      defaultValue = "popularity",
      description = "How negatives are drawn for logs without labels (default: ${DEFAULT-VALUE}).")
  private String negatives;

  @Option(
      names = "--negatives-per-positive",
      paramLabel = "N",
      defaultValue = "1",
      description = "How many negatives a positive gets (default: ${DEFAULT-VALUE}).")
  private int perPositive;

  @Option(
      names = "--min-count",
      paramLabel = "K",
      defaultValue = "1",
      description =
          "Leaves out users and items with fewer than K interactions, repeatedly: the K-core"
              + " (default: ${DEFAULT-VALUE}, all).")
  private int minCount;

  @Option(
      names = "--max-reject-share",
      paramLabel = "SHARE",
      defaultValue = "0.01",
      description =
          "Fails if more than this share of a table's rows cannot be used (default:"
              + " ${DEFAULT-VALUE}).")
  private double maxRejectShare;

  @Option(
      names = "--memory",
      paramLabel = "SIZE",
      defaultValue = "4GB",
      description = "Memory the process keeps to (default: ${DEFAULT-VALUE}).")
  private String memory;

  @Override
  public Integer call() throws IOException {
    IngestOptions options =
        IngestOptions.of(LogFormat.of(format), input, out)
            .withMapping(mapping)
            .withHistory(history == null ? null : History.of(history))
            .withSplit(
                samplesFrom == null ? null : TimeText.seconds("--samples-from", samplesFrom),
                trainShare)
            .withMaxRejectShare(maxRejectShare)
            .withPositiveAt(positiveAt)
            .withNegatives(Negatives.of(negatives, perPositive))
            .withMinCount(minCount)
            .withResources(bytes(memory), common.threads())
            .withSeed(common.seed())
            .withOverwrite(output.overwrite());
    common.printer().print(new IngestJob(options, common.progress()).run());
    common.printer().remark("Next: ./encode train --data " + out + " --method encode --out model");
    return Encode.DONE;
  }

  /**
   * Bytes of a size such as 4GB or 512MB; units are powers of 1024.
   *
   * @throws InputException if the text is no size
   */
  static long bytes(String size) {
    Matcher matcher = SIZE.matcher(size.strip().toUpperCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw new InputException("--memory " + size + ": give a size such as 4GB or 512MB");
    }
    int power =
        switch (matcher.group(2)) {
          case "K" -> 1;
          case "M" -> 2;
          case "G" -> 3;
          case "T" -> 4;
          default -> 0;
        };
    long number = Long.parseLong(matcher.group(1));
    if (number > Long.MAX_VALUE >> (10 * power)) {
      throw new InputException("--memory " + size + ": no machine has that much; give less");
    }
    return number << (10 * power);
  }
}
