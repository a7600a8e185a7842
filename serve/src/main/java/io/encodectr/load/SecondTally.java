package io.encodectr.load;

import java.util.Arrays;

/** Counts the requests of one second of the schedule. Thread-safe. */
final class SecondTally {
  private long requests;
  private long ok;
  private long failed;
  private int[] microseconds = new int[16];
  private int measured;

  synchronized void due() {
    requests++;
  }

  synchronized void ended(boolean good) {
    if (good) {
      ok++;
    } else {
      failed++;
    }
  }

  synchronized void took(long nanoseconds) {
    if (measured == microseconds.length) {
      microseconds = Arrays.copyOf(microseconds, 2 * measured);
    }
    microseconds[measured++] = (int) Math.min(Integer.MAX_VALUE, nanoseconds / 1000);
  }

  synchronized Second result(int second) {
    int[] sorted = Arrays.copyOf(microseconds, measured);
    Arrays.sort(sorted);
    return new Second(
        second, requests, ok, failed, at(sorted, 0.5), at(sorted, 0.99), at(sorted, 1));
  }

  private static double at(int[] sorted, double share) {
    int rank = (int) Math.ceil(share * sorted.length);
    return sorted.length == 0 ? 0 : sorted[Math.max(0, rank - 1)] / 1000.0;
  }
}
