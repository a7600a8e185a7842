package io.encodectr.load;

import java.util.SplittableRandom;

/**
 * The times at which requests are to be sent: a Poisson process, as many independent people make
 * it. Gaps are exponential with mean 1/rate. Fixed by rate and seed alone, whatever the service
 * does. Not thread-safe.
 */
final class PoissonArrivals {
  private static final double NANOSECONDS = 1e9;

  private final SplittableRandom random;
  private final double meanGap;
  private double time;

  /**
   * @param rate mean number of arrivals a second, above 0
   */
  PoissonArrivals(double rate, long seed) {
    if (!(rate > 0)) {
      throw new IllegalArgumentException("rate " + rate);
    }
    random = new SplittableRandom(seed);
    meanGap = NANOSECONDS / rate;
  }

  /** Time of the next arrival, nanoseconds from the start; never before the last one. */
  long next() {
    time -= StrictMath.log(1 - random.nextDouble()) * meanGap;
    return (long) time;
  }
}
