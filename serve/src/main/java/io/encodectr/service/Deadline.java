package io.encodectr.service;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** A moment until which an answer is of use. Immutable. */
public final class Deadline {
  /** No deadline. */
  public static final Deadline NONE = new Deadline(null, 0);

  private final @Nullable LongSupplier clock;
  private final long end;

  private Deadline(@Nullable LongSupplier clock, long end) {
    this.clock = clock;
    this.end = end;
  }

  /**
   * A deadline some time after a moment.
   *
   * @param start a value of {@link System#nanoTime}
   */
  public static Deadline after(long start, Duration time) {
    return new Deadline(System::nanoTime, start + time.toNanos());
  }

  /**
   * A deadline on another clock.
   *
   * @param clock tells nanoseconds
   * @param end what it tells at the deadline
   */
  static Deadline on(LongSupplier clock, long end) {
    return new Deadline(clock, end);
  }

  /** Whether there is one. */
  public boolean isSet() {
    return clock != null;
  }

  /** Whether there is one and it has passed. */
  public boolean passed() {
    return remaining() <= 0;
  }

  /** Nanoseconds left, 0 or less once it has passed; {@link Long#MAX_VALUE} without a deadline. */
  public long remaining() {
    return clock == null ? Long.MAX_VALUE : end - clock.getAsLong();
  }
}
