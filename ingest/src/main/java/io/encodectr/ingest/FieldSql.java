package io.encodectr.ingest;

import io.encodectr.log.FieldRules;
import io.encodectr.log.LogDescription.LabelField;
import io.encodectr.log.LogDescription.TimeField;

/** SQL expressions that type a text and say what is wrong with it. */
final class FieldSql {
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
              + ") >= "
              + FieldRules.LEAST_MILLISECONDS
              + " THEN "
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
        when(text + " IS NULL OR " + text + " = ''", says(FieldRules.missing(field)))
            + when(
                "strlen(" + text + ") > " + FieldRules.LONGEST_ID, says(FieldRules.tooLong(field)));
    if (integer) {
      clauses +=
          when("NOT " + Codes.wholeNumber(text), says(field, text, FieldRules.NO_WHOLE_NUMBER));
    }
    return clauses;
  }

  /** WHEN clauses for a time. */
  static String checkTime(TimeField time, String text, String seconds) {
    return when(text + " IS NULL OR " + text + " = ''", says(FieldRules.missing(time.field())))
        + when(
            seconds + " IS NULL OR isnan(" + seconds + ")",
            says(time.field(), text, FieldRules.noTime(time)))
        + when(
            "NOT ("
                + seconds
                + " >= "
                + FieldRules.EARLIEST
                + " AND "
                + seconds
                + " < "
                + FieldRules.LATEST
                + ")",
            says(time.field(), text, FieldRules.TIME_OUTSIDE));
  }

  /** WHEN clauses for a label. */
  static String checkLabel(LabelField label, String text, String number) {
    String missing =
        when(text + " IS NULL OR " + text + " = ''", says(FieldRules.missing(label.field())));
    if (label.positiveAt() == null) {
      return missing
          + when(
              number + " IS NULL OR NOT (" + number + " IN (0, 1))",
              says(label.field(), text, FieldRules.NO_LABEL));
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
    return when(text + " <> '' AND " + number + " IS NULL", says(field, text, FieldRules.NO_NUMBER))
        + when("NOT (" + inside + ")", says(field, text, FieldRules.outside(min, max)));
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
        + FieldRules.SHOWN
        + ") || "
        + Database.text("\" " + reason);
  }
}
