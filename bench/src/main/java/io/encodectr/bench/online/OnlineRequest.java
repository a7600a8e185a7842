package io.encodectr.bench.online;

import io.encodectr.dataset.Behaviors;
import io.encodectr.dataset.Dataset;
import io.encodectr.dataset.Samples;
import io.encodectr.file.InputException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A user's history and candidates to score.
 *
 * @param sample whose user and context it has
 * @param history item rows, oldest first
 * @param candidates item rows
 */
record OnlineRequest(int sample, int[] history, long userHash, int[] candidates) {
  /**
   * Requests of the test samples' users with the longest histories. Histories are cut to their last
   * {@code length} behaviors; shorter ones begin with behaviors of other users. Candidates are
   * targets of test samples, drawn at random: items as popular as they are there.
   *
   * @throws InputException if there are no test samples, or too few behaviors
   */
  static List<OnlineRequest> draw(
      Dataset dataset, int count, int length, int candidates, long seed) {
    Samples samples = dataset.test();
    if (samples.size() == 0 || dataset.behaviors().size() < length) {
      throw new InputException(
          dataset.path() + " needs test samples and " + length + " behaviors for this benchmark");
    }
    Random random = new Random(seed);
    Set<Integer> users = new HashSet<>();
    List<OnlineRequest> requests = new ArrayList<>();
    int[] longestFirst =
        IntStream.range(0, samples.size())
            .boxed()
            .sorted((a, b) -> Integer.compare(samples.historyEnd(b), samples.historyEnd(a)))
            .filter(sample -> users.add(samples.user(sample)))
            .limit(count)
            .mapToInt(Integer::intValue)
            .toArray();
    for (int sample : longestFirst) {
      int[] targets = random.ints(candidates, 0, samples.size()).map(samples::target).toArray();
      int user = samples.user(sample);
      requests.add(
          new OnlineRequest(
              sample,
              history(dataset.behaviors(), user, samples.historyEnd(sample), length),
              dataset.userIds().hash(user),
              targets));
    }
    return requests;
  }

  private static int[] history(Behaviors behaviors, int user, int known, int length) {
    int[] rows = new int[length];
    int open = length;
    for (int other = user; open > 0; other = (other + 1) % behaviors.users()) {
      int end = other == user ? known : behaviors.length(other);
      int taken = Math.min(open, end);
      open -= taken;
      behaviors.items(other, end - taken, taken, rows, open);
    }
    return rows;
  }
}
