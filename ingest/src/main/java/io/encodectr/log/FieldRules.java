package io.encodectr.log;

import io.encodectr.log.LogDescription.TimeField;
import io.encodectr.log.LogDescription.Unit;

/**
 * What a field must hold, and the words for what does not: the same for every engine that reads
 * logs.
 */
public final class FieldRules {
  /** The first second that a log may have: 1970-01-02. */
  public static final long EARLIEST = 86_400;

  /** The first second that a log may not have any more: 2100-01-01. */
  public static final long LATEST = 4_102_444_800L;

  /** A number from here on is milliseconds where the unit is not told. */
  public static final double LEAST_MILLISECONDS = 1e11;

  /** Most bytes of an id. */
  public static final int LONGEST_ID = 256;

  /** How many characters of a bad value are shown. */
  public static final int SHOWN = 60;

  /** A number that is none. */
  public static final String NO_NUMBER = "is no number";

  /** An id that is no whole number where it must be. */
  public static final String NO_WHOLE_NUMBER = "is no whole number";

  /** A label that is none. */
  public static final String NO_LABEL = "is not 0, 1, false or true";

  /** A time outside of the years that a log may have. */
  public static final String TIME_OUTSIDE = "is not between 1970-01-02 and 2100-01-01 as a time";

  /** A line that is not JSON. */
  public static final String NO_JSON = "the line is not JSON in UTF-8";

  /** A line that is another kind of JSON. */
  public static final String NO_OBJECT = "the line is not a JSON object";

  /** A line of CSV in another encoding. */
  public static final String NO_UTF8 =
      "it is not UTF-8; convert the file, or map encoding: latin-1";

  private FieldRules() {}

  /** A required field without a value. */
  public static String missing(String field) {
    return field + " is missing";
  }

  /** An id that is too long. */
  public static String tooLong(String field) {
    return field + " is longer than " + LONGEST_ID + " bytes";
  }

  /** A time that is none, in its unit. */
  public static String noTime(TimeField time) {
    return time.unit() == Unit.ISO ? "is no ISO time" : NO_NUMBER;
  }

  /** A number that is not finite or out of its bounds, which may be infinite. */
  public static String outside(double min, double max) {
    if (Double.isInfinite(min)) {
      return Double.isInfinite(max)
          ? "is no finite number"
          : "is no finite number up to " + plain(max);
    }
    return Double.isInfinite(max)
        ? "is no finite number from " + plain(min) + " on"
        : "is not between " + plain(min) + " and " + plain(max);
  }

  /** A line with another number of columns. */
  public static String columns(long found, long wanted) {
    return "it has " + found + " columns instead of " + wanted;
  }

  private static String plain(double number) {
    return number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
  }
}
