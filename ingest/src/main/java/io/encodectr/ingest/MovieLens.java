package io.encodectr.ingest;

import io.encodectr.file.InputException;
import io.encodectr.log.Catalog;
import io.encodectr.log.ColumnField;
import io.encodectr.log.CsvDialect;
import io.encodectr.log.FileFormat;
import io.encodectr.log.History;
import io.encodectr.log.InputFile;
import io.encodectr.log.LogDescription;
import io.encodectr.log.LogDescription.LabelField;
import io.encodectr.log.LogDescription.TimeField;
import io.encodectr.log.LogDescription.Unit;
import io.encodectr.log.SourceTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * GroupLens's MovieLens: {@code ratings.csv}, {@code movies.csv} and, where there is one, {@code
 * users.csv} in a folder or a zip, or the older {@code .dat} files with {@code ::} between values.
 */
final class MovieLens {
  /** A rating from here on is a positive. */
  static final double POSITIVE_AT = 4;

  private static final String NO_GENRES = "(no genres listed)";
  private static final List<String> RATINGS = List.of("userId", "movieId", "rating", "timestamp");
  private static final List<String> MOVIES = List.of("movieId", "title", "genres");
  private static final List<String> USERS = List.of("userId", "gender", "age", "occupation", "zip");

  private MovieLens() {}

  /**
   * Describes what is at a path.
   *
   * @param input a folder, a zip, or the ratings file
   * @param scratch existing folder for files taken from a zip
   * @throws InputException if a file is missing
   */
  static LogDescription describe(Path input, Path scratch) throws IOException {
    if (!Files.exists(input)) {
      throw new InputException(input + ": there is no such file or folder; check --input");
    }
    boolean single =
        Files.isRegularFile(input) && !input.toString().toLowerCase(Locale.ROOT).endsWith(".zip");
    Path parent = input.toAbsolutePath().getParent();
    InputFolder folder = new InputFolder(single && parent != null ? parent : input, scratch);
    InputFile ratings =
        single
            ? folder.find(List.of(String.valueOf(input.getFileName())))
            : folder.find(names("ratings"));
    if (ratings == null) {
      throw missing(input, "ratings");
    }
    boolean old = ratings.path().toString().replaceFirst("\\.gz$", "").endsWith(".dat");
    InputFile movies = folder.find(old ? oldNames("movies") : newNames("movies"));
    if (movies == null) {
      throw missing(input, "movies");
    }
    InputFile users = folder.find(old ? oldNames("users") : newNames("users"));
    return new LogDescription(
        table(ratings, RATINGS, old),
        "userId",
        "movieId",
        true,
        new TimeField("timestamp", Unit.SECONDS),
        new LabelField("rating", POSITIVE_AT, 0.5, 5),
        null,
        null,
        null,
        List.of(ColumnField.derived("hour", "hour"), ColumnField.derived("weekday", "weekday")),
        new Catalog(
            table(movies, MOVIES, old),
            "movieId",
            true,
            "title",
            List.of(ColumnField.list("genres", "|", Set.of(NO_GENRES))),
            true),
        users == null ? null : userCatalog(table(users, USERS, old)),
        History.ALL,
        null,
        folder.used());
  }

  private static Catalog userCatalog(SourceTable table) {
    return new Catalog(
        table,
        "userId",
        true,
        null,
        List.of(
            ColumnField.categorical("gender"),
            ColumnField.categorical("age"),
            ColumnField.categorical("occupation")),
        false);
  }

  private static SourceTable table(InputFile file, List<String> columns, boolean old) {
    CsvDialect dialect = old ? new CsvDialect("::", "", columns, true) : CsvDialect.DEFAULT;
    String expectation = "MovieLens has the header " + String.join(",", columns) + " here";
    return new SourceTable(List.of(file), FileFormat.CSV, dialect, expectation);
  }

  private static List<String> names(String table) {
    return java.util.stream.Stream.of(newNames(table), oldNames(table))
        .flatMap(List::stream)
        .toList();
  }

  private static List<String> newNames(String table) {
    return List.of(table + ".csv", table + ".csv.gz");
  }

  private static List<String> oldNames(String table) {
    return List.of(table + ".dat", table + ".dat.gz");
  }

  private static InputException missing(Path input, @Nullable String table) {
    return new InputException(
        input
            + ": there is no "
            + table
            + ".csv, "
            + table
            + ".csv.gz or "
            + table
            + ".dat; --format movielens takes GroupLens's folder or zip");
  }
}
