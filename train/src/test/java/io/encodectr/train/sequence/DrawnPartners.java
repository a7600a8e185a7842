package io.encodectr.train.sequence;

import io.encodectr.cluster.SeedStream;
import io.encodectr.item.ItemTable;
import io.encodectr.train.batch.Batch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The draws that {@link PartnerSampling} documents, made the plain way: lists of candidates from
 * which the drawn ones are removed.
 *
 * @param anchors item row of each anchor
 * @param each partners of each anchor
 * @param partners item rows, {@code [anchors × each]}
 */
public record DrawnPartners(int[] anchors, int each, int[] partners) {

  /** Draws for one group; no anchors where the loss has too few partners. */
  public static DrawnPartners of(
      String loss, String sampling, ItemTable items, Batch batch, int group, long stepSeed) {
    int wanted =
        switch (loss) {
          case "none" -> 0;
          case "mse" -> 1;
          case "n-pair" -> 6;
          default -> 2;
        };
    int least = loss.equals("mse") ? 1 : 2;
    int[] histories = batch.histories();
    int[] positions =
        IntStream.range(batch.historyStart()[group], batch.historyStart()[group + 1])
            .filter(p -> items.inverseLowNorms()[histories[p]] != 0f)
            .toArray();
    int[] anchors = Arrays.stream(positions).map(p -> histories[p]).toArray();
    if (sampling.equals("sequence")) {
      Arrays.sort(anchors);
    }
    int candidates = sampling.equals("batch") ? histories.length : anchors.length;
    int each = Math.min(wanted, candidates - 1);
    if (anchors.length < 2 || each < least) {
      return new DrawnPartners(new int[0], 0, new int[0]);
    }
    SeedStream random = new SeedStream(SeedStream.mix(stepSeed, batch.userHashes()[group]));
    int[] partners = new int[anchors.length * each];
    for (int i = 0; i < anchors.length; i++) {
      List<Integer> drawn =
          sampling.equals("neighbors")
              ? neighbors(i, anchors.length, each, random)
              : others(sampling.equals("batch") ? positions[i] : i, candidates, each, random);
      for (int q = 0; q < each; q++) {
        int number = drawn.get(q);
        partners[i * each + q] = sampling.equals("batch") ? histories[number] : anchors[number];
      }
    }
    return new DrawnPartners(anchors, each, partners);
  }

  private static List<Integer> neighbors(int i, int count, int each, SeedStream random) {
    int lowest = i - each / 2;
    if (each % 2 == 1) {
      lowest -= random.below(2);
    }
    while (lowest < 0) {
      lowest++;
    }
    while (lowest + each > count - 1) {
      lowest--;
    }
    List<Integer> window = new ArrayList<>();
    for (int j = lowest; j <= lowest + each; j++) {
      if (j != i) {
        window.add(j);
      }
    }
    return window;
  }

  private static List<Integer> others(int i, int count, int each, SeedStream random) {
    List<Integer> others = new ArrayList<>();
    for (int o = 0; o < count; o++) {
      if (o != i) {
        others.add(o);
      }
    }
    List<Integer> drawn = new ArrayList<>();
    long bits = 0;
    for (int q = 0; q < each; q++) {
      if (q % 2 == 0) {
        bits = random.next();
      }
      long half = q % 2 == 0 ? bits >>> 32 : bits & 0xffffffffL;
      drawn.add(others.remove((int) ((half * others.size()) >>> 32)));
    }
    return drawn;
  }
}
