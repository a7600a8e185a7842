package io.encodectr.generation;

import io.encodectr.dataset.IdDictionary;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Decides which events are joined to the histories: those at or after the end of the dataset's log
 * and before the as-of time, on items that the model knows, but none that had arrived when its user
 * was forgotten. Events come user by user. Not thread-safe.
 */
final class EventSelection {
  private final IdDictionary items;
  private final Tombstones tombstones;
  private final long logEnd;
  private final long asOf;
  private @Nullable String user;
  private long forgottenAt;
  private long joined;
  private long unknownItems;
  private long last = Long.MIN_VALUE;

  /**
   * A selection.
   *
   * @param asOf null: no limit
   */
  EventSelection(IdDictionary items, Tombstones tombstones, long logEnd, @Nullable Long asOf) {
    this.items = items;
    this.tombstones = tombstones;
    this.logEnd = logEnd;
    this.asOf = asOf == null ? Long.MAX_VALUE : asOf;
  }

  void take(String id, String item, long time, long received, JoinedEvents.Writer out)
      throws IOException {
    if (!id.equals(user)) {
      user = id;
      forgottenAt = tombstones.forgottenAt(id);
    }
    // A copy of the log that was made before a forgetting still holds what was forgotten.
    if (received <= forgottenAt || time < logEnd || time >= asOf) {
      return;
    }
    last = Math.max(last, time);
    int index = items.indexOf(item);
    if (index < 0) {
      unknownItems++;
    } else {
      joined++;
      out.add(id, index, time);
    }
  }

  long joined() {
    return joined;
  }

  /** Events that were left out because the model does not know the item. */
  long unknownItems() {
    return unknownItems;
  }

  /** The time of the last event that was joined or had an unknown item. */
  long last() {
    return last;
  }
}
