package io.encodectr.ingest;

import java.util.Arrays;

/**
 * The k-core: users and items with fewer than k interactions are left out, and again until all that
 * are left have k with each other. For k = 1 everything stays, items without interactions included.
 */
final class KCore {
  private final int[] newUser;
  private final int[] newItem;
  private final int users;
  private final int items;

  private KCore(boolean[] keepsUser, boolean[] keepsItem) {
    newUser = renumber(keepsUser);
    newItem = renumber(keepsItem);
    users = count(keepsUser);
    items = count(keepsItem);
  }

  /**
   * Finds the core.
   *
   * @param items number of item codes
   * @param k smallest number of interactions, at least 1
   */
  static KCore of(Events events, int items, int k) {
    boolean[] keepsUser = new boolean[events.users()];
    boolean[] keepsItem = new boolean[items];
    Arrays.fill(keepsUser, true);
    Arrays.fill(keepsItem, true);
    if (k > 1) {
      boolean changed = true;
      while (changed) {
        changed = shrink(events, keepsUser, keepsItem, k);
      }
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
  int users() {
    return users;
  }

  /** Number of items left. */
  int items() {
    return items;
  }

  /** Index of a user code in the dataset, or -1 if it is left out. */
  int user(int code) {
    return newUser[code];
  }

  /** Index of an item code in the dataset, or -1 if it is left out. */
  int item(int code) {
    return newItem[code];
  }
}
