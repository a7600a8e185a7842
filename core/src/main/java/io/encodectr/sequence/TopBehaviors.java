package io.encodectr.sequence;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The k behaviors of a history with the largest scores, of equal ones the more recent. Scores
 * belong to distinct items. One instance a thread.
 *
 * <p>Scores are counted in buckets of equal width between the least and the greatest, so that only
 * those in the bucket of the k-th are compared exactly: time is linear in the history, unless most
 * scores crowd into one bucket, where it is that of sorting.
 */
public final class TopBehaviors {
  private static final int BUCKETS = 1024;

  private final int k;
  private final int[] counts = new int[BUCKETS];
  private int[] ranks = {};
  private int[] chosen = {};
  private long[] exact = {};
  private int threshold;
  private int room;
  private int tied;

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
    bound(history, scores, history.distinct());
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
    bound(null, scores, count);
    int next = k;
    for (int t = count - 1; next > 0; t--) {
      if (ranks[t] > threshold || (ranks[t] == threshold && room-- > 0)) {
        positions[--next] = t;
      }
    }
    return k;
  }

  /** Ranks the scores, and finds the rank of the k-th. */
  private void bound(@Nullable IndexedHistory history, float[] scores, int n) {
    reserve(n);
    float least = Float.POSITIVE_INFINITY;
    float greatest = Float.NEGATIVE_INFINITY;
    for (int j = 0; j < n; j++) {
      least = scores[j] < least ? scores[j] : least;
      greatest = scores[j] > greatest ? scores[j] : greatest;
    }
    float scale = (BUCKETS - 1) / (greatest - least);
    // Equal or infinite scores have no scale: then all share one bucket.
    scale = scale > 0f && scale < Float.POSITIVE_INFINITY ? scale : 0f;
    for (int j = 0; j < n; j++) {
      // Rounds alike for all, so a greater score never has a lower rank; NaN has rank 0.
      ranks[j] = Math.min((int) ((scores[j] - least) * scale), BUCKETS - 1);
    }
    narrow(history, n);
    refine(history, n, scores);
  }

  /**
   * Selects by distance, the smaller the better.
   *
   * @param distances of the distinct items, each 0 to 1023
   */
  public int nearest(IndexedHistory history, int[] distances, int[] positions) {
    if (history.size() <= k) {
      return whole(history, positions);
    }
    int n = history.distinct();
    reserve(n);
    for (int j = 0; j < n; j++) {
      ranks[j] = BUCKETS - 1 - distances[j];
    }
    narrow(history, n);
    return collect(history, positions);
  }

  private void reserve(int n) {
    if (ranks.length < n) {
      ranks = new int[n + n / 2];
      chosen = new int[ranks.length];
      exact = new long[ranks.length];
    }
  }

  private static int whole(IndexedHistory history, int[] positions) {
    for (int p = 0; p < history.size(); p++) {
      positions[p] = p;
    }
    return history.size();
  }

  /** The rank at which room for k is used up, and the room that higher ranks leave there. */
  private void narrow(@Nullable IndexedHistory history, int n) {
    Arrays.fill(counts, 0);
    for (int j = 0; j < n; j++) {
      counts[ranks[j]] += history == null ? 1 : history.count(j);
    }
    room = k;
    threshold = BUCKETS - 1;
    while (counts[threshold] < room) {
      room -= counts[threshold--];
    }
    tied = counts[threshold];
  }

  /** Among items at the threshold, ranks those above the exact score up and those below down. */
  private void refine(@Nullable IndexedHistory history, int n, float[] scores) {
    int at = 0;
    for (int j = 0; j < n; j++) {
      chosen[at] = j;
      at += ranks[j] == threshold ? 1 : 0;
    }
    for (int i = 0; i < at; i++) {
      int j = chosen[i];
      exact[i] = ((long) ordered(scores[j]) << 32) | (history == null ? 1 : history.count(j));
    }
    Arrays.sort(exact, 0, at);
    int last = at - 1;
    int score = (int) (exact[last] >> 32);
    tied = (int) exact[last];
    while (tied < room) {
      int next = (int) (exact[--last] >> 32);
      if (next != score) {
        room -= tied;
        tied = 0;
        score = next;
      }
      tied += (int) exact[last];
    }
    while (--last >= 0 && (int) (exact[last] >> 32) == score) {
      tied += (int) exact[last];
    }
    for (int i = 0; i < at; i++) {
      int j = chosen[i];
      int own = ordered(scores[j]);
      ranks[j] = own > score ? BUCKETS : own < score ? -1 : threshold;
    }
  }

  /** A whole number ordered as the float is; −0 as 0, NaN below all. */
  private static int ordered(float score) {
    int bits = Float.floatToRawIntBits(score + 0f);
    return Float.isNaN(score) ? Integer.MIN_VALUE : bits ^ ((bits >> 31) & Integer.MAX_VALUE);
  }

  /** All behaviors above the threshold, and the most recent ones at it while there is room. */
  private int collect(IndexedHistory history, int[] positions) {
    int oldest = room < tied ? oldest(history) : 0;
    int items = 0;
    for (int j = 0; j < history.distinct(); j++) {
      chosen[items] = j;
      items += ranks[j] >= threshold ? 1 : 0;
    }
    int found = 0;
    for (int i = 0; i < items; i++) {
      int j = chosen[i];
      int least = ranks[j] > threshold ? 0 : oldest;
      for (int p = history.starts()[j]; p < history.starts()[j + 1]; p++) {
        if (history.times()[p] >= least) {
          positions[found++] = p;
        }
      }
    }
    return found;
  }

  /** Time of the least recent behavior at the threshold for which there is room. */
  private int oldest(IndexedHistory history) {
    int time = history.size();
    for (int left = room; left > 0; ) {
      left -= ranks[history.itemAt()[--time]] == threshold ? 1 : 0;
    }
    return time;
  }
}
