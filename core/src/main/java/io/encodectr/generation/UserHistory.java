package io.encodectr.generation;

/**
 * One user's behaviors, as an extraction represents them: in the order of their times, ties in the
 * order of the logs. Items are indices of the model's dictionary, times seconds since the epoch.
 */
public interface UserHistory {
  /** How many behaviors there are. */
  int count();

  /**
   * Copies the items of the last behaviors, oldest first, to {@code to[0…count)}.
   *
   * @param count 0..{@link #count()}
   */
  void lastItems(int count, int[] to);

  /**
   * Copies the times of the last behaviors, oldest first, to {@code to[0…count)}.
   *
   * @param count 0..{@link #count()}
   */
  void lastTimes(int count, long[] to);

  /**
   * A history in two arrays, which are not copied.
   *
   * @param items item indices, oldest first
   * @param times as many times, ascending
   */
  static UserHistory of(int[] items, long[] times) {
    if (items.length != times.length) {
      throw new IllegalArgumentException(items.length + " items but " + times.length + " times");
    }
    return new UserHistory() {
      @Override
      public int count() {
        return items.length;
      }

      @Override
      public void lastItems(int count, int[] to) {
        System.arraycopy(items, items.length - count, to, 0, count);
      }

      @Override
      public void lastTimes(int count, long[] to) {
        System.arraycopy(times, times.length - count, to, 0, count);
      }
    };
  }
}
