package io.encodectr.behavior;

import io.encodectr.file.InputException;
import java.time.InstantSource;
import java.util.List;

/**
 * Choices of an {@link EventLog}.
 *
 * @param futureSeconds how far ahead of the log's clock an event may be
 * @param memoryBytes about how much memory outside the heap a log in a folder takes: half for
 *     blocks read, half for what is not yet in files
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

  /**
   * Checks the times of events.
   *
   * @throws InputException if one is too far ahead of the clock
   */
  public void requireNotAhead(List<Event> events) {
    long latest = clock.millis() / 1000 + futureSeconds;
    for (int i = 0; i < events.size(); i++) {
      if (events.get(i).time() > latest) {
        throw new InputException(
            "event %d: time %d is more than %d s ahead of the server's clock (%d); give seconds since 1970, and check the sender's clock"
                .formatted(i, events.get(i).time(), futureSeconds, latest - futureSeconds));
      }
    }
  }
}
