package io.encodectr.evaluation;

import java.util.Arrays;

/** Samples by the number of behaviors their user had before. */
final class HistorySlice {
  /** Least number of behaviors of each slice; the last has no upper end. */
  private static final int[] FROM = {0, 1, 10, 50, 200, 500, 1000};

  private HistorySlice() {}

  /** Number of slices. */
  static int count() {
    return FROM.length;
  }

  /** The slice of a history of {@code length} behaviors. */
  static byte of(int length) {
    int place = Arrays.binarySearch(FROM, length);
    return (byte) (place >= 0 ? place : -place - 2);
  }

  /** What a slice holds: {@code 0}, {@code 1-9}, …, {@code 1000+}. */
  static String name(int slice) {
    if (slice == FROM.length - 1) {
      return FROM[slice] + "+";
    }
    int last = FROM[slice + 1] - 1;
    return FROM[slice] == last ? Integer.toString(last) : FROM[slice] + "-" + last;
  }
}
