package io.encodectr.ingest;

import io.encodectr.ingest.LogDescription.LabelField;
import io.encodectr.ingest.LogDescription.TimeField;

/** SQL expressions that type a text and say what is wrong with it. */
final class FieldSql {
  /** The first second that a log may have: 1970-01-02. */
  static final long EARLIEST = 86_400;

  /** The first second that a log may not have any more: 2100-01-01. */
  static final long LATEST = 4_102_444_800L;

  private static final int LONGEST_ID = 256;
  private static final int SHOWN = 60;

  private FieldSql() {}

  /** Number of a text, or null. */
  static String number(String text) {
    return "TRY_CAST(" + text + " AS DOUBLE)";
  }

  /** Seconds of a time text as a number, or null. */
  static String seconds(TimeField time, String text) {
    String number = number(text);
    return switch (time.unit()) {
      case SECONDS -> number;
      case MILLISECONDS -> number + " / 1000";
      case EITHER ->
          "CASE WHEN abs("
              + number
              + ") >= 1e11 THEN "
              + number
              + " / 1000 ELSE "
              + number
              + " END";
      case ISO -> "epoch(TRY_CAST(" + text + " AS TIMESTAMPTZ))";
    };
  }

  /** Number of a label text, or null. */
  static String label(LabelField label, String text) {
    if (label.positiveAt() != null) {
      return number(text);
    }
    return "CASE lower("
        + text
        + ") WHEN 'true' THEN 1.0 WHEN 'false' THEN 0.0 ELSE "
        + number(text)
        + " END";
  }

  /** WHEN clauses for an id. */
  static String checkId(String field, String text, boolean integer) {
    String clauses =
        when(text + " IS NULL OR " + text + " = ''", says(field + " is missing"))
            + when(
                "strlen(" + text + ") > " + LONGEST_ID,
                says(field + " is longer than " + LONGEST_ID + " bytes"));
    if (integer) {
      clauses += when("NOT " + Codes.wholeNumber(text), says(field, text, "is no whole number"));
    }
    return clauses;
  }

  /** WHEN clauses for a time. */
  static String checkTime(TimeField time, String text, String seconds) {
    String wanted = time.unit() == LogDescription.Unit.ISO ? "is no ISO time" : "is no number";
    return when(text + " IS NULL OR " + text + " = ''", says(time.field() + " is missing"))
        + when(seconds + " IS NULL OR isnan(" + seconds + ")", says(time.field(), text, wanted))
        + when(
            "NOT (" + seconds + " >= " + EARLIEST + " AND " + seconds + " < " + LATEST + ")",
            says(time.field(), text, "is not between 1970-01-02 and 2100-01-01 as a time"));
  }

  /** WHEN clauses for a label. */
  static String checkLabel(LabelField label, String text, String number) {
    String missing =
        when(text + " IS NULL OR " + text + " = ''", says(label.field() + " is missing"));
    if (label.positiveAt() == null) {
      return missing
          + when(
              number + " IS NULL OR NOT (" + number + " IN (0, 1))",
              says(label.field(), text, "is not 0, 1, false or true"));
    }
    return missing + checkNumber(label.field(), text, number, label.min(), label.max());
  }

  /**
   * WHEN clauses for a number that may be missing and otherwise is finite and in [min, max]; either
   * bound may be infinite.
   */
  static String checkNumber(String field, String text, String number, double min, double max) {
    // DuckDB holds NaN to be above every number: a bound alone does not tell what is finite.
    String inside = "abs(" + number + ") <= " + Float.MAX_VALUE;
    if (!Double.isInfinite(min)) {
      inside += " AND " + number + " >= " + min;
    }
    if (!Double.isInfinite(max)) {
      inside += " AND " + number + " <= " + max;
    }
    return when(text + " <> '' AND " + number + " IS NULL", says(field, text, "is no number"))
        + when("NOT (" + inside + ")", says(field, text, outside(min, max)));
  }

  private static String outside(double min, double max) {
    if (Double.isInfinite(min)) {
      return Double.isInfinite(max)
          ? "is no finite number"
          : "is no finite number up to " + plain(max);
    }
    return Double.isInfinite(max)
        ? "is no finite number from " + plain(min) + " on"
        : "is not between " + plain(min) + " and " + plain(max);
  }

  static String when(String condition, String reason) {
    return " WHEN " + condition + " THEN " + reason;
  }

  static String says(String reason) {
    return Database.text(reason);
  }

  /** A reason that shows the value. */
  static String says(String field, String text, String reason) {
    return Database.text(field + " \"")
        + " || left("
        + text
        + ", "
        + SHOWN
        + ") || "
        + Database.text("\" " + reason);
  }

  private static String plain(double number) {
    return number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
  }
}
