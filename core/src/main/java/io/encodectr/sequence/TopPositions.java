package io.encodectr.sequence;

/**
 * The positions of the k largest of some scores, in ascending order of position; of equal scores
 * the later position counts as the larger. NaN counts as the least of all. One instance a thread.
 */
final class TopPositions {
  private final int most;
  private final int[] positions;
  private float[] work = {};

  /** At most {@code most} positions, at least 1. */
  TopPositions(int most) {
    this.most = most;
    positions = new int[most];
  }

  /** The positions; the first so many as {@link #select} said. */
  int[] positions() {
    return positions;
  }

  /**
   * Selects.
   *
   * @return how many: min(k, count)
   */
  int select(float[] scores, int from, int count) {
    if (count <= most) {
      for (int i = 0; i < count; i++) {
        positions[i] = i;
      }
      return count;
    }
    if (work.length < count) {
      work = new float[count + count / 2];
    }
    for (int i = 0; i < count; i++) {
      work[i] = ordered(scores[from + i]);
    }
    float edge = kthLargest(work, count, most);
    int free = most;
    for (int i = 0; i < count; i++) {
      free -= ordered(scores[from + i]) > edge ? 1 : 0;
    }
    int next = most;
    for (int i = count - 1; next > 0; i--) {
      float score = ordered(scores[from + i]);
      if (score > edge || (score == edge && free > 0)) {
        free -= score == edge ? 1 : 0;
        positions[--next] = i;
      }
    }
    return most;
  }

  private static float ordered(float score) {
    return !Float.isNaN(score) ? score : Float.NEGATIVE_INFINITY;
  }

  /** Hoare's selection; the array is reordered. */
  private static float kthLargest(float[] x, int n, int k) {
    int low = 0;
    int high = n - 1;
    int wanted = k - 1;
    while (low < high) {
      float pivot = median(x[low], x[(low + high) >>> 1], x[high]);
      int i = low;
      int j = high;
      while (i <= j) {
        while (x[i] > pivot) {
          i++;
        }
        while (x[j] < pivot) {
          j--;
        }
        if (i <= j) {
          float other = x[i];
          x[i++] = x[j];
          x[j--] = other;
        }
      }
      if (wanted <= j) {
        high = j;
      } else if (wanted >= i) {
        low = i;
      } else {
        return x[wanted];
      }
    }
    return x[wanted];
  }

  private static float median(float a, float b, float c) {
    return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
  }
}
