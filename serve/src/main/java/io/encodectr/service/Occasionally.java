package io.encodectr.service;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Says yes at most once in a while: for a failure that every request meets. Thread-safe. */
final class Occasionally {
  private final long between;
  private final AtomicLong next = new AtomicLong(System.nanoTime());

  Occasionally(Duration between) {
    this.between = between.toNanos();
  }

  boolean now() {
    long due = next.get();
    long time = System.nanoTime();
    return time - due >= 0 && next.compareAndSet(due, time + between);
  }
}
