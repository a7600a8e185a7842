package io.encodectr.bench.online;

import java.util.List;

/** Whether contenders that compute the same thing do. */
final class Agreement {
  private Agreement() {}

  /**
   * The largest difference of a contender's logits from the first one's, as a share of the logit
   * where that is above 1.
   *
   * @throws IllegalStateException if one is beyond {@code tolerance}
   */
  static double require(
      Contender first, Contender other, List<OnlineRequest> requests, double tolerance) {
    double largest = 0;
    for (OnlineRequest request : requests) {
      float[] expected = logits(first, request);
      float[] found = logits(other, request);
      for (int i = 0; i < expected.length; i++) {
        double difference = Math.abs(found[i] - expected[i]) / Math.max(1, Math.abs(expected[i]));
        if (!(difference <= tolerance)) {
          throw new IllegalStateException(
              "%s gives the logit %s where %s gives %s; times of different things say nothing"
                  .formatted(other.name(), found[i], first.name(), expected[i]));
        }
        largest = Math.max(largest, difference);
      }
    }
    return largest;
  }

  private static float[] logits(Contender contender, OnlineRequest request) {
    float[] logits = new float[request.candidates().length];
    contender.take(request);
    contender.score(logits);
    return logits;
  }
}
