package io.encodectr.interest;

import java.util.Arrays;

/** Ascending radix sort of item rows, up to 11 bits a pass. One instance a thread. */
public final class RowSorter {
  private static final int SMALL = 48;
  private static final int DIGIT_BITS = 11;
  private int[] scratch = {};
  private long[] behaviorScratch = {};
  private final int[] starts = new int[1 << DIGIT_BITS];

  /** Sorts {@code rows[0..n)}, all ≥ 0, in place. */
  public void sort(int[] rows, int n) {
    int largest = 0;
    boolean sorted = true;
    for (int i = 0; i < n; i++) {
      largest |= rows[i];
      sorted &= i == 0 || rows[i - 1] <= rows[i];
    }
    if (sorted) {
      return;
    }
    if (n <= SMALL) {
      Arrays.sort(rows, 0, n);
      return;
    }
    if (scratch.length < n) {
      scratch = new int[n + n / 2];
    }
    int bits = 32 - Integer.numberOfLeadingZeros(largest);
    int passes = (bits + DIGIT_BITS - 1) / DIGIT_BITS;
    int digit = (bits + passes - 1) / passes;
    int[] from = rows;
    int[] to = scratch;
    for (int p = 0; p < passes; p++) {
      pass(from, to, n, p * digit, (1 << digit) - 1);
      int[] swap = from;
      from = to;
      to = swap;
    }
    if (passes % 2 == 1) {
      System.arraycopy(from, 0, rows, 0, n);
    }
  }

  private void pass(int[] from, int[] to, int n, int shift, int mask) {
    Arrays.fill(starts, 0, mask + 1, 0);
    for (int i = 0; i < n; i++) {
      starts[(from[i] >>> shift) & mask]++;
    }
    int sum = 0;
    for (int v = 0; v <= mask; v++) {
      int count = starts[v];
      starts[v] = sum;
      sum += count;
    }
    for (int i = 0; i < n; i++) {
      to[starts[(from[i] >>> shift) & mask]++] = from[i];
    }
  }

  /**
   * Sorts {@code behaviors[0..n)} by item row, the upper 32 bits (≥ 0), in place; behaviors on one
   * item stay in their order.
   */
  public void sortBehaviors(long[] behaviors, int n) {
    long largest = 0;
    boolean sorted = true;
    for (int i = 0; i < n; i++) {
      largest |= behaviors[i];
      sorted &= i == 0 || behaviors[i - 1] >>> 32 <= behaviors[i] >>> 32;
    }
    if (sorted) {
      return;
    }
    if (behaviorScratch.length < n) {
      behaviorScratch = new long[n + n / 2];
    }
    int bits = 64 - Long.numberOfLeadingZeros(largest >>> 32);
    int passes = (bits + DIGIT_BITS - 1) / DIGIT_BITS;
    int digit = (bits + passes - 1) / passes;
    long[] from = behaviors;
    long[] to = behaviorScratch;
    for (int p = 0; p < passes; p++) {
      pass(from, to, n, 32 + p * digit, (1 << digit) - 1);
      long[] swap = from;
      from = to;
      to = swap;
    }
    if (passes % 2 == 1) {
      System.arraycopy(from, 0, behaviors, 0, n);
    }
  }

  private void pass(long[] from, long[] to, int n, int shift, int mask) {
    Arrays.fill(starts, 0, mask + 1, 0);
    for (int i = 0; i < n; i++) {
      starts[(int) (from[i] >>> shift) & mask]++;
    }
    int sum = 0;
    for (int v = 0; v <= mask; v++) {
      int count = starts[v];
      starts[v] = sum;
      sum += count;
    }
    for (int i = 0; i < n; i++) {
      to[starts[(int) (from[i] >>> shift) & mask]++] = from[i];
    }
  }
}
