package io.encodectr.generation;

import io.encodectr.dataset.StringList;
import io.encodectr.file.IntColumn;
import io.encodectr.file.LongColumn;
import io.encodectr.file.NpyWriter;
import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;

/**
 * The events that an extraction joins to the histories, as columns in its work folder: {@code
 * users.*} (a list of ids), {@code offsets.npy}, {@code item.npy} (indices of the model), {@code
 * time.npy}. Users are in the order of their ids' bytes, a user's events in that of their times.
 * Memory-mapped, read-only, thread-safe.
 */
final class JoinedEvents {
  private static final String USERS = "users";
  private static final String OFFSETS = "offsets.npy";
  private static final String ITEMS = "item.npy";
  private static final String TIMES = "time.npy";

  private final StringList users;
  private final LongColumn offsets;
  private final IntColumn items;
  private final LongColumn times;

  private JoinedEvents(StringList users, LongColumn offsets, IntColumn items, LongColumn times) {
    this.users = users;
    this.offsets = offsets;
    this.items = items;
    this.times = times;
  }

  static JoinedEvents map(Path folder, Arena arena) throws IOException {
    return new JoinedEvents(
        StringList.map(folder, USERS, arena),
        LongColumn.map(folder.resolve(OFFSETS), arena),
        IntColumn.map(folder.resolve(ITEMS), arena),
        LongColumn.map(folder.resolve(TIMES), arena));
  }

  int users() {
    return users.size();
  }

  String user(int row) {
    return users.get(row);
  }

  int count(int row) {
    return (int) (offsets.get(row + 1L) - offsets.get(row));
  }

  /** Copies the items of a user's events [from, from + count). */
  void items(int row, int from, int count, int[] to, int offset) {
    items.copy(offsets.get(row) + from, to, offset, count);
  }

  /** Copies the times of a user's events [from, from + count). */
  void times(int row, int from, int count, long[] to, int offset) {
    times.copy(offsets.get(row) + from, to, offset, count);
  }

  /** Writes events in their order. Not thread-safe. */
  static final class Writer implements Closeable {
    private final StringList.Writer users;
    private final NpyWriter offsets;
    private final NpyWriter items;
    private final NpyWriter times;
    private String last = "";

    Writer(Path folder) throws IOException {
      users = new StringList.Writer(folder, USERS);
      offsets = NpyWriter.int64(folder.resolve(OFFSETS));
      items = NpyWriter.int32(folder.resolve(ITEMS));
      times = NpyWriter.int64(folder.resolve(TIMES));
      offsets.put(0L);
    }

    void add(String user, int item, long time) throws IOException {
      if (items.count() == 0 || !user.equals(last)) {
        endUser();
        users.add(user);
        last = user;
      }
      items.put(item);
      times.put(time);
    }

    private void endUser() throws IOException {
      if (items.count() > 0) {
        offsets.put(items.count());
      }
    }

    @Override
    public void close() throws IOException {
      try (users;
          offsets;
          items;
          times) {
        endUser();
      }
    }
  }
}
