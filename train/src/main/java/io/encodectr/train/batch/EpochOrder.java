package io.encodectr.train.batch;

import io.encodectr.cluster.SeedStream;
import java.util.Arrays;

/**
 * One epoch's batches: all groups once, packed in the order given until the next would go over the
 * batch size. It depends on the groups, the size and the seed only, so that a resumed epoch is the
 * same epoch.
 *
 * @param groups the groups in visiting order
 * @param start {@code [batches+1]}, first position in {@code groups} of each batch
 */
public record EpochOrder(int[] groups, int[] start) {

  /** Shuffles the groups by the seed and packs them. */
  public static EpochOrder shuffled(SampleGroups groups, int batchSize, long seed) {
    int[] order = identity(groups.count());
    SeedStream random = new SeedStream(seed);
    for (int i = order.length - 1; i > 0; i--) {
      int j = random.below(i + 1);
      int other = order[j];
      order[j] = order[i];
      order[i] = other;
    }
    return packed(groups, order, batchSize);
  }

  /** Packs the groups in their own order. */
  public static EpochOrder sequential(SampleGroups groups, int batchSize) {
    return packed(groups, identity(groups.count()), batchSize);
  }

  private static int[] identity(int count) {
    int[] order = new int[count];
    Arrays.setAll(order, i -> i);
    return order;
  }

  private static EpochOrder packed(SampleGroups groups, int[] order, int batchSize) {
    int[] start = new int[order.length + 1];
    int batches = 0;
    int size = batchSize;
    for (int i = 0; i < order.length; i++) {
      int added = groups.size(order[i]);
      if (size + added > batchSize) {
        start[batches++] = i;
        size = 0;
      }
      size += added;
    }
    start[batches] = order.length;
    return new EpochOrder(order, Arrays.copyOf(start, batches + 1));
  }

  /** Number of batches. */
  public int batches() {
    return start.length - 1;
  }
}
