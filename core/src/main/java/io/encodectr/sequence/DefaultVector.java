package io.encodectr.sequence;

/** The learned vector that stands for an empty history. */
final class DefaultVector {
  private DefaultVector() {}

  static void fill(float[] vector, int count, float[] out, int offset, int outStride) {
    for (int t = 0; t < count; t++) {
      System.arraycopy(vector, 0, out, offset + t * outStride, vector.length);
    }
  }
}
