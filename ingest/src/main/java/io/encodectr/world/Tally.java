package io.encodectr.world;

/**
 * Counts of the events, and what an oracle that knows the true probabilities would reach on all
 * samples. The counts are by millionths of probability, so that the AUC is exact (ties count one
 * half). Not thread-safe.
 */
final class Tally {
  private static final int MILLION = 1_000_000;

  private final long[] positives = new long[MILLION + 1];
  private final long[] negatives = new long[MILLION + 1];
  private long rows;
  private long exposures;
  private long clicks;

  void add(EventChunk chunk) {
    rows += chunk.rows();
    exposures += chunk.exposures();
    clicks += chunk.clicks();
    for (int i = 0; i < chunk.exposures(); i++) {
      int outcome = chunk.outcome(i);
      ((outcome & 1) == 1 ? positives : negatives)[outcome >>> 1]++;
    }
  }

  long rows() {
    return rows;
  }

  long exposures() {
    return exposures;
  }

  long clicks() {
    return clicks;
  }

  /** Behaviors of before the sample period. */
  long history() {
    return rows - exposures;
  }

  /** Mean true probability of a click. */
  double meanProbability() {
    double sum = 0;
    for (int p = 0; p <= MILLION; p++) {
      sum += (double) p * (positives[p] + negatives[p]);
    }
    return sum / MILLION / exposures;
  }

  /** AUC of the true probabilities; NaN where all samples have the same label. */
  double oracleAuc() {
    double pairs = 0;
    long below = 0;
    for (int p = 0; p <= MILLION; p++) {
      pairs += positives[p] * (below + negatives[p] / 2.0);
      below += negatives[p];
    }
    return pairs / ((double) clicks * (exposures - clicks));
  }

  /** Log loss of the true probabilities. */
  double oracleLogLoss() {
    double sum = 0;
    for (int p = 1; p < MILLION; p++) {
      double probability = p / (double) MILLION;
      if (positives[p] > 0) {
        sum -= positives[p] * StrictMath.log(probability);
      }
      if (negatives[p] > 0) {
        sum -= negatives[p] * StrictMath.log(1 - probability);
      }
    }
    return sum / exposures;
  }
}
