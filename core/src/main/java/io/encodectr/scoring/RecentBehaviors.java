package io.encodectr.scoring;

import io.encodectr.dataset.IdDictionary;
import io.encodectr.generation.UserInterests;
import org.jspecify.annotations.Nullable;

/**
 * A user's real-time behaviors at scoring time: the last ones of those that the generation stores
 * and those that happened since, in the order of their times. Of equal times the stored ones come
 * first, else the order given stays. One instance a thread; takes no memory per user.
 */
final class RecentBehaviors {
  private final IdDictionary items;
  private final int[] rows;
  private final long[] times;
  private int count;

  /**
   * Buffers.
   *
   * @param items the model's items, whose indices are item rows
   * @param limit how many behaviors are kept, the model's recent length
   */
  RecentBehaviors(IdDictionary items, int limit) {
    this.items = items;
    rows = new int[limit];
    times = new long[limit];
  }

  /**
   * Merges. Events on items that the model does not know are left out: in training every behavior's
   * item had an index, so nothing was learned that could stand for them.
   *
   * @param stored what the generation holds of the user; null for nothing
   */
  void merge(@Nullable UserInterests stored, UserEvents events) {
    int at = rows.length;
    int s = stored == null ? -1 : stored.recentItems().length - 1;
    int e = events.count() - 1;
    while (at > 0 && (s >= 0 || e >= 0)) {
      if (stored != null && s >= 0 && (e < 0 || stored.recentTimes()[s] > events.times()[e])) {
        at--;
        rows[at] = stored.recentItems()[s];
        times[at] = stored.recentTimes()[s--];
      } else {
        int row = items.indexOf(events.items().get(e));
        if (row >= 0) {
          at--;
          rows[at] = row;
          times[at] = events.times()[e];
        }
        e--;
      }
    }
    count = rows.length - at;
    System.arraycopy(rows, at, rows, 0, count);
    System.arraycopy(times, at, times, 0, count);
  }

  /** How many there are, at most the limit. */
  int count() {
    return count;
  }

  /** Their item rows, oldest first; the first {@link #count} entries hold. */
  int[] rows() {
    return rows;
  }

  /** Their times in seconds since the epoch; the first {@link #count} entries hold. */
  long[] times() {
    return times;
  }
}
