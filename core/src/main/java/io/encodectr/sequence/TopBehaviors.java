package io.encodectr.sequence;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The k behaviors of a history with the largest scores, of equal ones the more recent, in time
 * linear in the history. Scores belong to distinct items, or to each behavior. One instance a
 * thread.
 */
public final class TopBehaviors {
  private static final int DIGITS = 2048;

  private final int k;
  private final int[] counts = new int[DIGITS];
  private int[] keys = {};
  private int[] candidates = {};
  private int threshold;
  private int room;

  /** Of at most k behaviors. */
  public TopBehaviors(int k) {
    this.k = k;
  }

  /** k. */
  public int limit() {
    return k;
  }

  /**
   * Selects by score, NaN being the worst of all.
   *
   * @param scores of the distinct items; −0 and 0 are equal
   * @param positions receives the positions, ascending
   * @return how many: k, or the whole history if it is shorter
   */
  public int largest(IndexedHistory history, float[] scores, int[] positions) {
    if (history.size() <= k) {
      return whole(history, positions);
    }
    order(scores, history.distinct());
    bound(history, history.distinct());
    return collect(history, positions);
  }

  /**
   * Selects by a score of each behavior, NaN being the worst of all.
   *
   * @param scores {@code [count]}, oldest behavior first
   * @param positions receives the behaviors' times, ascending
   * @return how many: k, or the whole history if it is shorter
   */
  public int largest(float[] scores, int count, int[] positions) {
    if (count <= k) {
      for (int t = 0; t < count; t++) {
        positions[t] = t;
      }
      return count;
    }
    order(scores, count);
    bound(null, count);
    int next = k;
    for (int t = count - 1; next > 0; t--) {
      if (keys[t] > threshold || (keys[t] == threshold && room-- > 0)) {
        positions[--next] = t;
      }
    }
    return k;
  }

  private void order(float[] scores, int n) {
    reserve(n);
    for (int j = 0; j < n; j++) {
      int bits = Float.floatToRawIntBits(scores[j] + 0f);
      // Ordered as the floats are: of negative ones all other bits are turned.
      int ordered = bits ^ ((bits >> 31) & Integer.MAX_VALUE);
      keys[j] = Float.isNaN(scores[j]) ? Integer.MIN_VALUE : ordered;
      candidates[j] = j;
    }
  }

  /** The k-th largest key, and how many of those equal to it there is room for. */
  private void bound(@Nullable IndexedHistory history, int n) {
    room = k;
    int high = narrow(history, n, 21, 1024);
    int found = keep(n, 21, high, 1024);
    int middle = narrow(history, found, 10, 0);
    found = keep(found, 10, middle, 0);
    threshold = (high - 1024) << 21 | middle << 10;
    threshold |= narrow(history, found, 0, 0);
  }

  /**
   * Selects by distance, the smaller the better.
   *
   * @param distances of the distinct items, each 0 to 2047
   */
  public int nearest(IndexedHistory history, int[] distances, int[] positions) {
    if (history.size() <= k) {
      return whole(history, positions);
    }
    int n = history.distinct();
    reserve(n);
    Arrays.fill(counts, 0);
    for (int j = 0; j < n; j++) {
      keys[j] = -distances[j];
      counts[distances[j]] += history.count(j);
    }
    room = k;
    int distance = 0;
    while (counts[distance] < room) {
      room -= counts[distance++];
    }
    threshold = -distance;
    return collect(history, positions);
  }

  private void reserve(int n) {
    if (keys.length < n) {
      keys = new int[n + n / 2];
      candidates = new int[keys.length];
    }
  }

  private static int whole(IndexedHistory history, int[] positions) {
    for (int p = 0; p < history.size(); p++) {
      positions[p] = p;
    }
    return history.size();
  }

  private static int digit(int key, int shift, int bias) {
    return ((key >> shift) + bias) & (DIGITS - 1);
  }

  /** The digit at which the room left is used up; takes away the room of all greater ones. */
  private int narrow(@Nullable IndexedHistory history, int n, int shift, int bias) {
    int mask = shift == 0 ? 1023 : DIGITS - 1;
    Arrays.fill(counts, 0);
    for (int i = 0; i < n; i++) {
      int j = candidates[i];
      counts[digit(keys[j], shift, bias) & mask] += history == null ? 1 : history.count(j);
    }
    int digit = mask;
    while (counts[digit] < room) {
      room -= counts[digit--];
    }
    return digit;
  }

  /** Keeps the candidates with that digit; returns how many there are. */
  private int keep(int n, int shift, int digit, int bias) {
    int kept = 0;
    for (int i = 0; i < n; i++) {
      int j = candidates[i];
      candidates[kept] = j;
      kept += digit(keys[j], shift, bias) == digit ? 1 : 0;
    }
    return kept;
  }

  /** All behaviors above the threshold, and the most recent ones at it while there is room. */
  private int collect(IndexedHistory history, int[] positions) {
    int oldest = history.size();
    for (int left = room; left > 0; ) {
      left -= keys[history.itemAt()[--oldest]] == threshold ? 1 : 0;
    }
    int found = 0;
    for (int j = 0; j < history.distinct(); j++) {
      if (keys[j] >= threshold) {
        int least = keys[j] > threshold ? 0 : oldest;
        for (int p = history.starts()[j]; p < history.starts()[j + 1]; p++) {
          if (history.times()[p] >= least) {
            positions[found++] = p;
          }
        }
      }
    }
    return found;
  }
}
