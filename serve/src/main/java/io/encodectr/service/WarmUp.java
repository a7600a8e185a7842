package io.encodectr.service;

import io.encodectr.generation.InterestSource.UserList;
import io.encodectr.generation.InterestsUnavailable;
import io.encodectr.scoring.ScoreContext;
import io.encodectr.scoring.Scorer;
import io.encodectr.scoring.UserEvents;
import java.time.Duration;
import java.util.Map;
import java.util.Random;

/**
 * Scores a pair that is not in service yet, so that its first real request finds the kernels
 * compiled and the files in memory. Users are spread over the generation, candidates are random
 * items, and there are as many of them as real requests had.
 */
final class WarmUp {
  private static final long SEED = 1;

  private final Scorer scorer;
  private final UserList listed;
  private final int[] shapes;
  private final Random random = new Random(SEED);

  WarmUp(Scorer scorer, int[] shapes) {
    this.scorer = scorer;
    this.shapes = shapes;
    listed = scorer.generation().listed();
  }

  /**
   * Scores each shape at least once and goes on until the time is over.
   *
   * @return how many requests were scored
   * @throws io.encodectr.file.InputException if a stored user does not fit the model
   */
  int run(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    int requests = 0;
    while (requests < shapes.length || System.nanoTime() < end) {
      score(shapes[requests % shapes.length]);
      requests++;
    }
    return requests;
  }

  private void score(int candidates) {
    int items = scorer.model().items().table().rows();
    long users = listed.size();
    String user = users == 0 ? "" : listed.id((long) (random.nextDouble() * users));
    int[] rows = random.ints(candidates, 0, items).toArray();
    ScoreContext now = new ScoreContext(System.currentTimeMillis() / 1000, Map.of());
    try {
      scorer.logits(user, rows, now, UserEvents.NONE);
    } catch (InterestsUnavailable e) {
      scorer.logits(user, null, rows, now, UserEvents.NONE, () -> true);
    }
  }
}
