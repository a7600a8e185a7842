package io.encodectr.bench.growth;

import io.encodectr.file.Json;
import io.encodectr.scoring.ScoreContext;
import io.encodectr.scoring.Scorer;
import io.encodectr.scoring.UserEvents;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;

/** Answers requests on one thread and prints the median time of one. Arguments: model, store. */
public final class ScoreLoop {
  /** Of a request. */
  static final int CANDIDATES = 1000;

  private static final double WARM_UP_SECONDS = 3;
  private static final int REQUESTS = 500;

  private ScoreLoop() {}

  /** Measures; the result is a JSON object. */
  public static void main(String[] args) throws IOException {
    SplittableRandom random = new SplittableRandom(1);
    try (Scorer scorer = Scorer.open(Path.of(args[0]), Path.of(args[1]))) {
      long users = scorer.generation().users();
      int rows = scorer.model().items().table().rows();
      ScoreContext context = ScoreContext.at(scorer.generation().manifest().asOf());
      double[] micros = new double[REQUESTS];
      long begin = System.nanoTime();
      for (int i = 0; i < REQUESTS; ) {
        String user = scorer.generation().userId(random.nextLong(users));
        int[] candidates = random.ints(CANDIDATES, 0, rows).toArray();
        long start = System.nanoTime();
        scorer.logits(user, candidates, context, UserEvents.NONE);
        long end = System.nanoTime();
        if (start - begin > WARM_UP_SECONDS * 1e9) {
          micros[i++] = (end - start) * 1e-3;
        }
      }
      Arrays.sort(micros);
      System.out.println(
          Json.mapper().writeValueAsString(Map.of("micros", micros[micros.length / 2])));
    }
  }
}
