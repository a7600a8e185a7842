package io.encodectr.train.optimizer;

import io.encodectr.kernel.Kernels;

/**
 * Adam (Kingma and Ba, 2015) with β1 = 0.9, β2 = 0.999, ε = 1e-8 and an optional L2 term, row by
 * row.
 *
 * <p>A row that no sample of a batch touched may be left out ("row-sparse"): its moments then stay
 * as they are until it is touched again, while the bias correction counts every step, as in
 * PyTorch's {@code SparseAdam}. If all rows are updated in every step, this is PyTorch's {@code
 * Adam}.
 *
 * <p>LibTorch's own optimizers are not used for the tower either: their state cannot be read
 * through the Java binding, and a checkpoint must hold it. Rows may be updated by several threads
 * between two calls of {@link #begin} as long as each row has one.
 */
public final class Adam {
  private static final double BETA_1 = 0.9;
  private static final double BETA_2 = 0.999;

  private final double learningRate;
  private final float l2;
  private float rate;
  private float correction;

  /**
   * An optimizer.
   *
   * @param learningRate α, positive
   * @param l2 weight of ½‖θ‖², added to the gradient; 0 for none
   */
  public Adam(double learningRate, double l2) {
    this.learningRate = learningRate;
    this.l2 = (float) l2;
  }

  /**
   * Starts a step.
   *
   * @param step t, from 1
   */
  public void begin(long step) {
    rate = (float) (learningRate / (1 - StrictMath.pow(BETA_1, (double) step)));
    correction = (float) (1 / Math.sqrt(1 - StrictMath.pow(BETA_2, (double) step)));
  }

  /**
   * Updates one row, with the L2 term.
   *
   * @param gradient the row's gradient from {@code offset} on; its content is changed if there is
   *     an L2 term
   */
  public void update(Parameter parameter, int row, float[] gradient, int offset) {
    int width = parameter.width();
    int start = row * width;
    if (l2 != 0f) {
      float[] values = parameter.values();
      for (int i = 0; i < width; i++) {
        gradient[offset + i] += l2 * values[start + i];
      }
    }
    updatePlain(parameter, row, gradient, offset);
  }

  /** Updates one row without the L2 term. */
  public void updatePlain(Parameter parameter, int row, float[] gradient, int offset) {
    int width = parameter.width();
    Kernels.adam(
        parameter.values(),
        row * width,
        gradient,
        offset,
        parameter.first(),
        parameter.second(),
        width,
        rate,
        correction);
  }
}
