package io.encodectr.bench;

import io.encodectr.item.ItemCategories;
import io.encodectr.item.ItemTable;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Random items and histories whose popularity falls off as a shop's does. */
public final class Histories {
  /** d where nothing else is said. */
  public static final int DIMENSION = 32;

  /** m. */
  public static final int LOW_DIMENSION = 4;

  private static final int CATEGORIES = 20;

  private Histories() {}

  /** So many items of {@value #DIMENSION} components. */
  static ItemTable items(int rows, long seed) {
    return items(rows, DIMENSION, seed);
  }

  /** So many items of d components, tabulated, with codes and categories. */
  public static ItemTable items(int rows, int dimension, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    ItemTable items = new ItemTable(rows, dimension, LOW_DIMENSION, 64);
    float[] embeddings = items.embeddings();
    for (int i = 0; i < embeddings.length; i++) {
      embeddings[i] = (float) (random.nextDouble() - 0.5);
    }
    float[] projection = new float[dimension * LOW_DIMENSION];
    for (int i = 0; i < projection.length; i++) {
      projection[i] = (float) random.nextGaussian();
    }
    items.tabulate(projection, 0, rows);
    float[] planes = new float[dimension * 64];
    for (int i = 0; i < planes.length; i++) {
      planes[i] = (float) random.nextGaussian();
    }
    items.hash(planes, 0, rows);
    int[] codes = random.ints(rows, 0, CATEGORIES).toArray();
    items.categories(
        new ItemCategories(IntStream.rangeClosed(0, rows).toArray(), codes, CATEGORIES));
    return items;
  }

  /** {@code count} histories of {@code length} item rows each, one after another. */
  public static int[] histories(int rows, int count, int length, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int[] history = new int[count * length];
    for (int i = 0; i < history.length; i++) {
      history[i] = (int) (rows * Math.pow(random.nextDouble(), 3));
    }
    return history;
  }
}
