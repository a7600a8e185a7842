package io.encodectr.dataset;

import io.encodectr.file.Damage;
import io.encodectr.file.InputException;
import io.encodectr.file.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * What {@code dataset.json} says.
 *
 * @param format version of the folder's format, {@value #FORMAT}
 * @param kind always {@value #KIND}
 * @param createdBy program and version
 * @param source where the logs came from
 * @param options how they were read, as given or by default
 * @param users U, the number of users
 * @param items V, the number of items
 * @param behaviors N, the number of behaviors
 * @param trainSamples samples up to the split
 * @param testSamples samples after the split
 * @param rejected input rows that could not be used
 * @param splitTime last second of the training period: a sample is for training if time ≤ splitTime
 * @param firstTime earliest behavior or sample, seconds since the epoch
 * @param lastTime latest behavior or sample, seconds since the epoch
 * @param timeUnit always "s"
 * @param history "all" or "positives": which interactions became behaviors
 * @param pageViews whether samples name the page view that they belong to
 * @param probability whether samples carry their true click probability (synthetic worlds)
 * @param schema feature columns
 * @param fingerprint {@link DatasetFingerprint} of the folder
 */
public record DatasetInfo(
    int format,
    String kind,
    String createdBy,
    Source source,
    Map<String, Object> options,
    int users,
    int items,
    long behaviors,
    int trainSamples,
    int testSamples,
    long rejected,
    long splitTime,
    long firstTime,
    long lastTime,
    String timeUnit,
    String history,
    boolean pageViews,
    boolean probability,
    Schema schema,
    String fingerprint) {
  /** The version written by this code, and the only one it reads. */
  public static final int FORMAT = 1;

  /** The kind of folder. */
  public static final String KIND = "dataset";

  /** Name of the file. */
  public static final String FILE = "dataset.json";

  /**
   * Where a dataset came from.
   *
   * @param format of the logs: movielens, amazon, csv, jsonl, parquet, …
   * @param paths the files, as given
   * @param sizes their sizes in bytes, in the same order
   * @param sha256 checksum over their contents, or "" where it was not computed
   */
  public record Source(String format, List<String> paths, List<Long> sizes, String sha256) {
    /** Copies the lists. */
    public Source {
      paths = List.copyOf(paths);
      sizes = List.copyOf(sizes);
    }
  }

  /**
   * Copies the options and checks the counts.
   *
   * @throws InputException if a count is negative or a constant differs
   */
  public DatasetInfo {
    options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
    if (users < 0
        || items < 0
        || behaviors < 0
        || trainSamples < 0
        || testSamples < 0
        || rejected < 0) {
      throw new InputException("a count is negative");
    }
    if (!timeUnit.equals("s")) {
      throw new InputException("time_unit is \"" + timeUnit + "\", only \"s\" is known");
    }
  }

  /**
   * Reads the file of a dataset folder.
   *
   * @throws InputException if the folder holds no dataset, or one of another format version
   */
  public static DatasetInfo read(Path folder) throws IOException {
    Path file = folder.resolve(FILE);
    JsonNode tree = Json.readTree(file);
    String kind = tree.path("kind").asString("");
    if (!kind.equals(KIND)) {
      throw Damage.of(file, "its kind is \"" + kind + "\", not \"" + KIND + "\"");
    }
    int format = tree.path("format").asInt(0);
    if (format != FORMAT) {
      throw new InputException(
          file
              + ": the dataset has format "
              + format
              + ", this version reads format "
              + FORMAT
              + "; ingest the logs again with this version");
    }
    return Json.bind(file, tree, DatasetInfo.class);
  }

  /** The same with another fingerprint. */
  public DatasetInfo withFingerprint(String sha256) {
    return withSamples(trainSamples, testSamples, sha256);
  }

  /** The same with other samples, and so another fingerprint. */
  DatasetInfo withSamples(int train, int test, String sha256) {
    return new DatasetInfo(
        format,
        kind,
        createdBy,
        source,
        options,
        users,
        items,
        behaviors,
        train,
        test,
        rejected,
        splitTime,
        firstTime,
        lastTime,
        timeUnit,
        history,
        pageViews,
        probability,
        schema,
        sha256);
  }
}
