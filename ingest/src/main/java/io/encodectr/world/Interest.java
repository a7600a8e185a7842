package io.encodectr.world;

/**
 * One true interest of a user: a style within a mix of categories, of a weight, with a life in
 * time.
 *
 * <p>Its affinity to an item is a mixture of Gaussian kernels around its anchors, {@code κ(i) = Σ_c
 * m_c exp(−|z_i − q_c|² / 2h²)} with {@code 2h² =} {@value #KERNEL_WIDTH}, one anchor q_c for each
 * category of the mix (a point of the style in that category, shifted by the user's own offset).
 *
 * @param style the style
 * @param mix the categories
 * @param share m_c, adding up to 1
 * @param anchors q_c
 * @param weight share of this interest among the user's
 * @param life when the user acts upon it
 */
record Interest(
    int style, int[] mix, double[] share, double[][] anchors, double weight, Life life) {
  /** 2h², in squared latent units. */
  static final double KERNEL_WIDTH = 4;

  private static final double FARTHEST = 12 * KERNEL_WIDTH;

  /**
   * When a user acts upon an interest by herself. It keeps driving clicks on what is shown to her
   * at all times: a taste is not lost, only asleep.
   *
   * @param kind the shape of the life
   * @param start first second
   * @param end first second after it
   * @param period for a recurring interest: seconds from one season to the next; else 0
   * @param season for a recurring interest: length of a season in seconds; else 0
   */
  record Life(Kind kind, long start, long end, long period, long season) {
    enum Kind {
      LONG_AGO,
      RECURRING,
      NEW,
      LASTING
    }

    boolean active(long time) {
      return distance(time) == 0;
    }

    /** Seconds from the time to the nearest second at which the interest is active. */
    long distance(long time) {
      if (time < start) {
        return start - time;
      }
      if (time >= end) {
        return time - end + 1;
      }
      if (period == 0) {
        return 0;
      }
      long phase = (time - start) % period;
      return phase < season ? 0 : Math.min(phase - season + 1, period - phase);
    }
  }

  /** κ(i), from 0 to 1. */
  double affinity(Catalog catalog, int item) {
    double sum = 0;
    for (int c = 0; c < anchors.length; c++) {
      double square = catalog.squaredDistance(item, anchors[c]);
      if (square < FARTHEST) {
        sum += share[c] * StrictMath.exp(-square / KERNEL_WIDTH);
      }
    }
    return sum;
  }
}
