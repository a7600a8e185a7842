package io.encodectr.evaluation;

/** The order of float scores as integers, so that a score sorts inside one primitive key. */
final class ScoreOrder {
  private ScoreOrder() {}

  /**
   * Maps a score to 32 bits whose unsigned order is the order of the scores; both zeros map to the
   * same bits.
   *
   * @throws IllegalArgumentException for NaN, which has no place in an order
   */
  static long bits(float score) {
    if (Float.isNaN(score)) {
      throw new IllegalArgumentException("a score is NaN; a ranking of NaN has no meaning");
    }
    int bits = Float.floatToRawIntBits(score + 0f);
    return (bits ^ ((bits >> 31) | Integer.MIN_VALUE)) & 0xFFFFFFFFL;
  }
}
