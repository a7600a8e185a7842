package io.encodectr.sequence;

import io.encodectr.interest.RowSorter;

/**
 * A history for looking things up in it: behaviors in ascending order of item row, those on one
 * item by time, and the distinct items. A behavior's <em>position</em> is its place in that order;
 * its <em>time</em> counts from 0, the oldest. One instance a thread; arrays may be longer than
 * what they hold.
 */
public final class IndexedHistory {
  private final RowSorter sorter = new RowSorter();
  private long[] packed = {};
  private int[] rows = {};
  private int[] times = {};
  private int[] positions = {};
  private int[] items = {};
  private int[] starts = new int[1];
  private int[] itemAt = {};
  private int size;
  private int distinct;

  /** Takes a history: item rows, oldest first. The caller's array stays as it is. */
  public void take(int[] history, int from, int count) {
    reserve(count);
    for (int t = 0; t < count; t++) {
      packed[t] = ((long) history[from + t] << 32) | t;
    }
    sorter.sortBehaviors(packed, count);
    size = count;
    distinct = 0;
    for (int p = 0; p < count; p++) {
      int row = (int) (packed[p] >>> 32);
      int time = (int) packed[p];
      if (p == 0 || row != rows[p - 1]) {
        items[distinct] = row;
        starts[distinct++] = p;
      }
      rows[p] = row;
      times[p] = time;
      positions[time] = p;
      itemAt[time] = distinct - 1;
    }
    starts[distinct] = count;
  }

  private void reserve(int count) {
    if (packed.length < count) {
      int capacity = count + count / 2;
      packed = new long[capacity];
      rows = new int[capacity];
      times = new int[capacity];
      positions = new int[capacity];
      items = new int[capacity];
      itemAt = new int[capacity];
      starts = new int[capacity + 1];
    }
  }

  /** Number of behaviors, L. */
  public int size() {
    return size;
  }

  /** Item row at each position. */
  public int[] rows() {
    return rows;
  }

  /** Time at each position. */
  public int[] times() {
    return times;
  }

  /** Position of the behavior at each time. */
  public int[] positions() {
    return positions;
  }

  /** Number of distinct items. */
  public int distinct() {
    return distinct;
  }

  /** Rows of the distinct items, ascending. */
  public int[] items() {
    return items;
  }

  /** Positions of distinct item j's behaviors: {@code starts()[j]} to {@code starts()[j+1]}. */
  public int[] starts() {
    return starts;
  }

  /** Which distinct item the behavior at each time is on. */
  public int[] itemAt() {
    return itemAt;
  }

  /** Number of behaviors on distinct item j. */
  public int count(int j) {
    return starts[j + 1] - starts[j];
  }
}
