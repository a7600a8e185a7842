package io.encodectr.spark.extract;

import io.encodectr.dataset.Dataset;
import io.encodectr.generation.ExtractionJob;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Extracts all users' interests on Spark: the bytes of the local job. Dataset, model and store are
 * folders that all machines see; a task extracts some blocks of users and writes each under a name
 * of its own before it takes its place, so that a task that is tried again or twice at a time does
 * no harm. What a killed driver left is taken up by the next run.
 */
public final class SparkExtraction {
  /** A block takes a tenth of a second: tasks are to be short, but not too many. */
  private static final int MOST_TASKS = 20_000;

  private final JavaSparkContext spark;
  private final Shared shared;
  private final ExtractionJob.Options options;

  /**
   * An extraction.
   *
   * @param options its threads are of no matter
   */
  public SparkExtraction(
      JavaSparkContext spark, Path data, Path model, Path store, ExtractionJob.Options options) {
    this.spark = spark;
    this.options = options;
    shared =
        new Shared(
            absolute(data),
            absolute(model),
            absolute(store),
            options.asOf(),
            options.precision(),
            UUID.randomUUID());
  }

  private static String absolute(Path path) {
    return path.toAbsolutePath().normalize().toString();
  }

  /**
   * Extracts, publishes and switches.
   *
   * @throws io.encodectr.file.InputException as the local job
   * @throws IOException as the local job
   */
  public ExtractionJob.Result run() throws IOException {
    try (Dataset dataset = Dataset.open(Path.of(shared.data()))) {
      return shared.job(dataset, options).run(this::extract);
    }
  }

  private void extract(int[] blocks) {
    if (blocks.length == 0) {
      return;
    }
    Integer[] numbers = new Integer[blocks.length];
    for (int i = 0; i < blocks.length; i++) {
      numbers[i] = blocks[i];
    }
    Shared read = shared;
    spark
        .parallelize(List.of(numbers), Math.min(blocks.length, MOST_TASKS))
        .foreach(block -> Participation.of(read).extract(block));
  }
}
