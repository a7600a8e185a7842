package io.encodectr.world;

/**
 * The items a user comes across when she follows an interest: those of its style, drawn with weight
 * {@code popularity^0.6 · κ(i)}. In a large catalog it is a random {@value #CAPACITY} of them.
 * Immutable; thread-safe.
 */
final class Shelf {
  private static final int CAPACITY = 256;
  private static final double LEAST = 1e-9;

  private final int[] items;
  private final double[] sums;

  Shelf(Catalog catalog, Interest interest, RandomStream random) {
    items = some(catalog.itemsOfStyle(interest.style()), random);
    double[] weights = new double[items.length];
    for (int i = 0; i < items.length; i++) {
      weights[i] = catalog.visibility(items[i]) * (interest.affinity(catalog, items[i]) + LEAST);
    }
    sums = Catalog.runningSums(weights);
  }

  /** Up to the capacity of the items, without repetition. */
  private static int[] some(int[] all, RandomStream random) {
    if (all.length <= CAPACITY) {
      return all;
    }
    int[] pool = all.clone();
    int[] drawn = new int[CAPACITY];
    for (int i = 0; i < CAPACITY; i++) {
      int j = random.between(i, pool.length - 1);
      drawn[i] = pool[j];
      pool[j] = pool[i];
    }
    return drawn;
  }

  boolean isEmpty() {
    return items.length == 0;
  }

  /** An item of the shelf, drawn by weight. */
  int draw(RandomStream random) {
    return items[random.pick(sums, items.length)];
  }
}
