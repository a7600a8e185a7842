package io.encodectr.ingest;

import io.encodectr.assembly.Negatives;
import io.encodectr.file.InputException;
import io.encodectr.log.History;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What to ingest and how. Made by {@link #of} with the defaults and changed by the {@code with…}
 * methods.
 *
 * @param format layout of the log
 * @param input file, folder or zip
 * @param mapping YAML file that describes a general log; null for the built-in layouts
 * @param history which interactions become behaviors; null = the format's default
 * @param samplesFrom samples only from this second on, earlier behaviors are history only; null =
 *     as the mapping says, or all
 * @param trainShare share of the samples that fall into the training period, in (0, 1]
 * @param maxRejectShare share of a table's rows, over all its files, that may be unusable, in [0,
 *     1]
 * @param positiveAt smallest number that is a positive label; null = the format's default
 * @param negatives how negatives are drawn for logs without labels
 * @param minCount k: users and items with fewer than k interactions are left out, repeatedly
 *     (k-core); 1 keeps all
 * @param memory bytes that the whole process should keep to
 * @param threads threads to use
 * @param seed seed of the negatives
 * @param out the dataset folder to write
 * @param overwrite whether an existing dataset there may be replaced
 */
public record IngestOptions(
    LogFormat format,
    Path input,
    @Nullable Path mapping,
    @Nullable History history,
    @Nullable Long samplesFrom,
    double trainShare,
    double maxRejectShare,
    @Nullable Double positiveAt,
    Negatives negatives,
    int minCount,
    long memory,
    int threads,
    long seed,
    Path out,
    boolean overwrite) {
  /** Bytes the process should keep to unless told otherwise. */
  public static final long DEFAULT_MEMORY = 4L << 30;

  private static final long LEAST_MEMORY = 512L << 20;

  /**
   * Checks the numbers.
   *
   * @throws InputException if one is out of its range
   */
  public IngestOptions {
    if (!(trainShare > 0 && trainShare <= 1)) {
      throw new InputException(
          "train share " + trainShare + " is not in (0, 1]; 0.8 trains on the first 80% of time");
    }
    if (!(maxRejectShare >= 0 && maxRejectShare <= 1)) {
      throw new InputException("max reject share " + maxRejectShare + " is not in [0, 1]");
    }
    if (minCount < 1) {
      throw new InputException("min count " + minCount + " is below 1");
    }
    if (memory < LEAST_MEMORY) {
      throw new InputException("memory of " + memory + " bytes is below 512MB");
    }
    if (threads < 1) {
      throw new InputException("threads " + threads + " is below 1");
    }
    if (positiveAt != null && !Double.isFinite(positiveAt)) {
      throw new InputException("positive at " + positiveAt + " is not a finite number");
    }
  }

  /** The defaults. */
  public static IngestOptions of(LogFormat format, Path input, Path out) {
    return new IngestOptions(
        format,
        input,
        null,
        null,
        null,
        0.8,
        0.01,
        null,
        Negatives.DEFAULT,
        1,
        DEFAULT_MEMORY,
        Runtime.getRuntime().availableProcessors(),
        1,
        out,
        false);
  }

  /** With a mapping file. */
  public IngestOptions withMapping(@Nullable Path file) {
    return new IngestOptions(
        format,
        input,
        file,
        history,
        samplesFrom,
        trainShare,
        maxRejectShare,
        positiveAt,
        negatives,
        minCount,
        memory,
        threads,
        seed,
        out,
        overwrite);
  }

  /** With another history. */
  public IngestOptions withHistory(@Nullable History which) {
    return new IngestOptions(
        format,
        input,
        mapping,
        which,
        samplesFrom,
        trainShare,
        maxRejectShare,
        positiveAt,
        negatives,
        minCount,
        memory,
        threads,
        seed,
        out,
        overwrite);
  }

  /** With another split; see the parameters. */
  public IngestOptions withSplit(@Nullable Long from, double share) {
    return new IngestOptions(
        format,
        input,
        mapping,
        history,
        from,
        share,
        maxRejectShare,
        positiveAt,
        negatives,
        minCount,
        memory,
        threads,
        seed,
        out,
        overwrite);
  }

  /** With another tolerance of bad rows. */
  public IngestOptions withMaxRejectShare(double share) {
    return new IngestOptions(
        format,
        input,
        mapping,
        history,
        samplesFrom,
        trainShare,
        share,
        positiveAt,
        negatives,
        minCount,
        memory,
        threads,
        seed,
        out,
        overwrite);
  }

  /** With another bound between negative and positive labels. */
  public IngestOptions withPositiveAt(@Nullable Double least) {
    return new IngestOptions(
        format,
        input,
        mapping,
        history,
        samplesFrom,
        trainShare,
        maxRejectShare,
        least,
        negatives,
        minCount,
        memory,
        threads,
        seed,
        out,
        overwrite);
  }

  /** With other sampled negatives. */
  public IngestOptions withNegatives(Negatives drawn) {
    return new IngestOptions(
        format,
        input,
        mapping,
        history,
        samplesFrom,
        trainShare,
        maxRejectShare,
        positiveAt,
        drawn,
        minCount,
        memory,
        threads,
        seed,
        out,
        overwrite);
  }

  /** With a k-core. */
  public IngestOptions withMinCount(int k) {
    return new IngestOptions(
        format,
        input,
        mapping,
        history,
        samplesFrom,
        trainShare,
        maxRejectShare,
        positiveAt,
        negatives,
        k,
        memory,
        threads,
        seed,
        out,
        overwrite);
  }

  /** With other resources; they never change a byte of the result. */
  public IngestOptions withResources(long bytes, int threadCount) {
    return new IngestOptions(
        format,
        input,
        mapping,
        history,
        samplesFrom,
        trainShare,
        maxRejectShare,
        positiveAt,
        negatives,
        minCount,
        bytes,
        threadCount,
        seed,
        out,
        overwrite);
  }

  /** With another seed. */
  public IngestOptions withSeed(long number) {
    return new IngestOptions(
        format,
        input,
        mapping,
        history,
        samplesFrom,
        trainShare,
        maxRejectShare,
        positiveAt,
        negatives,
        minCount,
        memory,
        threads,
        number,
        out,
        overwrite);
  }

  /** With leave to replace an existing dataset. */
  public IngestOptions withOverwrite(boolean allowed) {
    return new IngestOptions(
        format,
        input,
        mapping,
        history,
        samplesFrom,
        trainShare,
        maxRejectShare,
        positiveAt,
        negatives,
        minCount,
        memory,
        threads,
        seed,
        out,
        allowed);
  }
}
