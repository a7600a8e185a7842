package io.encodectr.spark.ingest;

import org.jspecify.annotations.Nullable;

/** Numbers as logs spell them; the twin of DuckDB's TRY_CAST(text AS DOUBLE), held by a test. */
final class NumberText {
  private NumberText() {}

  /** The number of a text, which may be infinite or NaN; null if it is none. */
  static @Nullable Double of(@Nullable String text) {
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
    Double special = special(text, digits, end);
    if (special != null) {
      return text.charAt(start) == '-' ? -special : special;
    }
    return isDecimal(text, digits, end) ? Double.valueOf(text.substring(start, end)) : null;
  }

  private static @Nullable Double special(String text, int start, int end) {
    int length = end - start;
    if (length == 3 && text.regionMatches(true, start, "nan", 0, 3)) {
      return Double.NaN;
    }
    boolean infinite =
        (length == 3 && text.regionMatches(true, start, "inf", 0, 3))
            || (length == 8 && text.regionMatches(true, start, "infinity", 0, 8));
    return infinite ? Double.POSITIVE_INFINITY : null;
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

  private static int digits(String text, int at, int end) {
    int digit = at;
    while (digit < end && text.charAt(digit) >= '0' && text.charAt(digit) <= '9') {
      digit++;
    }
    return digit;
  }

  private static boolean isSpace(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
  }
}
