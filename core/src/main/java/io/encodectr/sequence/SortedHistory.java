package io.encodectr.sequence;

import io.encodectr.interest.RowSorter;

/** A history's item rows in ascending order, so that the order of clicks cannot change a bit. */
final class SortedHistory {
  private final RowSorter sorter = new RowSorter();
  private int[] rows = {};

  /** Copies and sorts the rows; the caller's stay as they are. */
  int[] sort(int[] history, int from, int count) {
    if (rows.length < count) {
      rows = new int[count + count / 2];
    }
    System.arraycopy(history, from, rows, 0, count);
    sorter.sort(rows, count);
    return rows;
  }

  /** The rows of the last {@link #sort}. */
  int[] rows() {
    return rows;
  }
}
