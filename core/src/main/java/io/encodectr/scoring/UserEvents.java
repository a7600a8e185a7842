package io.encodectr.scoring;

import java.util.List;

/**
 * What a user did that the generation does not represent, oldest first: the real-time behaviors
 * that a score adds to the stored ones. Immutable if nobody writes to {@code times}.
 *
 * @param items ids of the items; the model may not know them
 * @param times of the behaviors in seconds since the epoch, ascending, one an item
 * @param forgotten whether the user was forgotten after the generation was made: whatever it holds
 *     of them is not to be read
 */
@SuppressWarnings("ArrayRecordComponent") // Read by position; never compared.
public record UserEvents(List<String> items, long[] times, boolean forgotten) {
  /** Nothing happened since. */
  public static final UserEvents NONE = new UserEvents(List.of(), new long[0], false);

  /**
   * Copies the items.
   *
   * @throws IllegalArgumentException unless each item has its time and the times ascend
   */
  public UserEvents {
    items = List.copyOf(items);
    if (items.size() != times.length) {
      throw new IllegalArgumentException(items.size() + " items, " + times.length + " times");
    }
    for (int i = 1; i < times.length; i++) {
      if (times[i] < times[i - 1]) {
        throw new IllegalArgumentException(
            "event %d happened at %d, before the event in front of it (%d)"
                .formatted(i, times[i], times[i - 1]));
      }
    }
  }

  /** How many behaviors there are. */
  public int count() {
    return times.length;
  }
}
