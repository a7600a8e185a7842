package io.encodectr.sequence;

/**
 * A tensor that a method has of its own, besides what all models have. It starts from independent
 * normal numbers.
 *
 * @param name in the weights file
 * @param rows at least 1
 * @param columns at least 1
 * @param diagonal what the diagonal has besides; 0 for none
 * @param deviation standard deviation of the numbers; 0 for no chance at all
 * @param trained whether gradients reach it; what is not trained stays as it was drawn
 */
public record MethodTensor(
    String name, int rows, int columns, float diagonal, float deviation, boolean trained) {
  /** A tensor that starts around zero. */
  public MethodTensor(String name, int rows, int columns, float deviation, boolean trained) {
    this(name, rows, columns, 0f, deviation, trained);
  }

  /** A square trained matrix that starts near the identity. */
  static MethodTensor identity(String name, int width, float deviation) {
    return new MethodTensor(name, width, width, 1f, deviation, true);
  }

  /** Adds the diagonal to drawn numbers. */
  public void addDiagonal(float[] values) {
    for (int i = 0; i < Math.min(rows, columns); i++) {
      values[i * columns + i] += diagonal;
    }
  }
}
