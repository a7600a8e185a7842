package io.encodectr.http;

import io.encodectr.generation.InterestSource.UserList;
import io.encodectr.model.Model;
import io.encodectr.service.Deadline;
import io.encodectr.service.RequestShapes;
import io.encodectr.service.ScoreQuery;
import io.encodectr.service.ScoringPair;
import io.encodectr.service.ScoringService;
import io.encodectr.service.ServiceMetrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Answers requests of its own, from the bytes of a body to the bytes of an answer, so that the
 * first real ones find compiled what reads JSON, finds events, scores and writes. None of it is
 * counted.
 */
final class Rehearsal {
  private static final int[] CANDIDATES = {10, 100, 500, 1000};
  private static final long SEED = 1;

  private final ScoringService service;
  private final Random random = new Random(SEED);
  private int turn;

  Rehearsal(ScoringService service) {
    this.service = service;
  }

  /**
   * Answers each number of candidates at least once and goes on until the time is over.
   *
   * @return how many requests were answered
   */
  int run(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    try (ServiceMetrics uncounted = new ServiceMetrics()) {
      ScoringService alike =
          new ScoringService(
              service.pairs(),
              service.behaviors(),
              service.admission(),
              new RequestShapes(),
              uncounted,
              null);
      while (turn < CANDIDATES.length || System.nanoTime() < end) {
        byte[] body = service.pairs().read(this::body);
        ScoreQuery query = ScoreBody.read(body, body.length, Limits.DEFAULT);
        ScoreText.write(alike.score(query, Deadline.NONE), new JsonBytes(0));
        turn++;
      }
      return turn;
    }
  }

  private byte[] body(ScoringPair pair) {
    UserList listed = pair.scorer().generation().listed();
    Model model = pair.model();
    List<String> items = new ArrayList<>();
    for (int i = 0; i < CANDIDATES[turn % CANDIDATES.length]; i++) {
      items.add(
          allowed(model.items() == 0 ? "i" : model.itemIds().id(random.nextInt(model.items()))));
    }
    long users = listed.size();
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("user", allowed(users == 0 ? "u" : listed.id(random.nextLong(users))));
    body.put("items", items);
    return JsonText.bytes(body);
  }

  /** An id that no request may name is replaced by one that nobody has. */
  private static String allowed(String id) {
    return Utf8.length(id) <= Limits.DEFAULT.id() ? id : "longer";
  }
}
