package io.encodectr.sequence;

/**
 * A tensor that a method has of its own, besides what all models have. It starts from independent
 * normal numbers.
 *
 * @param name in the weights file
 * @param rows at least 1
 * @param columns at least 1
 * @param mean of the numbers
 * @param diagonal what the diagonal has besides
 * @param deviation standard deviation of the numbers; 0 for no chance at all
 * @param trained whether gradients reach it; what is not trained stays as it was drawn
 */
public record MethodTensor(
    String name,
    int rows,
    int columns,
    float mean,
    float diagonal,
    float deviation,
    boolean trained) {
  /** A tensor that starts around zero. */
  public MethodTensor(String name, int rows, int columns, float deviation, boolean trained) {
    this(name, rows, columns, 0f, 0f, deviation, trained);
  }

  /** A square trained matrix that starts near the identity. */
  static MethodTensor identity(String name, int width, float deviation) {
    return new MethodTensor(name, width, width, 0f, 1f, deviation, true);
  }

  /** Adds to drawn numbers of mean 0 what this tensor starts around. */
  public void shift(float[] values) {
    for (int i = 0; i < values.length; i++) {
      values[i] += mean + (i / columns == i % columns ? diagonal : 0f);
    }
  }
}
