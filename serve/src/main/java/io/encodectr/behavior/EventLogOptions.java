package io.encodectr.behavior;

import java.time.InstantSource;

/**
 * Choices of an {@link EventLog}.
 *
 * @param futureSeconds how far ahead of the log's clock an event may be
 * @param memoryBytes about how much memory outside the heap the log takes: half for blocks read,
 *     half for what is not yet in files
 * @param clock tells the time
 */
public record EventLogOptions(long futureSeconds, long memoryBytes, InstantSource clock) {
  /** 5 minutes, 64 MiB, the system's clock. */
  public static final EventLogOptions DEFAULT =
      new EventLogOptions(300, 64L << 20, InstantSource.system());

  /** Checks the numbers. */
  public EventLogOptions {
    if (futureSeconds < 0 || memoryBytes < 1 << 20) {
      throw new IllegalArgumentException(
          "futureSeconds %d, memoryBytes %d".formatted(futureSeconds, memoryBytes));
    }
  }
}
