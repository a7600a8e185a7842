package io.encodectr.train.batch;

import io.encodectr.dataset.Behaviors;
import io.encodectr.dataset.Dataset;
import io.encodectr.dataset.Samples;
import java.util.Arrays;

/**
 * Builds batches from groups of a dataset's training samples: copies histories, numbers the items
 * within the batch, and cuts the batch into a fixed number of shards of about equal work. One
 * instance a thread.
 */
public final class BatchBuilder {
  /** Work of a sample beside its history, in behaviors: tower and recent attention. */
  private static final int SAMPLE_WORK = 100;

  private final Dataset dataset;
  private final Samples samples;
  private final Behaviors behaviors;
  private final SampleGroups groups;
  private final int longest;
  private final int shards;
  private final long[] present;
  private final int[] batchItem;

  /**
   * A builder.
   *
   * @param longest behaviors of a history to copy, the most recent ones; 0 for all
   * @param shards number of shards of each batch
   */
  public BatchBuilder(Dataset dataset, SampleGroups groups, int longest, int shards) {
    this.dataset = dataset;
    this.samples = dataset.train();
    this.behaviors = dataset.behaviors();
    this.groups = groups;
    this.longest = longest == 0 ? Integer.MAX_VALUE : longest;
    this.shards = shards;
    present = new long[(dataset.items() + 63) >>> 6];
    batchItem = new int[dataset.items()];
  }

  /** The batch at a position of an epoch. */
  public Batch build(EpochOrder order, int batch) {
    int from = order.start()[batch];
    int count = order.start()[batch + 1] - from;
    int[] historyStart = new int[count + 1];
    int[] sampleStart = new int[count + 1];
    int[] users = new int[count];
    long[] hashes = new long[count];
    for (int g = 0; g < count; g++) {
      int group = order.groups()[from + g];
      int sample = groups.samples()[groups.start()[group]];
      users[g] = samples.user(sample);
      hashes[g] = dataset.userIds().hash(users[g]);
      historyStart[g + 1] =
          Math.addExact(historyStart[g], Math.min(longest, samples.historyEnd(sample)));
      sampleStart[g + 1] = sampleStart[g] + groups.size(group);
    }
    int[] chosen = new int[sampleStart[count]];
    int[] histories = new int[historyStart[count]];
    for (int g = 0; g < count; g++) {
      int group = order.groups()[from + g];
      System.arraycopy(
          groups.samples(), groups.start()[group], chosen, sampleStart[g], groups.size(group));
      int length = historyStart[g + 1] - historyStart[g];
      int end = samples.historyEnd(chosen[sampleStart[g]]);
      behaviors.items(users[g], end - length, length, histories, historyStart[g]);
    }
    int[] targets = new int[chosen.length];
    float[] labels = new float[chosen.length];
    for (int i = 0; i < chosen.length; i++) {
      targets[i] = samples.target(chosen[i]);
      labels[i] = samples.label(chosen[i]);
    }
    int[] items = renumber(histories, targets);
    return new Batch(
        items,
        histories,
        historyStart,
        users,
        hashes,
        sampleStart,
        chosen,
        targets,
        labels,
        shardStart(historyStart, sampleStart));
  }

  /** Replaces dataset items by batch items; returns the dataset items, ascending. */
  private int[] renumber(int[] histories, int[] targets) {
    mark(histories);
    mark(targets);
    int count = 0;
    for (long word : present) {
      count += Long.bitCount(word);
    }
    int[] items = new int[count];
    int next = 0;
    for (int w = 0; w < present.length; w++) {
      for (long word = present[w]; word != 0; word &= word - 1) {
        int item = (w << 6) + Long.numberOfTrailingZeros(word);
        batchItem[item] = next;
        items[next++] = item;
      }
    }
    Arrays.fill(present, 0);
    replace(histories);
    replace(targets);
    return items;
  }

  private void mark(int[] items) {
    for (int item : items) {
      present[item >>> 6] |= 1L << item;
    }
  }

  private void replace(int[] items) {
    for (int i = 0; i < items.length; i++) {
      items[i] = batchItem[items[i]];
    }
  }

  /** Groups stay whole; a shard ends where its part of the batch's work is reached. */
  private int[] shardStart(int[] historyStart, int[] sampleStart) {
    int count = historyStart.length - 1;
    long total = work(historyStart, sampleStart, count);
    int[] start = new int[shards + 1];
    int group = 0;
    for (int s = 1; s <= shards; s++) {
      while (group < count
          && 2 * work(historyStart, sampleStart, group)
                  + work(historyStart, sampleStart, group + 1)
                  - work(historyStart, sampleStart, group)
              <= 2 * total * s / shards) {
        group++;
      }
      start[s] = group;
    }
    start[shards] = count;
    return start;
  }

  private static long work(int[] historyStart, int[] sampleStart, int groups) {
    return historyStart[groups] + (long) SAMPLE_WORK * sampleStart[groups];
  }
}
