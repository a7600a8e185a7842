package io.encodectr.load;

import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;

/**
 * How exact this machine's clock and timer are.
 *
 * @param stepNs the smallest step of the clock that was seen, nanoseconds
 * @param oversleepUs how much later than asked a thread wakes, median, microseconds; part of every
 *     latency, since it comes after the time at which a request was to be sent
 */
public record Clock(long stepNs, double oversleepUs) {
  private static final int READINGS = 20_000;
  private static final int SLEEPS = 25;
  private static final long SLEEP = 1_000_000;

  /** Measures; takes 30 ms. */
  static Clock measure() {
    long smallest = Long.MAX_VALUE;
    long before = System.nanoTime();
    for (int i = 0; i < READINGS; i++) {
      long now = System.nanoTime();
      if (now > before) {
        smallest = Math.min(smallest, now - before);
      }
      before = now;
    }
    long[] late = new long[SLEEPS];
    for (int i = 0; i < SLEEPS; i++) {
      long start = System.nanoTime();
      LockSupport.parkNanos(SLEEP);
      late[i] = Math.max(0, System.nanoTime() - start - SLEEP);
    }
    Arrays.sort(late);
    return new Clock(smallest, late[SLEEPS / 2] / 1000.0);
  }
}
