package io.encodectr.spark;

import io.encodectr.file.InputException;
import io.encodectr.generation.ExtractionJob;
import io.encodectr.generation.Store;
import io.encodectr.generation.StoreLocation;
import io.encodectr.interest.InterestPrecision;
import io.encodectr.log.TimeText;
import io.encodectr.progress.Progress;
import io.encodectr.redis.FolderPublication;
import io.encodectr.redis.RedisStore;
import io.encodectr.spark.extract.SparkExtraction;
import io.encodectr.spark.extract.SparkPublication;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code encode spark extract}: interests of all users on Spark, for {@code spark-submit}. */
@Command(
    name = "extract",
    description = {
      "Extracts all users' interests into a store on Spark: the same bytes as 'encode extract'.",
      "",
      "Dataset, model and store are folders on a file system that the driver and all executors"
          + " share under the same paths. Killed, it goes on where it stopped when started again"
          + " with the same options."
    })
public final class ExtractApplication implements Application.Job {
  @Mixin private ApplicationOptions common = new ApplicationOptions();

  @Option(
      names = "--data",
      required = true,
      paramLabel = "FOLDER",
      description = "The dataset whose behaviors are represented.")
  private Path data;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "FOLDER",
      description = "The model: encode, or din (which stores recent behaviors only).")
  private Path model;

  @Option(
      names = "--store",
      required = true,
      paramLabel = "FOLDER",
      description = "The store to put the generation into; made if there is none.")
  private Path store;

  @Option(
      names = "--publish-to",
      paramLabel = "URL",
      description = {
        "Publishes the generation on a shared server then, written by all executors:"
            + " redis://HOST:PORT. Users who were forgotten there are left out."
      })
  private @Nullable String server;

  @Option(
      names = "--as-of",
      paramLabel = "TIME",
      description =
          "Only behaviors strictly before this time count: seconds since 1970, or ISO 8601 in UTC"
              + " (default: all behaviors).")
  private @Nullable String asOf;

  @Option(
      names = "--interests",
      paramLabel = "PRECISION",
      defaultValue = "float32",
      description =
          "How interest vectors are stored: float32 or float16 (default: ${DEFAULT-VALUE}).")
  private String precision;

  @Option(
      names = "--keep",
      paramLabel = "N",
      defaultValue = "0",
      description = "Deletes all but the last N generations of the store (default: keeps all).")
  private int keep;

  @Option(
      names = {"--events", "--since", "--threads", "--every"},
      arity = "0..1",
      hidden = true,
      description = "Options of the local job alone.")
  private @Nullable String local;

  /** Runs the job and ends the process. */
  public static void main(String[] args) {
    Application.main(new ExtractApplication(), args);
  }

  @Override
  public ApplicationOptions common() {
    return common;
  }

  @Override
  public void check() {
    if (local != null) {
      throw new InputException(
          "--events, --since, --every and --threads are options of ./encode extract, which joins"
              + " events and refreshes generations on one machine");
    }
  }

  @Override
  public SequencedMap<String, Object> run(SparkSession spark) throws IOException {
    Long time = asOf == null ? null : TimeText.seconds("--as-of", asOf);
    ExtractionJob.Options options =
        new ExtractionJob.Options(time, 1, common.overwrite(), keep)
            .with(InterestPrecision.named(precision));
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    SparkExtraction extraction = new SparkExtraction(context, data, model, store, options);
    ExtractionJob.Result result =
        server == null
            ? extraction.run()
            : publish(context, extraction, StoreLocation.parse(server));
    SequencedMap<String, Object> printed = new LinkedHashMap<>();
    printed.put("users", result.users());
    printed.put("users_without_history", result.usersWithoutHistory());
    printed.put("interests", result.interests());
    printed.put("users_per_second", result.usersPerSecond());
    printed.put("resumed_users", result.resumedUsers());
    printed.put("as_of", result.asOf());
    printed.put("generation", result.generation());
    if (server != null) {
      printed.put("published_to", StoreLocation.parse(server).toString());
    }
    return printed;
  }

  private ExtractionJob.Result publish(
      JavaSparkContext context, SparkExtraction extraction, StoreLocation to) throws IOException {
    try (RedisStore shared = RedisStore.open(to)) {
      SparkPublication writing = new SparkPublication(context, store, to);
      return new FolderPublication(Store.create(store), shared, writing)
          .run(extraction::run, keep, Progress.NONE);
    }
  }
}
