package io.encodectr.world;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * A stream of random numbers for one purpose and one subject (a user, the catalog), independent of
 * every other stream, so that users may be simulated in any order by any number of threads.
 *
 * <p>Only {@link StrictMath} is used: the same seed gives the same bits on every platform. Not
 * thread-safe.
 */
final class RandomStream {
  /** What a stream is for; streams of different purposes never overlap. */
  enum Purpose {
    CATALOG(1),
    POPULATION(2),
    ACTIVITY(3),
    SHOPPER(4),
    CALIBRATION(5);

    private final long salt;

    Purpose(long salt) {
      this.salt = salt;
    }
  }

  private final SplittableRandom random;
  private double spareGaussian = Double.NaN;

  RandomStream(long seed, Purpose purpose, long subject) {
    long key = mix(seed + 0x9E3779B97F4A7C15L);
    key = mix(key ^ purpose.salt * 0xD1B54A32D192ED03L);
    this.random = new SplittableRandom(mix(key ^ (subject + 1) * 0x8CB92BA72F3D8DD7L));
  }

  /** The finalizer of splitmix64 (variant 13 of Stafford). */
  private static long mix(long value) {
    long z = value;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** Uniform in [0, 1). */
  double uniform() {
    return (random.nextLong() >>> 11) * 0x1.0p-53;
  }

  /** Uniform in [low, high). */
  double uniform(double low, double high) {
    return low + (high - low) * uniform();
  }

  /** Uniform in 0..bound-1. */
  int below(int bound) {
    return random.nextInt(bound);
  }

  /** Uniform in low..high, both included. */
  int between(int low, int high) {
    return low + random.nextInt(high - low + 1);
  }

  boolean chance(double probability) {
    return uniform() < probability;
  }

  /** Standard normal, by the polar method. */
  double gaussian() {
    if (!Double.isNaN(spareGaussian)) {
      double value = spareGaussian;
      spareGaussian = Double.NaN;
      return value;
    }
    double x;
    double y;
    double square;
    do {
      x = 2 * uniform() - 1;
      y = 2 * uniform() - 1;
      square = x * x + y * y;
    } while (square >= 1 || square == 0);
    double scale = StrictMath.sqrt(-2 * StrictMath.log(square) / square);
    spareGaussian = y * scale;
    return x * scale;
  }

  /** Exponential with the given mean. */
  double exponential(double mean) {
    return -mean * StrictMath.log(1 - uniform());
  }

  /** Number of trials up to the first success, at least 1, with the given mean (≥ 1). */
  int geometric(double mean) {
    if (mean <= 1) {
      return 1;
    }
    return 1 + (int) (StrictMath.log(1 - uniform()) / StrictMath.log(1 - 1 / mean));
  }

  /** Gamma with scale 1 (Marsaglia and Tsang). */
  double gamma(double shape) {
    if (shape < 1) {
      return gamma(shape + 1) * StrictMath.pow(1 - uniform(), 1 / shape);
    }
    double d = shape - 1.0 / 3;
    double c = 1 / StrictMath.sqrt(9 * d);
    while (true) {
      double x = gaussian();
      double v = 1 + c * x;
      if (v <= 0) {
        continue;
      }
      v = v * v * v;
      if (StrictMath.log(1 - uniform()) < 0.5 * x * x + d - d * v + d * StrictMath.log(v)) {
        return d * v;
      }
    }
  }

  /** Symmetric Dirichlet of {@code count} parts. */
  double[] dirichlet(int count, double concentration) {
    double[] parts = new double[count];
    double sum = 0;
    for (int i = 0; i < count; i++) {
      parts[i] = gamma(concentration);
      sum += parts[i];
    }
    for (int i = 0; i < count; i++) {
      parts[i] /= sum;
    }
    return parts;
  }

  /** A random direction: a unit vector of the given dimension. */
  double[] direction(int dimension) {
    double[] vector = new double[dimension];
    double square = 0;
    for (int i = 0; i < dimension; i++) {
      vector[i] = gaussian();
      square += vector[i] * vector[i];
    }
    double scale = 1 / StrictMath.sqrt(square);
    for (int i = 0; i < dimension; i++) {
      vector[i] *= scale;
    }
    return vector;
  }

  /** Index drawn in proportion to the weights whose running sums are given (the last one > 0). */
  int pick(double[] runningSums, int count) {
    double mark = uniform() * runningSums[count - 1];
    int index = Arrays.binarySearch(runningSums, 0, count, mark);
    index = index < 0 ? -index - 1 : index + 1;
    return Math.min(index, count - 1);
  }

  /** Shuffles in place (Fisher-Yates). */
  void shuffle(int[] values) {
    for (int i = values.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swap = values[i];
      values[i] = values[j];
      values[j] = swap;
    }
  }
}
