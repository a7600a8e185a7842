package io.encodectr.sequence;

import io.encodectr.interest.RowSorter;

/** A history's item rows in ascending order, so that the order of clicks cannot change a bit. */
final class SortedHistory {
  private final RowSorter sorter = new RowSorter();
  private int[] rows = {};
  private int count;
  private boolean sorted;

  /** Copies the rows; the caller's stay as they are. */
  void take(int[] history, int from, int length) {
    if (rows.length < length) {
      rows = new int[length + length / 2];
    }
    System.arraycopy(history, from, rows, 0, length);
    count = length;
    sorted = false;
  }

  /**
   * The rows of the last {@link #take}, ascending; the first {@link #count} of the array, which is
   * not to be written to. The first call sorts.
   */
  int[] sorted() {
    if (!sorted) {
      sorter.sort(rows, count);
      sorted = true;
    }
    return rows;
  }

  /** Number of behaviors. */
  int count() {
    return count;
  }
}
