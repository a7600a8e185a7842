package io.encodectr.train.batch;

import io.encodectr.dataset.Behaviors;
import io.encodectr.dataset.Dataset;
import io.encodectr.dataset.Samples;

/**
 * The row of the id embedding table that each item uses. Row 0 is shared by the items that training
 * saw fewer than {@code minCount} times, as a target of a training sample or as a behavior before
 * one; every other item has a row of its own, in the order of item indices.
 *
 * <p>With a minimum count of 2 or more the rare items of the training period train row 0, and items
 * that first appear later find it trained. With 1 it stays as it was drawn.
 *
 * @param rowOf row of each item {@code [items]}
 * @param rows number of rows, row 0 included
 */
public record ItemRows(int[] rowOf, int rows) {

  /** Counts occurrences in the training samples of a split and gives out the rows. */
  public static ItemRows of(Dataset dataset, int[] training, int minCount) {
    int[] counts = occurrences(dataset, training);
    int rows = 1;
    for (int item = 0; item < counts.length; item++) {
      counts[item] = counts[item] >= minCount ? rows++ : 0;
    }
    return new ItemRows(counts, rows);
  }

  private static int[] occurrences(Dataset dataset, int[] training) {
    int[] counts = new int[dataset.items()];
    int[] seen = new int[dataset.users()];
    Samples samples = dataset.train();
    for (int s : training) {
      counts[samples.target(s)]++;
      seen[samples.user(s)] = Math.max(seen[samples.user(s)], samples.historyEnd(s));
    }
    Behaviors behaviors = dataset.behaviors();
    int[] items = new int[0];
    for (int user = 0; user < seen.length; user++) {
      if (items.length < seen[user]) {
        items = new int[seen[user] * 2];
      }
      behaviors.items(user, 0, seen[user], items, 0);
      for (int i = 0; i < seen[user]; i++) {
        counts[items[i]]++;
      }
    }
    return counts;
  }
}
