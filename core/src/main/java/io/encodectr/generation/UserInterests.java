package io.encodectr.generation;

/**
 * What a generation knows of one user. The arrays are the caller's to read, not to change.
 *
 * @param behaviors how many behaviors the user had before the generation's as-of time
 * @param represented how many of them (the last ones) the interests stand for
 * @param vectors K′ × d interest vectors u_k, row after row (Eq. 8)
 * @param masses how many behaviors each of the K′ clusters holds
 * @param massStatistics what the model's mass needs to know of each cluster; empty if nothing
 * @param members the heaviest items of each cluster, heaviest first
 * @param recentItems item indices of the last behaviors, oldest first
 * @param recentTimes their times, seconds since the epoch
 * @param features the user's feature columns in the model's schema order
 */
@SuppressWarnings("ArrayRecordComponent") // Read by position in hot loops; never compared.
public record UserInterests(
    int behaviors,
    int represented,
    float[] vectors,
    int[] masses,
    float[] massStatistics,
    Members[] members,
    int[] recentItems,
    long[] recentTimes,
    Feature[] features) {

  /** K′, the number of interests; 0 for a user without behaviors. */
  public int count() {
    return masses.length;
  }

  /**
   * The heaviest distinct items of one cluster.
   *
   * @param items item indices, heaviest first, ties by index
   * @param weights the sum of the in-cluster weights of the item's behaviors, in (0, 1]
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record Members(int[] items, float[] weights) {}

  /**
   * The value of one user column.
   *
   * @param codes the codes of a categorical column (none = missing); empty for a continuous one
   * @param number the value of a continuous column in [0, 1); 0 for a categorical one
   * @param continuous which of the two it is
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record Feature(int[] codes, float number, boolean continuous) {
    private static final int[] NONE = {};

    /** A categorical column's value. */
    public static Feature categorical(int... codes) {
      return new Feature(codes, 0, false);
    }

    /** A continuous column's value. */
    public static Feature continuous(float number) {
      return new Feature(NONE, number, true);
    }
  }
}
