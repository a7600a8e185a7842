package io.encodectr.train.sequence;

import io.encodectr.item.ItemCategories;
import io.encodectr.item.ItemTable;
import io.encodectr.train.batch.Batch;
import java.util.Arrays;
import java.util.Random;

/**
 * A batch of one shard over random items: histories of the given lengths, items repeated, some with
 * the zero vector, some equal to one another; all with codes, most with categories.
 */
final class RandomBatch {
  static final int CODE_BITS = 64;

  final int items;
  final int d;
  final int m;
  final Batch batch;
  final ItemTable table;
  final float[] projection;
  final float[] outGradient;
  final float[] planes;

  RandomBatch(int items, int d, int m, int[] lengths, int mostTargets, long seed) {
    this.items = items;
    this.d = d;
    this.m = m;
    Random random = new Random(seed);
    projection = normal(random, d * m, 1f);
    table = new ItemTable(items, d, m, CODE_BITS);
    System.arraycopy(normal(random, items * d, 0.3f), 0, table.embeddings(), 0, items * d);
    Arrays.fill(table.embeddings(), 0, d, 0f);
    if (items > 3) {
      System.arraycopy(table.embeddings(), d, table.embeddings(), 2 * d, d);
    }
    table.tabulate(projection, 0, items);
    int groups = lengths.length;
    int[] historyStart = new int[groups + 1];
    int[] sampleStart = new int[groups + 1];
    long[] hashes = new long[groups];
    for (int g = 0; g < groups; g++) {
      historyStart[g + 1] = historyStart[g] + lengths[g];
      sampleStart[g + 1] = sampleStart[g] + 1 + random.nextInt(mostTargets);
      hashes[g] = random.nextLong();
    }
    int samples = sampleStart[groups];
    int[] histories = draw(random, historyStart[groups], items);
    int[] targets = draw(random, samples, items);
    targets[0] = 0;
    int[] all = new int[items];
    Arrays.setAll(all, i -> i);
    batch =
        new Batch(
            all,
            histories,
            historyStart,
            new int[groups],
            hashes,
            sampleStart,
            new int[samples],
            targets,
            new float[samples],
            new int[] {0, groups});
    outGradient = normal(random, samples * d, 1f);
    planes = normal(random, d * CODE_BITS, 1f);
    table.hash(planes, 0, items);
    table.categories(categories(random));
  }

  /** None for every sixth item, else one or two of seven. */
  private ItemCategories categories(Random random) {
    int[] start = new int[items + 1];
    int[] codes = new int[2 * items];
    for (int i = 0; i < items; i++) {
      start[i + 1] = start[i] + (i % 6 == 4 ? 0 : 1 + random.nextInt(2));
      for (int c = start[i]; c < start[i + 1]; c++) {
        codes[c] = random.nextInt(7);
      }
    }
    return new ItemCategories(start, codes, 7);
  }

  private static int[] draw(Random random, int count, int items) {
    int[] drawn = new int[count];
    for (int i = 0; i < count; i++) {
      // Half of the draws come from a fifth of the items, so that items repeat.
      int bound = random.nextBoolean() ? items : Math.max(1, items / 5);
      drawn[i] = random.nextInt(bound);
    }
    return drawn;
  }

  static float[] normal(Random random, int count, float deviation) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (deviation * random.nextGaussian());
    }
    return values;
  }

  /** What a module wrote for every sample, {@code [samples × d]}. */
  float[] forward(TrainableSequence module) {
    float[] out = new float[batch.size() * d];
    module.begin();
    for (int g = 0; g < batch.groups(); g++) {
      module.forward(table, batch, g, out, batch.sampleStart()[g] * d, d);
    }
    return out;
  }

  /** The gradient a module gives back. */
  ItemGradient backward(TrainableSequence module) {
    ItemGradient gradient = new ItemGradient(d);
    gradient.begin(items);
    for (int g = 0; g < batch.groups(); g++) {
      module.backward(table, batch, g, outGradient, batch.sampleStart()[g] * d, d, gradient);
    }
    return gradient;
  }
}
