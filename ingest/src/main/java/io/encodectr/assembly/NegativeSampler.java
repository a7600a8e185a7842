package io.encodectr.assembly;

import io.encodectr.cluster.SeedStream;
import java.util.Arrays;

/**
 * Draws items that a user never interacted with. Every user has a random stream of its own, so that
 * what is drawn depends on the seed and the log alone. Not thread-safe.
 */
public final class NegativeSampler {
  private static final int TRIES = 64;

  private final Events events;
  private final Negatives negatives;
  private final long seed;
  private final int[] counts;
  private final int[] candidates;
  private final long[] cumulative;
  private final int[] excludedBy;
  private SeedStream random = new SeedStream(0);
  private int user = -1;

  /**
   * A sampler.
   *
   * @param items number of item codes
   */
  public NegativeSampler(Events events, KCore core, int items, Negatives negatives, long seed) {
    this.events = events;
    this.negatives = negatives;
    this.seed = seed;
    counts = new int[items];
    for (int u = 0; u < events.users(); u++) {
      if (core.user(u) >= 0) {
        long end = events.offsets().get(u + 1L);
        for (long e = events.offsets().get(u); e < end; e++) {
          counts[events.item().get(e)]++;
        }
      }
    }
    for (int i = 0; i < items; i++) {
      counts[i] = core.item(i) >= 0 ? counts[i] : 0;
    }
    candidates = java.util.stream.IntStream.range(0, items).filter(i -> counts[i] > 0).toArray();
    cumulative = new long[candidates.length];
    long sum = 0;
    for (int c = 0; c < candidates.length; c++) {
      sum += weight(candidates[c]);
      cumulative[c] = sum;
    }
    excludedBy = new int[items];
    Arrays.fill(excludedBy, -1);
  }

  /** Begins a user. */
  void user(int code) {
    user = code;
    random = new SeedStream(SeedStream.mix(seed, code));
    long end = events.offsets().get(code + 1L);
    for (long e = events.offsets().get(code); e < end; e++) {
      excludedBy[events.item().get(e)] = code;
    }
  }

  /**
   * Draws the negatives of one positive, all different.
   *
   * @param drawn gets the item codes
   * @return how many there are: fewer than wanted only if the user knows nearly all items
   */
  int draw(int[] drawn) {
    for (int n = 0; n < negatives.perPositive(); n++) {
      int item = draw(drawn, n);
      if (item < 0) {
        return n;
      }
      drawn[n] = item;
    }
    return negatives.perPositive();
  }

  private int draw(int[] drawn, int n) {
    for (int t = 0; t < TRIES; t++) {
      int item = negatives.popularity() ? popular() : candidates[random.below(candidates.length)];
      if (allowed(item, drawn, n)) {
        return item;
      }
    }
    return drawExactly(drawn, n);
  }

  private int popular() {
    long at = (long) (random.unit() * cumulative[cumulative.length - 1]);
    int found = Arrays.binarySearch(cumulative, at + 1);
    return candidates[Math.min(found < 0 ? -found - 1 : found, candidates.length - 1)];
  }

  /** Draws from the list of what is allowed, for users who know most items. */
  private int drawExactly(int[] drawn, int n) {
    long total = 0;
    for (int item : candidates) {
      total += allowed(item, drawn, n) ? weight(item) : 0;
    }
    if (total == 0) {
      return -1;
    }
    long rest = Math.min(total - 1, (long) (random.unit() * total));
    for (int item : candidates) {
      if (allowed(item, drawn, n)) {
        rest -= weight(item);
        if (rest < 0) {
          return item;
        }
      }
    }
    throw new IllegalStateException("weights changed while drawing");
  }

  private int weight(int item) {
    return negatives.popularity() ? counts[item] : 1;
  }

  private boolean allowed(int item, int[] drawn, int n) {
    if (excludedBy[item] == user) {
      return false;
    }
    for (int i = 0; i < n; i++) {
      if (drawn[i] == item) {
        return false;
      }
    }
    return true;
  }
}
