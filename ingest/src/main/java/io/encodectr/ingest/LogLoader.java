package io.encodectr.ingest;

import io.encodectr.file.InputException;
import io.encodectr.log.ColumnField;
import io.encodectr.log.FileFormat;
import io.encodectr.log.LogDescription;
import io.encodectr.log.LogDescription.LabelField;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Loads a log into the table {@code log}: {@code u} and {@code i} (ids), {@code t} (seconds),
 * {@code y} (label), {@code p} (page view's id), {@code q} (probability), {@code c0…} (context
 * columns that are not derived) and {@code reason} (why the row cannot be used, or null). {@code
 * rowid} is the input order.
 */
final class LogLoader {
  private final LogDescription log;
  private final List<@Nullable String> fields = new ArrayList<>();
  private final List<String> typed = new ArrayList<>();
  private final List<String> extra = new ArrayList<>();
  private final StringBuilder checks = new StringBuilder();

  private LogLoader(LogDescription log) {
    this.log = log;
  }

  /** Loads the log. */
  static void load(LogDescription log, TableLoader loader, Database database) throws IOException {
    LogLoader loading = new LogLoader(log);
    loading.describe();
    loader.load("log", log.table(), loading.fields, loading::judged);
    loading.requireValues(database);
  }

  private void describe() {
    String user = field(log.user());
    String item = field(log.item());
    checks.append(FieldSql.when("broken IS NOT NULL", "broken"));
    checks.append(FieldSql.checkId(log.user(), user, log.integerIds()));
    checks.append(FieldSql.checkId(log.item(), item, log.integerIds()));
    typed.add(user + " AS u");
    typed.add(item + " AS i");
    String time = field(log.time().field());
    extra.add(FieldSql.seconds(log.time(), time) + " AS seconds");
    checks.append(FieldSql.checkTime(log.time(), time, "seconds"));
    typed.add("TRY_CAST(floor(seconds) AS BIGINT) AS t");
    describeLabel(log.label());
    if (log.rating() != null) {
      String rating = field(log.rating());
      extra.add(FieldSql.number(rating) + " AS rating");
      checks.append(FieldSql.checkNumber(log.rating(), rating, "rating", 0, 10));
    }
    if (log.pageView() != null) {
      typed.add("nullif(" + field(log.pageView()) + ", '') AS p");
    }
    if (log.probability() != null) {
      String probability = field(log.probability());
      extra.add(FieldSql.number(probability) + " AS probability");
      checks.append(FieldSql.checkNumber(log.probability(), probability, "probability", 0, 1));
      typed.add("TRY_CAST(probability AS FLOAT) AS q");
    }
    describeContext();
  }

  private void describeLabel(@Nullable LabelField label) {
    if (label == null) {
      typed.add("CAST(1 AS UTINYINT) AS y");
      return;
    }
    String text = field(label.field());
    extra.add(FieldSql.label(label, text) + " AS label");
    checks.append(FieldSql.checkLabel(label, text, "label"));
    double least = label.positiveAt() == null ? 1 : label.positiveAt();
    typed.add("CAST(label >= " + least + " AS UTINYINT) AS y");
  }

  private void describeContext() {
    int c = 0;
    for (ColumnField column : log.readContext()) {
      String text = MissingSql.of(column, field(column.field()));
      if (column.categorical()) {
        typed.add(text + " AS c" + c);
      } else {
        extra.add(FieldSql.number(text) + " AS number" + c);
        checks.append(
            FieldSql.checkNumber(
                column.field(),
                text,
                "number" + c,
                Double.NEGATIVE_INFINITY,
                Double.POSITIVE_INFINITY));
        typed.add("TRY_CAST(number" + c + " AS FLOAT) AS c" + c);
      }
      c++;
    }
  }

  private String field(String name) {
    fields.add(name);
    return "f" + (fields.size() - 1);
  }

  private String judged(String query) {
    String with = extra.isEmpty() ? "" : ", " + String.join(", ", extra);
    return "SELECT "
        + String.join(", ", typed)
        + ", CASE"
        + checks
        + " END AS reason FROM (SELECT *"
        + with
        + " FROM ("
        + query
        + "))";
  }

  /** A field of JSON lines that never occurs is a misspelled one. */
  private void requireValues(Database database) throws IOException {
    List<ColumnField> columns = log.readContext();
    for (int c = 0; c < columns.size(); c++) {
      if (log.table().format() == FileFormat.JSONL
          && database.number("SELECT count(c" + c + ") FROM log") == 0) {
        throw new InputException(
            log.table().files().getFirst().name()
                + ": context column "
                + columns.get(c).name()
                + " has no value in any line; check the name \""
                + columns.get(c).field()
                + "\" in the mapping");
      }
    }
  }
}
