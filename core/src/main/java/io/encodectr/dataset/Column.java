package io.encodectr.dataset;

import io.encodectr.file.InputException;
import java.io.Serializable;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A feature column of items, users or contexts.
 *
 * @param name also part of file names, hence letters, digits, {@code _} and {@code -} only
 * @param kind categorical or continuous
 * @param multiValued whether a row has any number of codes rather than at most one; categorical
 *     item and user columns only
 * @param vocabulary n, the number of codes; 0 for continuous columns
 * @param min smallest value of the training period, before normalization; 0 for categorical columns
 * @param max largest value of the training period, before normalization; 0 for categorical columns
 * @param derived {@code "hour"} or {@code "weekday"} for context columns that are computed from the
 *     time of the request (UTC), otherwise null
 */
public record Column(
    String name,
    Kind kind,
    boolean multiValued,
    int vocabulary,
    float min,
    float max,
    @Nullable String derived)
    implements Serializable {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");
  private static final Set<String> RESERVED = Set.of("ids", "id", "name", "row");
  private static final float BELOW_ONE = 1f - 0x1p-20f;
  private static final int DAY = 86_400;

  /**
   * Checks the values against each other.
   *
   * @throws InputException if a value is out of its range
   */
  public Column {
    if (!NAME.matcher(name).matches() || RESERVED.contains(name)) {
      throw new InputException(
          "column name \""
              + name
              + "\" cannot be used: names have 1 to 64 letters, digits, _ and -, and are not "
              + String.join(", ", RESERVED.stream().sorted().toList()));
    }
    boolean categorical = kind == Kind.CATEGORICAL;
    if (vocabulary < 0 || (!categorical && vocabulary != 0)) {
      throw new InputException("column " + name + " cannot have a vocabulary of " + vocabulary);
    }
    if (multiValued && !categorical) {
      throw new InputException("column " + name + " is continuous and cannot be multi-valued");
    }
    if (!Float.isFinite(min) || !Float.isFinite(max) || min > max) {
      throw new InputException("column " + name + " has the range " + min + " to " + max);
    }
    if (derived != null) {
      int codes = derivedCodes(name, derived);
      if (!categorical || multiValued || vocabulary != codes) {
        throw new InputException(
            "column " + name + " is derived (" + derived + "): it needs " + codes + " codes");
      }
    }
  }

  private static int derivedCodes(String name, String derived) {
    return switch (derived) {
      case "hour" -> 24;
      case "weekday" -> 7;
      default ->
          throw new InputException(
              "column " + name + " is derived by \"" + derived + "\", not by hour or weekday");
    };
  }

  /** A single-valued categorical column. */
  public static Column categorical(String name, int vocabulary) {
    return new Column(name, Kind.CATEGORICAL, false, vocabulary, 0, 0, null);
  }

  /** A multi-valued categorical column. */
  public static Column multiValued(String name, int vocabulary) {
    return new Column(name, Kind.CATEGORICAL, true, vocabulary, 0, 0, null);
  }

  /** A continuous column. */
  public static Column continuous(String name, float min, float max) {
    return new Column(name, Kind.CONTINUOUS, false, 0, min, max, null);
  }

  /** The context column "hour": 24 codes. */
  public static Column hour() {
    return new Column("hour", Kind.CATEGORICAL, false, 24, 0, 0, "hour");
  }

  /** The context column "weekday": 7 codes, Monday = 0. */
  public static Column weekday() {
    return new Column("weekday", Kind.CATEGORICAL, false, 7, 0, 0, "weekday");
  }

  /** Whether the column is categorical. */
  public boolean categorical() {
    return kind == Kind.CATEGORICAL;
  }

  /**
   * The code of a derived column, in UTC.
   *
   * @param time seconds since the epoch
   * @return 0..23 for "hour", 0..6 for "weekday" (Monday = 0)
   * @throws IllegalStateException if the column is not derived
   */
  public int derivedCode(long time) {
    if (derived == null) {
      throw new IllegalStateException("column " + name + " is not derived");
    }
    if (derived.equals("hour")) {
      return (int) (Math.floorMod(time, (long) DAY) / 3600);
    }
    // The epoch began on a Thursday.
    return (int) Math.floorMod(Math.floorDiv(time, (long) DAY) + 3, 7L);
  }

  /**
   * The stored value of a raw number: (v − min) / (max − min) · (1 − 2⁻²⁰), clipped to [0, 1); 0
   * for NaN (missing) and where min = max.
   */
  public float normalize(double value) {
    if (Double.isNaN(value) || min == max) {
      return 0f;
    }
    double share = (value - min) / ((double) max - min);
    return (float) (Math.clamp(share, 0.0, 1.0) * BELOW_ONE);
  }
}
