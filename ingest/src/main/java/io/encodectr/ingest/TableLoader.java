package io.encodectr.ingest;

import io.encodectr.file.InputException;
import io.encodectr.file.Sha256;
import io.encodectr.log.FieldRules;
import io.encodectr.log.FileFormat;
import io.encodectr.log.InputFile;
import io.encodectr.log.Rejects;
import io.encodectr.log.Rejects.Reject;
import io.encodectr.log.SourceTable;
import io.encodectr.progress.Progress;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Loads the files of a table into DuckDB, row after row in input order, and accounts for every
 * line: a row is accepted, accepted with a reason not to use it (column {@code reason}), or refused
 * by the CSV reader.
 */
final class TableLoader {
  private static final Pattern COLUMNS =
      Pattern.compile(".*Number of Columns: (\\d+) Found: (\\d+).*");

  private final Database database;
  private final Rejects rejects;
  private final Sha256 checksum;
  private final Progress progress;

  /**
   * A loader.
   *
   * @param checksum gets the bytes of all files
   */
  TableLoader(Database database, Rejects rejects, Sha256 checksum, Progress progress) {
    this.database = database;
    this.rejects = rejects;
    this.checksum = checksum;
    this.progress = progress;
  }

  /**
   * Loads a table.
   *
   * @param name the table's name in DuckDB
   * @param fields names of the wanted columns, see {@link FieldQuery}
   * @param judged makes of the reading query one with the typed columns and {@code reason}
   * @throws InputException if a file cannot be used, or too many of its rows
   */
  void load(
      String name, SourceTable source, List<@Nullable String> fields, UnaryOperator<String> judged)
      throws IOException {
    long rows = 0;
    int number = 0;
    for (InputFile file : source.files()) {
      InputScan scan = scan(file, source);
      String refused = "refused_" + name + "_" + number;
      String query = query(file, source, scan, fields, refused);
      String into =
          number == 0 ? "CREATE TEMP TABLE " + name + " AS " : "INSERT INTO " + name + " ";
      read(file, scan, into + judged.apply(query));
      long until = database.number("SELECT count(*) FROM " + name);
      account(name, file, source, scan, refused, rows, until);
      rows = until;
      number++;
    }
    rejects.endTable(source.name());
  }

  private String query(
      InputFile file,
      SourceTable source,
      @Nullable InputScan scan,
      List<@Nullable String> fields,
      String refused)
      throws IOException {
    try {
      return FieldQuery.of(file, source, scan, fields, refused, database);
    } catch (Database.Refusal e) {
      throw unreadable(file, e);
    }
  }

  private static InputException unreadable(InputFile file, Database.Refusal e) {
    return new InputException(
        file.name() + " cannot be read: " + e.getMessage() + "; check that it is whole", e);
  }

  private @Nullable InputScan scan(InputFile file, SourceTable source) throws IOException {
    if (source.format() == FileFormat.PARQUET) {
      requireParquet(file);
      checksum.update(file.path());
      return null;
    }
    long size = Files.size(file.path());
    try (Progress.Task task = progress.begin("Checking " + file.name(), size, "bytes")) {
      return InputScan.of(file, source.dialect(), checksum, task);
    }
  }

  /** DuckDB's own words for a file that is no Parquet do not say so. */
  private static void requireParquet(InputFile file) throws IOException {
    byte[] mark = "PAR1".getBytes(StandardCharsets.US_ASCII);
    try (RandomAccessFile bytes = new RandomAccessFile(file.path().toFile(), "r")) {
      byte[] first = new byte[mark.length];
      byte[] last = new byte[mark.length];
      boolean whole = bytes.length() > 2L * mark.length;
      if (whole) {
        bytes.readFully(first);
        bytes.seek(bytes.length() - mark.length);
        bytes.readFully(last);
      }
      if (!Arrays.equals(first, mark) || !Arrays.equals(last, mark)) {
        throw new InputException(
            file.name()
                + " is no whole Parquet file: it does not begin and end with PAR1; copy it again or"
                + " choose another --format");
      }
    }
  }

  private void read(InputFile file, @Nullable InputScan scan, String sql) throws IOException {
    try {
      database.run(sql, new PercentTask(progress, "Reading " + file.name()));
    } catch (Database.Refusal e) {
      if (scan != null && scan.mixedLineEnds() && e.says("state machine")) {
        throw new InputException(
            String.format(
                Locale.ROOT,
                "%s: lines end in different ways (LF %d, CR LF %d, CR %d times); make them equal,"
                    + " for example: sed -i 's/\\r$//' %s",
                file.name(),
                scan.lineFeeds(),
                scan.both(),
                scan.carriageReturns(),
                file.path().getFileName()),
            e);
      }
      throw unreadable(file, e);
    }
  }

