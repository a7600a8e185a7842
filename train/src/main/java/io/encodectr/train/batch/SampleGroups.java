package io.encodectr.train.batch;

import io.encodectr.dataset.Samples;
import java.util.Arrays;

/**
 * Samples to visit, cut into groups of the same user and history, each at most a given size.
 *
 * @param samples indices among the dataset's training samples, in the dataset's order
 * @param start {@code [groups+1]}, first position in {@code samples} of each group
 */
public record SampleGroups(int[] samples, int[] start) {

  /** Groups consecutive samples; a longer run is cut into pieces of {@code largest}. */
  public static SampleGroups of(Samples source, int[] samples, int largest) {
    int[] start = new int[samples.length + 1];
    int groups = 0;
    for (int i = 0; i < samples.length; i++) {
      boolean continues =
          i > 0
              && i - start[groups - 1] < largest
              && source.user(samples[i]) == source.user(samples[i - 1])
              && source.historyEnd(samples[i]) == source.historyEnd(samples[i - 1]);
      if (!continues) {
        start[groups++] = i;
      }
    }
    start[groups] = samples.length;
    return new SampleGroups(samples, Arrays.copyOf(start, groups + 1));
  }

  /** Number of groups. */
  public int count() {
    return start.length - 1;
  }

  /** Number of samples of a group. */
  public int size(int group) {
    return start[group + 1] - start[group];
  }
}
