package io.encodectr.ingest;

import io.encodectr.file.InputException;
import io.encodectr.log.Catalog;
import io.encodectr.log.CsvDialect;
import io.encodectr.log.FileFormat;
import io.encodectr.log.History;
import io.encodectr.log.InputFile;
import io.encodectr.log.LogDescription;
import io.encodectr.log.LogDescription.TimeField;
import io.encodectr.log.LogDescription.Unit;
import io.encodectr.log.Rejects;
import io.encodectr.log.SourceTable;
import io.encodectr.progress.Progress;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Amazon reviews, every one a positive: the ratings CSV (user, item, rating, timestamp, without
 * header; releases with item before user are told by their ids) or review JSON lines, of the
 * releases of 2014, 2018 and 2023. Categories come from the meta file beside them.
 */
final class AmazonReviews {
  private static final List<String> USER = List.of("reviewerID", "user_id");
  private static final List<String> ITEM = List.of("asin", "parent_asin");
  private static final List<String> TIME = List.of("unixReviewTime", "timestamp");
  private static final List<String> RATING = List.of("overall", "rating");
  private static final int ASIN_LENGTH = 10;

  private AmazonReviews() {}

  /**
   * Describes what is at a path, and reads the meta file if there is one.
   *
   * @param input the reviews file, or a folder with it and its meta file
   * @param scratch existing folder for what the meta file says
   * @param rejects gets the unusable lines of the meta file
   * @throws InputException if there is no reviews file, or more than one
   */
  static LogDescription describe(Path input, Path scratch, Rejects rejects, Progress progress)
      throws IOException {
    if (!Files.exists(input)) {
      throw new InputException(input + ": there is no such file or folder; check --input");
    }
    Path reviews = Files.isDirectory(input) ? reviewsIn(input) : input;
    Path meta = metaOf(reviews);
    InputFile file = InputFile.at(reviews);
    FileFormat format = FileFormat.ofName(reviews.toString());
    String first = firstLine(file);
    CsvDialect dialect = format == FileFormat.CSV ? dialect(first) : CsvDialect.DEFAULT;
    Set<String> fields =
        format == FileFormat.CSV ? columns(dialect, first) : AmazonMetadata.fields(first);
    SourceTable table =
        new SourceTable(
            List.of(file),
            format,
            dialect,
            "--format amazon takes user,item,rating,timestamp without header, or JSON lines with"
                + " reviewerID, asin, unixReviewTime, overall");
    Catalog items =
        meta == null ? null : AmazonMetadata.read(InputFile.at(meta), scratch, rejects, progress);
    return new LogDescription(
        table,
        pick(USER, fields),
        pick(fields.contains("parent_asin") ? ITEM.reversed() : ITEM, fields),
        false,
        new TimeField(pick(TIME, fields), Unit.EITHER),
        null,
        pick(RATING, fields),
        null,
        null,
        List.of(),
        items,
        null,
        History.POSITIVES,
        null,
        meta == null ? List.of(file) : List.of(file, InputFile.at(meta)));
  }

  private static Path reviewsIn(Path folder) throws IOException {
    List<Path> found = new ArrayList<>();
    try (Stream<Path> entries = Files.list(folder)) {
      entries
          .filter(path -> Files.isRegularFile(path) && isData(path) && !isMeta(path))
          .sorted()
          .forEachOrdered(found::add);
    }
    if (found.size() != 1) {
      throw new InputException(
          folder
              + (found.isEmpty() ? " holds no reviews file" : " holds several files: " + found)
              + "; give the path of one .csv, .json or .jsonl file, plain or .gz");
    }
    return found.getFirst();
  }

  private static boolean isData(Path path) {
    String name = name(path).replaceFirst("\\.gz$", "");
    return name.endsWith(".csv") || name.endsWith(".json") || name.endsWith(".jsonl");
  }

  private static boolean isMeta(Path path) {
    return name(path).startsWith("meta");
  }

  private static String name(Path path) {
    return String.valueOf(path.getFileName()).toLowerCase(Locale.ROOT);
  }

  /** The only meta file beside the reviews, or the one named after the same category. */
  private static @Nullable Path metaOf(Path reviews) throws IOException {
    Path folder = reviews.toAbsolutePath().getParent();
    List<Path> found = new ArrayList<>();
    if (folder != null) {
      try (Stream<Path> entries = Files.list(folder)) {
        entries
            .filter(path -> isMeta(path) && isData(path) && !name(path).contains(".csv"))
            .sorted()
            .forEachOrdered(found::add);
      }
    }
    if (found.size() > 1) {
      found.removeIf(path -> !name(reviews).contains(category(path)));
    }
    if (found.size() > 1) {
      throw new InputException(
          folder + " holds several meta files for " + reviews + ": " + found + "; leave one there");
    }
    return found.isEmpty() ? null : found.getFirst();
  }

  private static String category(Path meta) {
    return name(meta).replaceFirst("^meta[_-]?", "").replaceFirst("\\.(json|jsonl)(\\.gz)?$", "");
  }

  private static String firstLine(InputFile file) throws IOException {
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(InputScan.open(file), StandardCharsets.UTF_8))) {
      String line = lines.readLine();
      if (line == null) {
        throw new InputException(file.name() + " is empty");
      }
      return line;
    } catch (java.io.EOFException | java.util.zip.ZipException e) {
      throw new InputException(file.name() + " is no whole gzip file: " + e.getMessage(), e);
    }
  }

  private static CsvDialect dialect(String firstLine) {
    List<String> values = CsvDialect.DEFAULT.split(firstLine);
    if (values.stream().anyMatch(USER::contains)) {
      return CsvDialect.DEFAULT;
    }
    boolean itemFirst =
        values.size() > 1
            && values.get(0).length() == ASIN_LENGTH
            && values.get(1).length() > ASIN_LENGTH
            && values.get(1).startsWith("A");
    List<String> columns =
        itemFirst
            ? List.of("asin", "reviewerID", "overall", "unixReviewTime")
            : List.of("reviewerID", "asin", "overall", "unixReviewTime");
    return new CsvDialect(",", "\"", columns, false);
  }

  private static Set<String> columns(CsvDialect dialect, String firstLine) {
    List<String> columns = dialect.columns();
    return Set.copyOf(columns == null ? dialect.split(firstLine) : columns);
  }

  /** The first name that is there, otherwise the usual one. */
  private static String pick(List<String> names, Set<String> fields) {
    return names.stream().filter(fields::contains).findFirst().orElse(names.getFirst());
  }
}
