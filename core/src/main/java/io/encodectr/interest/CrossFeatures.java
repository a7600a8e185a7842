package io.encodectr.interest;

/**
 * Cross features of a user and a behavior, as TWIN and ENCODE with learned mass know them, each in
 * {@link #BUCKETS} buckets: how often the user clicked the item, and how long ago the behavior was,
 * counted in behaviors; bucket ⌊log₂ n⌋. One instance a thread.
 */
public final class CrossFeatures {
  /** Buckets of a feature. */
  public static final int BUCKETS = 16;

  private int[] clicks = {};
  private byte[] count = {};
  private byte[] recency = {};

  /**
   * Takes a history, oldest first.
   *
   * @param rows item rows, {@code length} from {@code from} on, all below {@code items}
   */
  public void take(int[] rows, int from, int length, int items) {
    if (clicks.length < items) {
      clicks = new int[items];
    }
    if (count.length < length) {
      count = new byte[length + length / 2];
      recency = new byte[count.length];
    }
    for (int i = 0; i < length; i++) {
      clicks[rows[from + i]]++;
    }
    for (int i = 0; i < length; i++) {
      count[i] = bucket(clicks[rows[from + i]]);
      recency[i] = bucket(length - i);
    }
    for (int i = 0; i < length; i++) {
      clicks[rows[from + i]] = 0;
    }
  }

  private static byte bucket(int n) {
    return (byte) Math.min(BUCKETS - 1, 31 - Integer.numberOfLeadingZeros(n));
  }

  /** Bucket of how often the item of behavior i occurs in the history. */
  public int count(int i) {
    return count[i];
  }

  /** Bucket of how many behaviors there are from behavior i to the end, itself included. */
  public int recency(int i) {
    return recency[i];
  }
}
