package io.encodectr.assembly;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The k-core: users and items with fewer than k interactions are left out, and again until all that
 * are left have k with each other. For k = 1 everything stays, items without interactions included.
 */
public final class KCore {
  private final int @Nullable [] newUser;
  private final int @Nullable [] newItem;
  private final int users;
  private final int items;

  private KCore(int users, int items) {
    newUser = null;
    newItem = null;
    this.users = users;
    this.items = items;
  }

  private KCore(boolean[] keepsUser, boolean[] keepsItem) {
    newUser = renumber(keepsUser);
    newItem = renumber(keepsItem);
    users = count(keepsUser);
    items = count(keepsItem);
  }

  /** The core for k = 1: all users and items. */
  public static KCore all(int users, int items) {
    return new KCore(users, items);
  }

  /**
   * Finds the core among the events of all users.
   *
   * @param items number of item codes
   * @param k smallest number of interactions, at least 1
   */
  public static KCore of(Events events, int items, int k) {
    if (k <= 1) {
      return all(events.users(), items);
    }
    boolean[] keepsUser = new boolean[events.users()];
    boolean[] keepsItem = new boolean[items];
    Arrays.fill(keepsUser, true);
    Arrays.fill(keepsItem, true);
    boolean changed = true;
    while (changed) {
      changed = shrink(events, keepsUser, keepsItem, k);
    }
    return new KCore(keepsUser, keepsItem);
  }

  private static boolean shrink(Events events, boolean[] keepsUser, boolean[] keepsItem, int k) {
    int[] itemCounts = new int[keepsItem.length];
    int[] userCounts = new int[keepsUser.length];
    for (int u = 0; u < keepsUser.length; u++) {
      if (keepsUser[u]) {
        long end = events.offsets().get(u + 1L);
        for (long e = events.offsets().get(u); e < end; e++) {
          int item = events.item().get(e);
          if (keepsItem[item]) {
            itemCounts[item]++;
            userCounts[u]++;
          }
        }
      }
    }
    boolean users = drop(keepsUser, userCounts, k);
    return drop(keepsItem, itemCounts, k) || users;
  }

  private static boolean drop(boolean[] keeps, int[] counts, int k) {
    boolean changed = false;
    for (int i = 0; i < keeps.length; i++) {
      if (keeps[i] && counts[i] < k) {
        keeps[i] = false;
        changed = true;
      }
    }
    return changed;
  }

  private static int[] renumber(boolean[] keeps) {
    int[] numbers = new int[keeps.length];
    int next = 0;
    for (int i = 0; i < keeps.length; i++) {
      numbers[i] = keeps[i] ? next++ : -1;
    }
    return numbers;
  }

  private static int count(boolean[] keeps) {
    int count = 0;
    for (boolean kept : keeps) {
      count += kept ? 1 : 0;
    }
    return count;
  }

  /** Number of users left. */
  public int users() {
    return users;
  }

  /** Number of items left. */
  public int items() {
    return items;
  }

  /** Index of a user code in the dataset, or -1 if it is left out. */
  public int user(int code) {
    return newUser == null ? code : newUser[code];
  }

  /** Index of an item code in the dataset, or -1 if it is left out. */
  public int item(int code) {
    return newItem == null ? code : newItem[code];
  }
}
