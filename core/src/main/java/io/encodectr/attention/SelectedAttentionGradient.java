package io.encodectr.attention;

import io.encodectr.item.ItemTable;
import io.encodectr.kernel.Kernels;
import io.encodectr.relevance.Relevance;
import java.util.Arrays;

/**
 * Backward pass of {@link SelectedAttention}: the formulas of {@link AttentionGradient} over each
 * target's own keys. Which keys those are carries no gradient.
 *
 * <p>With weights a, similarities c, output gradient g and scale β: ∂l_i = β·a_i·(g·k_i − Σ_j a_j
 * g·k_j); key i gets a_i·g plus, for cosine, ∂l_i·(x̂ − c_i·k̂_i)/‖k_i‖, for dot ∂l_i·x; the target
 * likewise. One instance a thread.
 */
public final class SelectedAttentionGradient {
  private float[] keys = {};
  private float[] coefficients = {};
  private float[] own = {};
  private float[] terms = {};
  private float[] queryGradient = {};

  /**
   * Adds the gradients of one target.
   *
   * @param t the target's number since the attention's begin; it has at least one key
   * @param target its item row
   * @param outGradient gradient of l, d components at {@code offset}
   * @param gradient receives the gradients of keys and target at their item rows
   */
  public void add(
      SelectedAttention attention,
      int t,
      ItemTable items,
      int target,
      float[] outGradient,
      int offset,
      float[] gradient) {
    int d = attention.d;
    int n = attention.size(t);
    int start = attention.start(t);
    int stride = Kernels.padded(n);
    reserve(stride, d);
    System.arraycopy(attention.weights(), start, coefficients, 0, stride);
    System.arraycopy(outGradient, offset, terms, 0, d);
    float inverse = items.inverseNorms()[target];
    attention.relevance.prepareQuery(items.embeddings(), target * d, inverse, d, terms, d);
    Arrays.fill(coefficients, stride + n, 2 * stride, 0f);
    Relevance.rowProducts(
        outGradient,
        offset,
        items.embeddings(),
        d,
        attention.rows(),
        start,
        n,
        coefficients,
        stride);
    Kernels.softmaxGradient(
        attention.weights(), start, coefficients, stride, n, attention.relevance.scale());
    float turned = 0f;
    if (attention.relevance.isCosine()) {
      turned = scaleByNorms(attention, start, n, stride, items.inverseNorms());
    } else {
      inverse = 1f;
      Arrays.fill(own, 0, n, 0f);
    }
    Kernels.sumRows(
        items.embeddings(), d, attention.rows(), start, n, coefficients, stride, queryGradient, 0);
    for (int c = 0; c < d; c++) {
      gradient[target * d + c] += (queryGradient[c] - turned * terms[d + c]) * inverse;
    }
    Kernels.gather(items.embeddings(), d, attention.rows(), start, n, keys, 0);
    Kernels.scatterTerms(
        gradient, d, attention.rows(), start, n, coefficients, stride, 2, terms, own, keys);
  }

  /** Folds 1/‖k_i‖ into the coefficients of x̂; returns Σ_i ∂l_i·c_i. */
  private float scaleByNorms(
      SelectedAttention attention, int start, int n, int stride, float[] inverseNorms) {
    float turned = 0f;
    for (int i = 0; i < n; i++) {
      float inverse = inverseNorms[attention.rows()[start + i]];
      float along = coefficients[stride + i] * attention.similarities()[start + i];
      turned += along;
      coefficients[stride + i] *= inverse;
      own[i] = -along * inverse * inverse;
    }
    return turned;
  }

  private void reserve(int stride, int d) {
    if (keys.length < stride * d) {
      keys = new float[stride * d];
      coefficients = new float[2 * stride];
      own = new float[stride];
    }
    if (terms.length < 2 * d) {
      terms = new float[2 * d];
      queryGradient = new float[d];
    }
  }
}
