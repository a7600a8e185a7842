package io.encodectr.ingest;

import io.encodectr.file.InputException;
import io.encodectr.log.CsvDialect;
import io.encodectr.log.FieldRules;
import io.encodectr.log.FileColumns;
import io.encodectr.log.InputFile;
import io.encodectr.log.SourceTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The SQL that reads wanted columns of a file as texts, whatever its format: columns {@code broken}
 * (why the row cannot be read at all, or null), {@code f0}, {@code f1}, … Values are judged later,
 * by the same expressions for every format, so that a bad one gets the same words everywhere.
 */
final class FieldQuery {
  private static final int LONGEST_LINE = 1 << 24;

  /** Otherwise a folder named "user=5" gives every row a column of that name. */
  private static final String NO_COLUMNS_OF_FOLDERS = ", hive_partitioning=false";

  private FieldQuery() {}

  /**
   * The query.
   *
   * @param scan of the file; null for Parquet
   * @param fields names of the wanted columns; a null stands for none and gives null
   * @param rejects name for the table of rows that CSV reading refuses
   * @throws InputException if a column is missing
   */
  static String of(
      InputFile file,
      SourceTable table,
      @Nullable InputScan scan,
      List<@Nullable String> fields,
      String rejects,
      Database database)
      throws IOException {
    return switch (table.format()) {
      case CSV -> csv(file, table, scan, fields, rejects);
      case JSONL -> jsonLines(file, fields);
      case PARQUET -> parquet(file, table, fields, database);
    };
  }

  private static String csv(
      InputFile file,
      SourceTable table,
      @Nullable InputScan scan,
      List<@Nullable String> fields,
      String rejects) {
    CsvDialect dialect = table.dialect();
    List<String> names = dialect.columns();
    if (names == null) {
      names = dialect.split(scan == null ? "" : scan.firstLine());
    }
    FileColumns found = new FileColumns(file, table, names);
    String columns =
        IntStream.range(0, names.size())
            .mapToObj(c -> "'c" + c + "': 'VARCHAR'")
            .collect(Collectors.joining(", ", "{", "}"));
    String quote = Database.text(dialect.quote());
    List<String> values = new ArrayList<>();
    for (String field : fields) {
      values.add(field == null ? null : "c" + found.position(field));
    }
    found.requireDistinct();
    return select("NULL::VARCHAR", values)
        + "read_csv("
        + Database.path(file.path())
        + NO_COLUMNS_OF_FOLDERS
        + ", auto_detect=false, header="
        + dialect.header()
        + ", delim="
        + Database.text(dialect.delimiter())
        + ", quote="
        + quote
        + ", escape="
        + quote
        + ", columns="
        + columns
        + ", compression="
        + (file.gzip() ? "'gzip'" : "'none'")
        + (dialect.latin1() ? ", encoding='latin-1'" : "")
        + ", store_rejects=true, rejects_limit=0, rejects_table="
        + Database.text(rejects)
        + ", rejects_scan="
        + Database.text(rejects + "_scan")
        + ")";
  }

  private static String jsonLines(InputFile file, List<@Nullable String> fields) {
    List<String> values = new ArrayList<>();
    for (String field : fields) {
      values.add(field == null ? null : "json->>" + Database.text(pointer(field)));
    }
    String broken =
        "CASE WHEN json IS NULL THEN "
            + Database.text(FieldRules.NO_JSON)
            + " WHEN json_type(json) <> 'OBJECT' THEN "
            + Database.text(FieldRules.NO_OBJECT)
            + " END";
    return select(broken, values)
        + "read_ndjson_objects("
        + Database.path(file.path())
        + NO_COLUMNS_OF_FOLDERS
        + ", ignore_errors=true, maximum_object_size="
        + LONGEST_LINE
        + ", compression="
        + (file.gzip() ? "'gzip'" : "'uncompressed'")
        + ")";
  }

  private static String pointer(String field) {
    return "/" + field.replace("~", "~0").replace("/", "~1");
  }

  private static String parquet(
      InputFile file, SourceTable table, List<@Nullable String> fields, Database database)
      throws IOException {
    String source = "read_parquet(" + Database.path(file.path()) + NO_COLUMNS_OF_FOLDERS + ")";
    Map<String, String> types = new LinkedHashMap<>();
    database.each(
        "SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM " + source + ")",
        row -> types.put(row.getString(1), row.getString(2)));
    FileColumns found = new FileColumns(file, table, List.copyOf(types.keySet()));
    List<String> values = new ArrayList<>();
    for (String field : fields) {
      if (field != null) {
        found.position(field);
      }
      values.add(field == null ? null : parquetText(field, types.getOrDefault(field, "")));
    }
    return select("NULL::VARCHAR", values) + source;
  }

  private static String parquetText(String field, String type) {
    String column = Database.name(field);
    String upper = type.toUpperCase(Locale.ROOT);
    if (upper.endsWith("[]")) {
      return "CAST(to_json(" + column + ") AS VARCHAR)";
    }
    if (upper.equals("BLOB")) {
      return "TRY_CAST(decode(" + column + ") AS VARCHAR)";
    }
    return "CAST(" + column + " AS VARCHAR)";
  }

  private static String select(String broken, List<String> values) {
    StringBuilder sql = new StringBuilder("SELECT ").append(broken).append(" AS broken");
    for (int f = 0; f < values.size(); f++) {
      String value = values.get(f);
      sql.append(", ").append(value == null ? "NULL::VARCHAR" : value).append(" AS f").append(f);
    }
    return sql.append(" FROM ").toString();
  }
}
