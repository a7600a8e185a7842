package io.encodectr.train.sequence;

import io.encodectr.cluster.SeedStream;
import io.encodectr.file.InputException;
import io.encodectr.item.ItemTable;
import io.encodectr.train.batch.Batch;

/**
 * Where an anchor's partners are drawn from (Table 5). What is drawn depends on the seed, the user
 * and the batch, never on the thread or the shard. Immutable and thread-safe.
 */
public enum PartnerSampling {
  /**
   * "Within Neighbors": the behaviors before and after the anchor in time; at the ends of a
   * history, and where more partners are wanted, the next nearest. A single partner is the one
   * before or the one after by a coin.
   */
  NEIGHBORS("neighbors") {
    @Override
    public void draw(
        ItemTable items, Batch batch, int group, int wanted, SeedStream random, Partners out) {
      inTime(items, batch, group, out);
      int count = out.size();
      int each = Math.min(wanted, count - 1);
      out.anchors(each);
      for (int i = 0; i < count; i++) {
        int before = each / 2 + (each % 2 == 0 ? 0 : random.below(2));
        int start = Math.clamp((long) i - before, 0, count - 1 - each);
        for (int q = 0; q < each; q++) {
          int number = start + q;
          out.partner(i, q, number < i ? number : number + 1);
        }
      }
    }
  },
  /**
   * "Within Sequence": other behaviors of the anchor's history, none twice. The order of clicks
   * decides nothing.
   */
  SEQUENCE("sequence") {
    @Override
    public void draw(
        ItemTable items, Batch batch, int group, int wanted, SeedStream random, Partners out) {
      int count = out.size();
      int each = Math.min(wanted, count - 1);
      out.anchors(each);
      int[] taken = new int[each + 1];
      int[] drawn = new int[each];
      for (int i = 0; i < count; i++) {
        others(i, count, random, taken, drawn);
        for (int q = 0; q < each; q++) {
          out.partner(i, q, drawn[q]);
        }
      }
    }
  },
  /**
   * "Within Batch": other behaviors of any history in the batch, none twice. One without a
   * direction may be drawn; it has cosine 0 with all and receives no gradient.
   */
  BATCH("batch") {
    @Override
    public void draw(
        ItemTable items, Batch batch, int group, int wanted, SeedStream random, Partners out) {
      int[] histories = batch.histories();
      inTime(items, batch, group, out);
      int each = Math.min(wanted, histories.length - 1);
      out.anchors(each);
      int[] taken = new int[each + 1];
      int[] drawn = new int[each];
      int i = 0;
      for (int p = batch.historyStart()[group]; p < batch.historyStart()[group + 1]; p++) {
        if (items.inverseLowNorms()[histories[p]] != 0f) {
          others(p, histories.length, random, taken, drawn);
          for (int q = 0; q < each; q++) {
            out.partner(i, q, out.add(histories[drawn[q]]));
          }
          i++;
        }
      }
    }
  };

  private final String label;

  PartnerSampling(String label) {
    this.label = label;
  }

  /**
   * By its name among the training options.
   *
   * @throws InputException for another name
   */
  public static PartnerSampling named(String name) {
    for (PartnerSampling sampling : values()) {
      if (sampling.label.equals(name)) {
        return sampling;
      }
    }
    throw new InputException("there is no sampling " + name);
  }

  /**
   * Draws partners for the behaviors of a history.
   *
   * @param group the history's group in the batch
   * @param wanted partners an anchor, if there are so many
   * @param out holds the history's behaviors that have a direction, at least two, in ascending
   *     order of item; may be given another order
   */
  public abstract void draw(
      ItemTable items, Batch batch, int group, int wanted, SeedStream random, Partners out);

  /** The history's behaviors that have a direction, oldest first. */
  private static void inTime(ItemTable items, Batch batch, int group, Partners out) {
    out.begin();
    for (int p = batch.historyStart()[group]; p < batch.historyStart()[group + 1]; p++) {
      int row = batch.histories()[p];
      if (items.inverseLowNorms()[row] != 0f) {
        out.add(row);
      }
    }
  }

  /**
   * Draws different numbers below {@code count} other than i, uniformly. The upper 32 bits of a
   * random number give the first one, the lower bits the second, and so on: bits·left/2³² counts
   * among those left, in ascending order.
   */
  private static void others(int i, int count, SeedStream random, int[] taken, int[] drawn) {
    taken[0] = i;
    long bits = 0;
    for (int q = 0; q < drawn.length; q++) {
      bits = q % 2 == 0 ? random.next() : bits << 32;
      int number = (int) (((bits >>> 32) * (count - 1 - q)) >>> 32);
      int at = 0;
      while (at <= q && number >= taken[at]) {
        number++;
        at++;
      }
      drawn[q] = number;
      System.arraycopy(taken, at, taken, at + 1, q + 1 - at);
      taken[at] = number;
    }
  }
}
