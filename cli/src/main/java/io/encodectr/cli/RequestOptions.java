package io.encodectr.cli;

import io.encodectr.generation.InterestStore;
import io.encodectr.generation.StoreLocation;
import io.encodectr.redis.SharedStores;
import io.encodectr.scoring.ScoreContext;
import io.encodectr.scoring.Scorer;
import io.encodectr.scoring.ScoringOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What verbs that score one request take. */
final class RequestOptions {
  @Option(names = "--model", required = true, paramLabel = "FOLDER", description = "The model.")
  private Path model;

  @Option(
      names = "--store",
      required = true,
      paramLabel = "FOLDER|URL",
      description =
          "The store with the model's interests, made by extract: a folder, or redis://HOST:PORT.")
  private String store;

  @Option(
      names = "--user",
      required = true,
      paramLabel = "ID",
      description = "The user; one without stored interests is scored as a new user.")
  private String user;

  @Option(
      names = "--items",
      required = true,
      split = ",",
      paramLabel = "ID",
      description = "The candidates; an item the model doesn't know is scored as a new item.")
  private List<String> items;

  @Option(
      names = "--time",
      paramLabel = "TIME",
      description =
          "Time of the request, for hour and weekday: seconds since 1970, or ISO 8601 in UTC"
              + " (default: that of the interests).")
  private @Nullable String time;

  @Option(
      names = "--context",
      paramLabel = "NAME=VALUE",
      description = "Value of a context column; may be given several times.")
  private Map<String, String> context = new LinkedHashMap<>();

  /**
   * Opens model and interests.
   *
   * @param stores to be closed after the scorer
   */
  Scorer open(SharedStores stores, ScoringOptions options) throws IOException {
    InterestStore opened = stores.open(StoreLocation.parse(store));
    return Scorer.open(model, opened, options);
  }

  String user() {
    return user;
  }

  List<String> items() {
    return items;
  }

  ScoreContext context() {
    return new ScoreContext(time == null ? null : PointInTime.seconds("--time", time), context);
  }
}
