package io.encodectr.behavior.redis;

/**
 * What a log said of itself. Times are in seconds since the epoch but for {@code received}.
 *
 * @param log its identity
 * @param arrival number of the last event
 * @param received when it was last changed, in milliseconds by its own time
 * @param keptFrom events before this time are let go of
 * @param completeFrom events before this time were lost, where they had arrived
 * @param clearedTo events before this time are deleted
 */
record LogFacts(
    String log, long arrival, long received, long keptFrom, long completeFrom, long clearedTo) {
  /** From when on the log has all events. */
  long from() {
    return Math.max(keptFrom, completeFrom);
  }

  /** These with what another answer of the same log says: numbers only grow. */
  LogFacts and(LogFacts other) {
    return new LogFacts(
        log,
        Math.max(arrival, other.arrival),
        Math.max(received, other.received),
        Math.max(keptFrom, other.keptFrom),
        Math.max(completeFrom, other.completeFrom),
        Math.max(clearedTo, other.clearedTo));
  }
}
