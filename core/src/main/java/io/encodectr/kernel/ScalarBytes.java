package io.encodectr.kernel;

/** Scalar twin of {@link VectorBytes}. */
final class ScalarBytes {
  /** Inputs count as zero where none is larger. */
  private static final float SMALLEST = 1e-30f;

  private ScalarBytes() {}

  static void quantize(ByteLayer layer, float[] x, int xo, int ldx, int m, ByteLayer.Workspace w) {
    for (int i = 0; i < m; i++) {
      for (int g = 0; g < layer.groups; g++) {
        int from = g * layer.groupLength;
        float largest = largest(x, xo + i * ldx + from, layer.end(g) - from, 0);
        w.scales[i * layer.groups + g] = largest / ByteLayer.LARGEST_INPUT;
        float inverse = inverse(largest);
        for (int p = from; p < layer.end(g); p++) {
          w.inputs[i * layer.stride() + p] = twice(x[xo + i * ldx + p], inverse);
        }
      }
    }
  }

  /** The largest size: as whole numbers, sizes are in the order of their bits, NaN comes last. */
  static float largest(float[] x, int o, int n, int bits) {
    int largest = bits;
    for (int p = o; p < o + n; p++) {
      largest = Math.max(largest, Float.floatToRawIntBits(x[p]) & Integer.MAX_VALUE);
    }
    return Float.intBitsToFloat(largest);
  }

  /** What inputs are multiplied by to be at most {@link ByteLayer#LARGEST_INPUT}. */
  static float inverse(float largest) {
    return largest > SMALLEST ? ByteLayer.LARGEST_INPUT / largest : 0f;
  }

  /** The rounded product in both halves of an int, as it is multiplied with pairs of weights. */
  static int twice(float x, float inverse) {
    int low = Float.floatToRawIntBits(Math.fma(x, inverse, ScalarSoftmax.ROUNDER)) & 0xffff;
    return low << 16 | low;
  }

  static void multiply(ByteLayer layer, ByteLayer.Workspace w, float[] c, int co, int ldc, int m) {
    for (int i = 0; i < m; i++) {
      for (int column = 0; column < layer.columns; column++) {
        for (int g = 0; g < layer.groups; g++) {
          int sum = 0;
          for (int p = g * layer.groupLength; p < layer.end(g); p++) {
            sum += (short) w.inputs[i * layer.stride() + p] * layer.panels[layer.at(p, column)];
          }
          float scale = layer.scales[g * layer.columns + column] * w.scales[i * layer.groups + g];
          int to = co + i * ldc + column;
          c[to] = Math.fma((float) sum, scale, c[to]);
        }
      }
    }
  }
}
