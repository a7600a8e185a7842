package io.encodectr.memory;

import io.encodectr.kernel.Kernels;

/**
 * One step of a gated recurrent unit. From its inputs' part a = x·W + b and its state's part c =
 * s·U, both [ρ | u | n] of d components each: ρ = σ(1+a₁+c₁), u = σ(1+a₂+c₂), n = tanh(a₃ + ρ∘c₃),
 * s′ = u∘s + (1−u)∘n. The 1, with biases that start from zero, lets an untrained unit keep more
 * than it takes up. Forward and backward; the products with W and U are the caller's.
 */
final class GatedUnit {
  /** What is added to the logits of ρ and u. */
  static final float OPENNESS = 1f;

  private GatedUnit() {}

  /**
   * Forward.
   *
   * @param gates in: a, out: ρ, u, n, {@code [3d]} from {@code go}
   * @param hidden c, {@code [3d]} from 0
   * @param state s from {@code so}
   * @param next out: s′ from {@code no}
   */
  static void step(
      float[] gates, int go, float[] hidden, float[] state, int so, float[] next, int no, int d) {
    for (int c = 0; c < 2 * d; c++) {
      gates[go + c] += OPENNESS + hidden[c];
    }
    Kernels.sigmoid(gates, go, 2 * d);
    int n = go + 2 * d;
    for (int c = 0; c < d; c++) {
      gates[n + c] += gates[go + c] * hidden[2 * d + c];
    }
    Kernels.tanh(gates, n, d);
    for (int c = 0; c < d; c++) {
      float keep = gates[go + d + c];
      next[no + c] = keep * state[so + c] + (1f - keep) * gates[n + c];
    }
  }

  /**
   * Backward.
   *
   * @param gates ρ, u, n as {@link #step} left them
   * @param third c₃ from {@code to}
   * @param state s from {@code so}
   * @param gradient in: ∂L/∂s′, out: its part in ∂L/∂s that does not go through U; from {@code o}
   * @param inputGradient out: ∂L/∂a, {@code [3d]} from {@code io}
   * @param hiddenGradient out: ∂L/∂c, {@code [3d]} from {@code io}
   */
  static void back(
      float[] gates,
      int go,
      float[] third,
      int to,
      float[] state,
      int so,
      float[] gradient,
      int o,
      float[] inputGradient,
      float[] hiddenGradient,
      int io,
      int d) {
    for (int c = 0; c < d; c++) {
      float reset = gates[go + c];
      float keep = gates[go + d + c];
      float fresh = gates[go + 2 * d + c];
      float given = gradient[o + c];
      float freshGradient = given * (1f - keep) * (1f - fresh * fresh);
      float keepGradient = given * (state[so + c] - fresh) * keep * (1f - keep);
      float resetGradient = freshGradient * third[to + c] * reset * (1f - reset);
      inputGradient[io + c] = resetGradient;
      inputGradient[io + d + c] = keepGradient;
      inputGradient[io + 2 * d + c] = freshGradient;
      hiddenGradient[io + c] = resetGradient;
      hiddenGradient[io + d + c] = keepGradient;
      hiddenGradient[io + 2 * d + c] = freshGradient * reset;
      gradient[o + c] = given * keep;
    }
  }
}
