package io.encodectr.spark.ingest;

import org.jspecify.annotations.Nullable;

/**
 * Numbers as logs spell them; the twin of DuckDB's TRY_CAST(text AS DOUBLE or FLOAT), held by a
 * test.
 */
final class NumberText {
  private NumberText() {}

  /** The number of a text, which may be infinite or NaN; null if it is none. */
  static @Nullable Double of(@Nullable String text) {
    String plain = plain(text);
    return plain == null ? null : Double.valueOf(plain);
  }

  /** The same, rounded once: by way of a double it would be twice. */
  static @Nullable Float floatOf(@Nullable String text) {
    String plain = plain(text);
    return plain == null ? null : Float.valueOf(plain);
  }

  /** A number as Java spells it; null if the text is none. */
  private static @Nullable String plain(@Nullable String text) {
    if (text == null) {
      return null;
    }
    int start = 0;
    int end = text.length();
    while (start < end && isSpace(text.charAt(start))) {
      start++;
    }
    while (end > start && isSpace(text.charAt(end - 1))) {
      end--;
    }
    if (start == end) {
      return null;
    }
    // DuckDB takes +-5 for -5.
    start += text.charAt(start) == '+' ? 1 : 0;
    if (start == end) {
      return null;
    }
    int digits = start + (text.charAt(start) == '-' ? 1 : 0);
    String special = special(text, digits, end);
    if (special != null) {
      return text.substring(start, digits) + special;
    }
    return isDecimal(text, digits, end) ? text.substring(start, end).replace("_", "") : null;
  }

  private static @Nullable String special(String text, int start, int end) {
    int length = end - start;
    if (length == 3 && text.regionMatches(true, start, "nan", 0, 3)) {
      return "NaN";
    }
    boolean infinite =
        (length == 3 && text.regionMatches(true, start, "inf", 0, 3))
            || (length == 8 && text.regionMatches(true, start, "infinity", 0, 8));
    return infinite ? "Infinity" : null;
  }

  private static boolean isDecimal(String text, int start, int end) {
    int at = digits(text, start, end);
    int count = at - start;
    if (at < end && text.charAt(at) == '.') {
      int after = digits(text, at + 1, end);
      count += after - at - 1;
      at = after;
    }
    if (count == 0) {
      return false;
    }
    if (at < end && (text.charAt(at) == 'e' || text.charAt(at) == 'E')) {
      at++;
      if (at < end && (text.charAt(at) == '+' || text.charAt(at) == '-')) {
        at++;
      }
      int after = digits(text, at, end);
      return after > at && after == end;
    }
    return at == end;
  }

  /** The end of a run of digits; between two of them may be an underscore, as in 1_000. */
  private static int digits(String text, int at, int end) {
    int next = at;
    while (next < end
        && (isDigit(text, next, end)
            || (next > at
                && text.charAt(next) == '_'
                && isDigit(text, next - 1, end)
                && isDigit(text, next + 1, end)))) {
      next++;
    }
    return next;
  }

  private static boolean isDigit(String text, int at, int end) {
    return at < end && text.charAt(at) >= '0' && text.charAt(at) <= '9';
  }

  private static boolean isSpace(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
  }
}
