package io.encodectr.dataset;

import io.encodectr.file.Damage;
import io.encodectr.file.IntColumn;
import io.encodectr.file.LongColumn;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;

/**
 * All users' behaviors, each user's in the order of their times, ties in the order of the logs.
 * Memory-mapped, read-only, thread-safe.
 */
public final class Behaviors {
  private final LongColumn offsets;
  private final IntColumn items;
  private final LongColumn times;
  private final int users;

  private Behaviors(LongColumn offsets, IntColumn items, LongColumn times) {
    this.offsets = offsets;
    this.items = items;
    this.times = times;
    users = (int) (offsets.size() - 1);
  }

  static Behaviors map(Path folder, DatasetInfo info, Arena arena) throws IOException {
    Path path = folder.resolve("offsets.npy");
    LongColumn offsets = LongColumn.map(path, arena);
    IntColumn items = IntColumn.map(folder.resolve("item.npy"), arena);
    LongColumn times = LongColumn.map(folder.resolve("time.npy"), arena);
    Offsets.requireSize(path, offsets.size(), info.users() + 1L);
    Offsets.requireSize(folder.resolve("item.npy"), items.size(), info.behaviors());
    Offsets.requireSize(folder.resolve("time.npy"), times.size(), info.behaviors());
    Offsets.check(path, offsets, info.behaviors());
    return new Behaviors(offsets, items, times);
  }

  /** N, the number of behaviors of all users. */
  public long size() {
    return items.size();
  }

  /** U, the number of users. */
  public int users() {
    return users;
  }

  /**
   * Number of a user's behaviors.
   *
   * @param user 0..U-1
   */
  public int length(int user) {
    return (int) (offsets.get(user + 1L) - offsets.get(user));
  }

  /**
   * Item of a user's behavior i.
   *
   * @param i 0..length-1, the oldest first
   */
  public int item(int user, int i) {
    return items.get(at(user, i, 1));
  }

  /** Time of a user's behavior i, seconds since the epoch. */
  public long time(int user, int i) {
    return times.get(at(user, i, 1));
  }

  /** Copies the items of behaviors [from, from + count) to {@code to[offset…]}. */
  public void items(int user, int from, int count, int[] to, int offset) {
    items.copy(at(user, from, count), to, offset, count);
  }

  /** Copies the times of behaviors [from, from + count) to {@code to[offset…]}. */
  public void times(int user, int from, int count, long[] to, int offset) {
    times.copy(at(user, from, count), to, offset, count);
  }

  /** Number of a user's behaviors strictly before a time. */
  public int countBefore(int user, long time) {
    long start = offsets.get(user);
    long low = start;
    long high = offsets.get(user + 1L);
    while (low < high) {
      long middle = (low + high) >>> 1;
      if (times.get(middle) < time) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return (int) (low - start);
  }

  private long at(int user, int from, int count) {
    long start = offsets.get(user);
    long length = offsets.get(user + 1L) - start;
    if (from < 0 || count < 0 || (long) from + count > length) {
      throw new IndexOutOfBoundsException(
          "behaviors " + from + " + " + count + " of the " + length + " of user " + user);
    }
    return start + from;
  }

  /**
   * Checks that every item is in 0..itemCount-1.
   *
   * @param folder for the error
   * @throws io.encodectr.file.InputException at the first that is not
   */
  void checkItems(Path folder, int itemCount) {
    for (long n = 0; n < items.size(); n++) {
      if (items.get(n) < 0 || items.get(n) >= itemCount) {
        throw Damage.of(folder.resolve("item.npy"), "behavior " + n + " is item " + items.get(n));
      }
    }
  }

  /**
   * Checks every item and that each user's times ascend.
   *
   * @param folder for the error
   * @throws io.encodectr.file.InputException at the first behavior that is wrong
   */
  void check(Path folder, int itemCount) {
    checkItems(folder, itemCount);
    for (int user = 0; user < users; user++) {
      for (long n = offsets.get(user) + 1; n < offsets.get(user + 1L); n++) {
        if (times.get(n) < times.get(n - 1)) {
          throw Damage.of(
              folder.resolve("time.npy"), "behavior " + n + " is before behavior " + (n - 1));
        }
      }
    }
  }
}
