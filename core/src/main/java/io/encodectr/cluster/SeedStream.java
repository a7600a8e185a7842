package io.encodectr.cluster;

/**
 * SplitMix64: a seeded stream of numbers that is the same in every language and release, as
 * k-means++ must be wherever a user's interests are recomputed. Not thread-safe.
 */
public final class SeedStream {
  private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;
  private long state;

  /** A stream for the seed. */
  public SeedStream(long seed) {
    state = seed;
  }

  /** Mixes two seeds into one. */
  public static long mix(long a, long b) {
    return scramble(scramble(a + GOLDEN_GAMMA) ^ b);
  }

  /** The next 64 bits. */
  public long next() {
    state += GOLDEN_GAMMA;
    return scramble(state);
  }

  /** A number in [0, 1). */
  public double unit() {
    return (next() >>> 11) * 0x1p-53;
  }

  /** A whole number in [0, bound). */
  public int below(int bound) {
    return (int) Math.multiplyHigh(next() >>> 1, (long) bound << 1);
  }

  private static long scramble(long z) {
    long x = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    x = (x ^ (x >>> 27)) * 0x94d049bb133111ebL;
    return x ^ (x >>> 31);
  }
}
