package io.encodectr.train.sequence;

/** Gradient of a vector that was written for every target of a group. */
final class DefaultGradient {
  private DefaultGradient() {}

  static void add(float[] outGradient, int offset, int stride, int count, float[] sum) {
    for (int t = 0; t < count; t++) {
      for (int c = 0; c < sum.length; c++) {
        sum[c] += outGradient[offset + t * stride + c];
      }
    }
  }
}
