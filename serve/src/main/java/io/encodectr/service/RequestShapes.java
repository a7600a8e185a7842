package io.encodectr.service;

import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How many candidates the last requests had, for warming up a new pair by requests like them. Keeps
 * numbers only, no ids. Thread-safe.
 */
public final class RequestShapes {
  private static final int KEPT = 64;
  private static final int[] TYPICAL = {10, 100, 500, 1000};

  private final AtomicIntegerArray candidates = new AtomicIntegerArray(KEPT);
  private final AtomicLong requests = new AtomicLong();

  /** Without any request yet. */
  public RequestShapes() {}

  /** Takes note of a request. */
  public void add(int count) {
    candidates.set((int) (requests.getAndIncrement() % KEPT), count);
  }

  /** Candidate counts of the last requests; typical ones before the first. */
  int[] recent() {
    int kept = (int) Math.min(KEPT, requests.get());
    if (kept == 0) {
      return TYPICAL.clone();
    }
    int[] counts = new int[kept];
    for (int i = 0; i < kept; i++) {
      counts[i] = candidates.get(i);
    }
    return counts;
  }
}
