package io.encodectr.spark.ingest;

import io.encodectr.log.ColumnField;
import io.encodectr.log.FieldRules;
import io.encodectr.log.LogDescription.LabelField;
import io.encodectr.log.LogDescription.TimeField;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Types the fields of one row after the other and keeps the first reason why the row cannot be
 * used; the twin of the local job's SQL, in the same words. Not thread-safe.
 */
final class FieldReader {
  private @Nullable String reason;

  /** Begins a row. */
  void begin() {
    reason = null;
  }

  /** Why the row cannot be used; null if it can. */
  @Nullable String reason() {
    return reason;
  }

  private void refuse(String why) {
    if (reason == null) {
      reason = why;
    }
  }

  private void refuse(String field, String text, String why) {
    int shown =
        text.codePointCount(0, text.length()) > FieldRules.SHOWN
            ? text.offsetByCodePoints(0, FieldRules.SHOWN)
            : text.length();
    refuse(field + " \"" + text.substring(0, shown) + "\" " + why);
  }

  /** An id; any text if the row cannot be used. */
  String id(String field, @Nullable String text) {
    if (text == null || text.isEmpty()) {
      refuse(FieldRules.missing(field));
      return "";
    }
    if (text.length() > FieldRules.LONGEST_ID / 4
        && text.getBytes(StandardCharsets.UTF_8).length > FieldRules.LONGEST_ID) {
      refuse(FieldRules.tooLong(field));
    }
    return text;
  }

  /** Whole seconds since the epoch; any number if the row cannot be used. */
  long time(TimeField time, @Nullable String text) {
    if (text == null || text.isEmpty()) {
      refuse(FieldRules.missing(time.field()));
      return 0;
    }
    Double seconds = seconds(time, text);
    if (seconds == null || Double.isNaN(seconds)) {
      refuse(time.field(), text, FieldRules.noTime(time));
      return 0;
    }
    if (!(seconds >= FieldRules.EARLIEST && seconds < FieldRules.LATEST)) {
      refuse(time.field(), text, FieldRules.TIME_OUTSIDE);
      return 0;
    }
    return (long) Math.floor(seconds);
  }

  private static @Nullable Double seconds(TimeField time, String text) {
    return switch (time.unit()) {
      case SECONDS -> NumberText.of(text);
      case MILLISECONDS -> {
        Double number = NumberText.of(text);
        yield number == null ? null : Double.valueOf(number / 1000);
      }
      case EITHER -> {
        Double number = NumberText.of(text);
        yield number == null || Math.abs(number) < FieldRules.LEAST_MILLISECONDS
            ? number
            : Double.valueOf(number / 1000);
      }
      case ISO -> {
        Long seconds = IsoTime.seconds(text);
        yield seconds == null ? null : Double.valueOf(seconds);
      }
    };
  }

  /** 0 or 1. */
  int label(LabelField label, @Nullable String text) {
    if (text == null || text.isEmpty()) {
      refuse(FieldRules.missing(label.field()));
      return 0;
    }
    Double least = label.positiveAt();
    if (least != null) {
      Double number = number(label.field(), text, label.min(), label.max());
      return number != null && number >= least ? 1 : 0;
    }
    Double number =
        switch (text.toLowerCase(Locale.ROOT)) {
          case "true" -> Double.valueOf(1);
          case "false" -> Double.valueOf(0);
          default -> NumberText.of(text);
        };
    if (number == null || !(number == 0 || number == 1)) {
      refuse(label.field(), text, FieldRules.NO_LABEL);
      return 0;
    }
    return number == 1 ? 1 : 0;
  }

  /** A number that may be missing; null if it is, or if the row cannot be used. */
  @Nullable Double number(String field, @Nullable String text, double min, double max) {
    if (text == null || text.isEmpty()) {
      return null;
    }
    Double number = NumberText.of(text);
    if (number == null) {
      refuse(field, text, FieldRules.NO_NUMBER);
      return null;
    }
    boolean inside = Math.abs(number) <= Float.MAX_VALUE && number >= min && number <= max;
    if (!inside) {
      refuse(field, text, FieldRules.outside(min, max));
      return null;
    }
    return number;
  }

  /** A feature's text; null where it is missing. */
  static @Nullable String present(ColumnField column, @Nullable String text) {
    return text == null || text.isEmpty() || column.missing().contains(text) ? null : text;
  }
}
