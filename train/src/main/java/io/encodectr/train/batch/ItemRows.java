package io.encodectr.train.batch;

import io.encodectr.dataset.Behaviors;
import io.encodectr.dataset.Dataset;
import io.encodectr.dataset.Samples;
import java.util.Arrays;

/**
 * The row of the id embedding table that each item uses. Row 0 is shared by the items of fewer than
 * {@code minCount} distinct events that training reads, as a training sample's target or as a
 * behavior in the part of its history that the method looks at; every other item has a row of its
 * own, in the order of item indices. What training still leaves as it was drawn, {@link #reached}
 * takes out.
 *
 * <p>With a minimum count of 2 or more the rare items of the training period train row 0, and items
 * that first appear later find it trained. With 1 it stays as it was drawn.
 *
 * @param rowOf row of each item {@code [items]}
 * @param rows number of rows, row 0 included
 */
public record ItemRows(int[] rowOf, int rows) {

  /**
   * Counts events and gives out the rows.
   *
   * @param training training samples, ascending
   * @param longest behaviors of a history that the method looks at, the latest ones; 0 for all
   */
  public static ItemRows of(Dataset dataset, int[] training, int longest, int minCount) {
    int[] counts = new Counter(dataset, longest == 0 ? Integer.MAX_VALUE : longest).count(training);
    int rows = 1;
    for (int item = 0; item < counts.length; item++) {
      counts[item] = counts[item] >= minCount ? rows++ : 0;
    }
    return new ItemRows(counts, rows);
  }

  /**
   * The rows of items once a model is trained: a row that no gradient reached stays as it was
   * drawn, as retrieval methods may leave it, and its item uses row 0 instead.
   *
   * @param second Adam's second moments of the id table, {@code [rows × width]}
   */
  public int[] reached(float[] second, int width) {
    int[] reached = rowOf.clone();
    for (int item = 0; item < reached.length; item++) {
      boolean any = false;
      for (int c = reached[item] * width; c < (reached[item] + 1) * width; c++) {
        any |= second[c] != 0f;
      }
      reached[item] = any ? reached[item] : 0;
    }
    return reached;
  }

  /** Counts each item's distinct events, user by user. */
  private static final class Counter {
    private final Samples samples;
    private final Behaviors behaviors;
    private final int longest;
    private final int[] counts;
    private boolean[] read = {};

    Counter(Dataset dataset, int longest) {
      samples = dataset.train();
      behaviors = dataset.behaviors();
      this.longest = longest;
      counts = new int[dataset.items()];
    }

    int[] count(int[] training) {
      int start = 0;
      for (int i = 1; i <= training.length; i++) {
        if (i == training.length || samples.user(training[i]) != samples.user(training[start])) {
          countUser(training, start, i);
          start = i;
        }
      }
      return counts;
    }

    private void countUser(int[] training, int from, int to) {
      int user = samples.user(training[from]);
      int length = behaviors.length(user);
      if (read.length < length) {
        read = new boolean[length * 2];
      }
      Arrays.fill(read, 0, length, false);
      int done = 0;
      for (int i = from; i < to; i++) {
        int end = samples.historyEnd(training[i]);
        for (int b = Math.max(done, end - longest); b < end; b++) {
          read[b] = true;
          counts[behaviors.item(user, b)]++;
        }
        done = Math.max(done, end);
      }
      for (int i = from; i < to; i++) {
        if (!countedAsBehavior(training[i], user, length)) {
          counts[samples.target(training[i])]++;
        }
      }
    }

    /** Whether a sample is a behavior as well, and one that a later sample's history has. */
    private boolean countedAsBehavior(int sample, int user, int length) {
      long time = samples.time(sample);
      for (int b = samples.historyEnd(sample); b < length && behaviors.time(user, b) == time; b++) {
        if (behaviors.item(user, b) == samples.target(sample)) {
          return read[b];
        }
      }
      return false;
    }
  }
}
