package io.encodectr.behavior.redis;

/**
 * What a log said of itself.
 *
 * @param log its identity
 * @param arrival number of the last event
 * @param received when it was last changed, in milliseconds since the epoch by its own time
 * @param keptFrom events before this time are let go of, in seconds since the epoch
 * @param clearedTo events before this time are deleted
 */
record LogFacts(String log, long arrival, long received, long keptFrom, long clearedTo) {
  /** These with what another answer of the same log says: numbers only grow. */
  LogFacts and(LogFacts other) {
    return new LogFacts(
        log,
        Math.max(arrival, other.arrival),
        Math.max(received, other.received),
        Math.max(keptFrom, other.keptFrom),
        Math.max(clearedTo, other.clearedTo));
  }
}
