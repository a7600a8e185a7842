package io.encodectr.train.process;

/**
 * What a process spent on exchange with the others.
 *
 * @param sums number of float sums
 * @param bytes of those sums' values; a ring sends 2(N−1)/N times as many from each process
 * @param sumSeconds time in those sums
 * @param waitSeconds time in sums of a few doubles, which is time that other processes needed
 *     longer
 */
public record ExchangeCost(long sums, long bytes, double sumSeconds, double waitSeconds) {
  /** Nothing. */
  public static final ExchangeCost NONE = new ExchangeCost(0, 0, 0, 0);

  /** This and one more sum of floats. */
  public ExchangeCost plusSum(long moreBytes, double seconds) {
    return new ExchangeCost(sums + 1, bytes + moreBytes, sumSeconds + seconds, waitSeconds);
  }

  /** This without what was spent earlier. */
  public ExchangeCost minus(ExchangeCost earlier) {
    return new ExchangeCost(
        sums - earlier.sums,
        bytes - earlier.bytes,
        sumSeconds - earlier.sumSeconds,
        waitSeconds - earlier.waitSeconds);
  }

  /** This and that. */
  public ExchangeCost plus(ExchangeCost other) {
    return new ExchangeCost(
        sums + other.sums,
        bytes + other.bytes,
        sumSeconds + other.sumSeconds,
        waitSeconds + other.waitSeconds);
  }

  /** This and a wait. */
  public ExchangeCost plusWait(double seconds) {
    return new ExchangeCost(sums, bytes, sumSeconds, waitSeconds + seconds);
  }
}
