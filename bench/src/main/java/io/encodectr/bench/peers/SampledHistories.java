package io.encodectr.bench.peers;

import io.encodectr.dataset.Dataset;
import io.encodectr.dataset.Samples;
import io.encodectr.file.InputException;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Samples to train on, each with a history of its own: what any program is given to learn from.
 *
 * @param items how many there are
 * @param histories items of each sample's history, oldest first
 * @param targets item of each sample
 * @param labels 0 or 1
 */
record SampledHistories(int items, int[][] histories, int[] targets, int[] labels) {
  /** Shorter histories have no triplets. */
  private static final int SHORTEST = 5;

  private static final int MEDIAN = 150;
  private static final int MEAN_BEFORE_CUTTING = 300;

  /** Number of samples. */
  int size() {
    return targets.length;
  }

  /** Behaviors of a history, on average. */
  double meanLength() {
    return Arrays.stream(histories).mapToInt(history -> history.length).average().orElse(0);
  }

  /**
   * Histories of log-normal length, of 5 to {@code longest} behaviors, median {@value #MEDIAN};
   * with a longest of 1,500 they have 270 on average.
   */
  static SampledHistories logNormal(int count, int items, int longest, long seed) {
    double deviation = Math.sqrt(2 * Math.log((double) MEAN_BEFORE_CUTTING / MEDIAN));
    SplittableRandom random = new SplittableRandom(seed);
    int[] lengths = new int[count];
    Arrays.setAll(
        lengths,
        i ->
            Math.clamp(
                Math.round(MEDIAN * Math.exp(deviation * random.nextGaussian())),
                SHORTEST,
                longest));
    return drawn(lengths, items, random);
  }

  /** Histories of one length. */
  static SampledHistories fixed(int count, int items, int length, long seed) {
    int[] lengths = new int[count];
    Arrays.fill(lengths, length);
    return drawn(lengths, items, new SplittableRandom(seed));
  }

  private static SampledHistories drawn(int[] lengths, int items, SplittableRandom random) {
    int[][] histories = new int[lengths.length][];
    for (int i = 0; i < lengths.length; i++) {
      histories[i] = new int[lengths[i]];
      Arrays.setAll(histories[i], p -> popular(items, random));
    }
    int[] targets = new int[lengths.length];
    int[] labels = new int[lengths.length];
    Arrays.setAll(targets, i -> popular(items, random));
    Arrays.setAll(labels, i -> random.nextInt(2));
    return new SampledHistories(items, histories, targets, labels);
  }

  private static int popular(int items, SplittableRandom random) {
    return (int) (items * Math.pow(random.nextDouble(), 3));
  }

  /**
   * A dataset's training samples, drawn at random, with the latest behaviors of their histories.
   * Columns are left out: ids alone are what all programs are given.
   *
   * @throws InputException if there are not so many samples of at least 5 behaviors
   */
  static SampledHistories of(Dataset dataset, int count, int longest, long seed) {
    Samples samples = dataset.train();
    SplittableRandom random = new SplittableRandom(seed);
    int[][] histories = new int[count][];
    int[] targets = new int[count];
    int[] labels = new int[count];
    int found = 0;
    for (int attempt = 0; found < count; attempt++) {
      if (attempt == 1000 * count || samples.size() == 0) {
        throw new InputException(
            dataset.path() + " has too few training samples with " + SHORTEST + " behaviors");
      }
      int sample = random.nextInt(samples.size());
      int end = samples.historyEnd(sample);
      if (end >= SHORTEST) {
        int length = Math.min(longest, end);
        histories[found] = new int[length];
        dataset.behaviors().items(samples.user(sample), end - length, length, histories[found], 0);
        targets[found] = samples.target(sample);
        labels[found++] = samples.label(sample);
      }
    }
    return new SampledHistories(dataset.items(), histories, targets, labels);
  }
}
