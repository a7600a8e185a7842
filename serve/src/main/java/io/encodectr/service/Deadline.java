package io.encodectr.service;

import java.time.Duration;

/** A moment until which an answer is of use, on the clock of {@link System#nanoTime}. Immutable. */
public final class Deadline {
  /** No deadline. */
  public static final Deadline NONE = new Deadline(false, 0);

  private final boolean set;
  private final long nanoTime;

  private Deadline(boolean set, long nanoTime) {
    this.set = set;
    this.nanoTime = nanoTime;
  }

  /**
   * A deadline some time after a moment.
   *
   * @param start a value of {@link System#nanoTime}
   */
  public static Deadline after(long start, Duration time) {
    return new Deadline(true, start + time.toNanos());
  }

  /** Whether there is one. */
  public boolean isSet() {
    return set;
  }

  /** Whether there is one and it has passed. */
  public boolean passed() {
    return set && System.nanoTime() - nanoTime >= 0;
  }

  /** Nanoseconds left, 0 or less once it has passed; {@link Long#MAX_VALUE} without a deadline. */
  public long remaining() {
    return set ? nanoTime - System.nanoTime() : Long.MAX_VALUE;
  }
}
