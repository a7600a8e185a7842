package io.encodectr.assembly;

import io.encodectr.log.ColumnField;
import io.encodectr.log.LogDescription;
import java.util.List;

/**
 * A row of a log on its way into {@link EventColumns}; one instance is filled again and again. Not
 * thread-safe.
 */
public final class Event {
  /** Code of the user. */
  public int user;

  /** Code of the item. */
  public int item;

  /** Seconds since the epoch. */
  public long time;

  /** Grows in the order of the input. */
  public long row;

  /** 0 or 1. */
  public int label;

  /** Code of the page view; -1 for none. */
  public int pageView = -1;

  /** True click probability; NaN for none. */
  public float probability = Float.NaN;

  /** For each context column read from the log: its code, -1 for none; 0 if it is continuous. */
  public final int[] codes;

  /** For each context column read from the log: its number, NaN for none; 0 if categorical. */
  public final float[] numbers;

  /** An event of a log. */
  public Event(LogDescription log) {
    List<ColumnField> context = log.readContext();
    codes = new int[context.size()];
    numbers = new float[context.size()];
  }
}
