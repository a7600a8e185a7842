package io.encodectr.sequence;

import io.encodectr.item.ItemCategories;
import io.encodectr.item.ItemTable;
import java.util.Arrays;

/**
 * SIM's hard search: the k most recent behaviors that share a category with the target, S_t = top-k
 * by time of {i : categories(i) ∩ categories(t) ≠ ∅}. A target without categories is matched by its
 * item instead, and so is every target where items have no categories at all.
 *
 * <p>A history is indexed once, by category, each category's behaviors from the most recent back.
 */
public final class CategoryRetrieval implements Retrieval {
  private final int limit;
  private ItemCategories categories = ItemCategories.NONE;
  private IndexedHistory history = new IndexedHistory();
  // Entry e says that the behavior at times[e] has a category, whose next older entry is older[e].
  private int[] latest = {};
  private int[] times = {};
  private int[] older = {};
  private int[] used = {};
  private int entries;
  private int[] heads = {};

  /** Of at most {@code limit} behaviors, k. */
  public CategoryRetrieval(int limit) {
    this.limit = limit;
  }

  @Override
  public int limit() {
    return limit;
  }

  @Override
  public void history(ItemTable items, IndexedHistory taken) {
    forget();
    history = taken;
    categories = items.categories();
    if (latest.length < categories.vocabulary()) {
      latest = new int[categories.vocabulary()];
      Arrays.fill(latest, -1);
    }
    if (!categories.isPresent()) {
      return;
    }
    for (int time = 0; time < taken.size(); time++) {
      int row = taken.items()[taken.itemAt()[time]];
      int to = categories.start()[row + 1];
      for (int c = categories.start()[row]; c < to; c++) {
        add(time, categories.codes()[c]);
      }
    }
  }

  private void add(int time, int category) {
    int entry = entries++;
    if (times.length == entry) {
      int capacity = Math.max(1 << 10, 2 * entry);
      times = Arrays.copyOf(times, capacity);
      older = Arrays.copyOf(older, capacity);
      used = Arrays.copyOf(used, capacity);
    }
    times[entry] = time;
    older[entry] = latest[category];
    used[entry] = category;
    latest[category] = entry;
  }

  private void forget() {
    for (int e = 0; e < entries; e++) {
      latest[used[e]] = -1;
    }
    entries = 0;
  }

  @Override
  public int retrieve(ItemTable items, int target, int[] positions) {
    int from = categories.isPresent() ? categories.start()[target] : 0;
    int count = categories.isPresent() ? categories.start()[target + 1] - from : 0;
    if (count == 0) {
      return sameItem(target, positions);
    }
    if (heads.length < count) {
      heads = new int[count];
    }
    for (int c = 0; c < count; c++) {
      heads[c] = latest[categories.codes()[from + c]];
    }
    int found = 0;
    for (int time = next(count); time >= 0 && found < limit; time = next(count)) {
      positions[found++] = history.positions()[time];
    }
    Arrays.sort(positions, 0, found);
    return found;
  }

  /** The most recent behavior of the lists that begin at the heads, which move past it; or −1. */
  private int next(int count) {
    int time = -1;
    for (int c = 0; c < count; c++) {
      time = heads[c] < 0 ? time : Math.max(time, times[heads[c]]);
    }
    for (int c = 0; c < count; c++) {
      while (heads[c] >= 0 && times[heads[c]] == time) {
        heads[c] = older[heads[c]];
      }
    }
    return time;
  }

  private int sameItem(int target, int[] positions) {
    int j = Arrays.binarySearch(history.items(), 0, history.distinct(), target);
    if (j < 0) {
      return 0;
    }
    int end = history.starts()[j + 1];
    int found = Math.min(limit, history.count(j));
    for (int i = 0; i < found; i++) {
      positions[i] = end - found + i;
    }
    return found;
  }
}