  private void account(
      String table,
      InputFile file,
      SourceTable source,
      @Nullable InputScan scan,
      String refusedTable,
      long from,
      long until)
      throws IOException {
    List<Refused> refused = new ArrayList<>();
    long refusedCount = 0;
    if (source.format() == FileFormat.CSV) {
      refusedCount =
          database.number("SELECT count(DISTINCT line_byte_position) FROM " + refusedTable);
      refused = refused(refusedTable);
    }
    List<Unusable> unusable = new ArrayList<>();
    String range = " WHERE reason IS NOT NULL AND rowid >= " + from + " AND rowid < " + until;
    long unusableCount = database.number("SELECT count(*) FROM " + table + range);
    if (unusableCount > 0) {
      database.each(
          "SELECT rowid, reason FROM " + table + range + " ORDER BY rowid LIMIT " + Rejects.KEPT,
          row -> unusable.add(new Unusable(row.getLong(1) - from, row.getString(2))));
    }
    List<Reject> first = new ArrayList<>();
    long lost = 0;
    if (scan == null) {
      unusable.forEach(u -> first.add(new Reject(file.name(), u.rank + 1, u.reason)));
    } else {
      lost = lines(file, source, scan, refused, refusedCount, unusable, until - from, first);
    }
    long count = refusedCount + unusableCount + lost;
    rejects.add(first, count, until - from + refusedCount + lost);
  }

  /** Writes down lines, and returns how many were lost inside an unclosed quote. */
  private static long lines(
      InputFile file,
      SourceTable source,
      InputScan scan,
      List<Refused> refused,
      long refusedCount,
      List<Unusable> unusable,
      long accepted,
      List<Reject> first)
      throws IOException {
    boolean csv = source.format() == FileFormat.CSV;
    long expected = scan.lines() - (csv ? scan.emptyLines() : scan.blankLines());
    expected -= csv && source.dialect().header() ? 1 : 0;
    long missing = expected - accepted - refusedCount;
    LineFinder finder = new LineFinder(file, source);
    if (missing != 0 || !refused.isEmpty() || !unusable.isEmpty()) {
      finder.find(
          refused.stream().mapToLong(Refused::at).toArray(),
          unusable.stream().mapToLong(Unusable::rank).toArray(),
          missing != 0);
    }
    boolean unclosed = refused.stream().anyMatch(r -> r.type.equals("UNQUOTED VALUE"));
    boolean linesInQuotes = !unclosed && finder.rows() == accepted + refusedCount;
    if (missing != 0 && !linesInQuotes && !unclosed) {
      throw new IOException(
          file.name()
              + ": DuckDB read "
              + accepted
              + " rows and refused "
              + refusedCount
              + " of "
              + expected
              + " lines; give another quote or delimiter in the mapping");
    }
    for (Refused row : refused) {
      first.add(new Reject(file.name(), finder.refusedLine(row.at, row.line), row.reason()));
    }
    for (Unusable row : unusable) {
      // Behind an unclosed quote nobody can tell rows from lines any more.
      long line = unclosed ? -1 : finder.acceptedLine(row.rank);
      first.add(new Reject(file.name(), line < 0 ? null : line, row.reason));
    }
    long lost = unclosed && missing > 0 ? missing : 0;
    if (lost > 0) {
      first.add(new Reject(file.name(), null, lost + " lines are lost inside unclosed quotes"));
    }
    return lost;
  }

  private List<Refused> refused(String table) throws IOException {
    List<Refused> rows = new ArrayList<>();
    database.each(
        "SELECT line_byte_position, min(line), min(CAST(error_type AS VARCHAR)),"
            + " min(error_message) FROM "
            + table
            + " GROUP BY line_byte_position ORDER BY line_byte_position LIMIT "
            + Rejects.KEPT,
        row ->
            rows.add(
                // DuckDB counts bytes from 1.
                new Refused(
                    row.getLong(1) - 1, row.getLong(2), row.getString(3), row.getString(4))));
    return rows;
  }

  /** A row with a reason: its rank among the file's accepted rows. */
  private record Unusable(long rank, String reason) {}

  /** A row that the CSV reader refused. */
  private record Refused(long at, long line, String type, String message) {
    String reason() {
      return switch (type) {
        case "MISSING COLUMNS", "TOO MANY COLUMNS" ->
            COLUMNS
                .matcher(message)
                .replaceFirst(found ->
                    FieldRules.columns(
                        Long.parseLong(found.group(2)), Long.parseLong(found.group(1))));
        case "UNQUOTED VALUE" -> "a quote is not closed or stands inside a value";
        case "INVALID ENCODING" -> FieldRules.NO_UTF8;
        case "LINE SIZE OVER MAXIMUM" -> "it is too long (2 MB)";
        default -> message;
      };
    }
  }
}
