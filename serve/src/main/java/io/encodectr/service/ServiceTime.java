package io.encodectr.service;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How long one kind of work usually takes: a mean in which the last ones count most. Kinds are kept
 * apart, since they differ a thousandfold. Thread-safe.
 */
public final class ServiceTime {
  /** Over about so many the mean is taken. */
  private static final int MEMORY = 32;

  /** One that took this many times the usual counts no more than that. */
  private static final int ODD = 8;

  private final AtomicLong mean = new AtomicLong();

  /** Nanoseconds; 0 as long as nothing is known. */
  long nanos() {
    return mean.get();
  }

  void add(long nanos) {
    mean.updateAndGet(before ->
        before == 0
            ? Math.max(1, nanos)
            : before + (Math.min(nanos, ODD * before) - before) / MEMORY);
  }
}
