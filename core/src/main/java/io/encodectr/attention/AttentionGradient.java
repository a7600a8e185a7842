package io.encodectr.attention;

import io.encodectr.item.ItemTable;
import io.encodectr.kernel.Kernels;
import java.util.Arrays;

/**
 * Backward pass of {@link TargetAttention}. With weights a, similarities c, output gradient g and
 * scale β: ∂l_ti = β·a_ti·(g_t·k_i − Σ_j a_tj g_t·k_j); keys get Σ_t a_ti·g_t plus what similarity
 * gives back, for cosine Σ_t ∂l_ti·(x̂_t − c_ti·k̂_i)/‖k_i‖, for dot Σ_t ∂l_ti·x_t; targets
 * likewise. A factor f_i of a key's logit, a constant, goes with ∂l_ti and with c_ti; a term t_i
 * added to a key's logit gets Σ_t ∂l_ti/β ({@link #termGradient}).
 *
 * <p>One instance a thread.
 */
public final class AttentionGradient {
  private float[] terms = {};
  private float[] coefficients = {};
  private float[] own = {};
  private float[] queryGradient = {};
  private float[] termGradient = {};

  /**
   * Adds the gradients of one group of targets. The attention must have been computed for exactly
   * these targets just before.
   *
   * @param outGradient target t's d components at {@code offset + t*outStride}
   * @param keyGradient receives keys' gradients at rows {@code keyRows[keyFrom + i]}
   * @param itemGradient receives the targets' gradients at their item rows; may be the same array
   */
  public void add(
      TargetAttention attention,
      ItemTable items,
      int[] targets,
      int from,
      int count,
      float[] outGradient,
      int offset,
      int outStride,
      float[] keyGradient,
      int[] keyRows,
      int keyFrom,
      float[] itemGradient) {
    int d = attention.d;
    int stride = attention.stride;
    boolean cosine = attention.relevance.isCosine();
    reserve(count, stride, d);
    for (int t = 0; t < count; t++) {
      System.arraycopy(outGradient, offset + t * outStride, terms, t * d, d);
    }
    System.arraycopy(attention.queries, 0, terms, count * d, count * d);
    System.arraycopy(attention.weights, 0, coefficients, 0, count * stride);
    logitGradients(attention, count);
    if (attention.shifted) {
      sumTerms(attention, count);
    }
    Arrays.fill(own, 0, stride, 0f);
    for (int t = 0; t < count; t++) {
      float turned = cosine ? scaleByNorms(attention, t, count) : 0f;
      targetGradient(attention, items, targets[from + t], t, count, turned, itemGradient);
    }
    if (cosine) {
      for (int i = 0; i < stride; i++) {
        own[i] *= -attention.inverseNorms[i];
      }
    }
    Kernels.scatterTerms(
        keyGradient,
        d,
        keyRows,
        keyFrom,
        attention.size,
        coefficients,
        stride,
        2 * count,
        terms,
        own,
        attention.keys);
  }

  /** Gradient of each key's term, where the attention of the last {@link #add} had terms. */
  public float[] termGradient() {
    return termGradient;
  }

  private void sumTerms(TargetAttention attention, int count) {
    Arrays.fill(termGradient, 0, attention.size, 0f);
    for (int t = 0; t < count; t++) {
      int o = (count + t) * attention.stride;
      for (int i = 0; i < attention.size; i++) {
        termGradient[i] += coefficients[o + i];
      }
    }
    for (int i = 0; i < attention.size; i++) {
      termGradient[i] /= attention.relevance.scale();
    }
  }

  private void reserve(int count, int stride, int d) {
    if (terms.length < 2 * count * d) {
      terms = new float[2 * count * d];
    }
    if (coefficients.length < 2 * count * stride) {
      coefficients = new float[2 * count * stride];
    }
    if (own.length < stride) {
      own = new float[stride];
      termGradient = new float[stride];
    }
    if (queryGradient.length < d) {
      queryGradient = new float[d];
    }
  }

  /** Second half of the coefficients: gradients of the scaled similarities' arguments. */
  private void logitGradients(TargetAttention attention, int count) {
    int stride = attention.stride;
    int second = count * stride;
    Kernels.multiply(
        terms,
        0,
        attention.d,
        1,
        attention.transposed,
        0,
        stride,
        coefficients,
        second,
        stride,
        count,
        stride,
        attention.d,
        false);
    for (int t = 0; t < count; t++) {
      int o = second + t * stride;
      if (attention.relevance.isCosine()) {
        // The transposed keys are scaled; values are not.
        for (int i = 0; i < attention.size; i++) {
          float scale = attention.scales[i];
          coefficients[o + i] = scale == 0f ? 0f : coefficients[o + i] / scale;
        }
      }
      Kernels.softmaxGradient(
          attention.weights,
          t * stride,
          coefficients,
          o,
          attention.size,
          attention.relevance.scale());
    }
  }

  /** Folds f_i/‖k_i‖ into the coefficients; returns Σ_i ∂l_i·f_i·c_i. */
  private float scaleByNorms(TargetAttention attention, int t, int count) {
    int stride = attention.stride;
    int o = (count + t) * stride;
    float turned = 0f;
    for (int i = 0; i < attention.size; i++) {
      float along = coefficients[o + i] * attention.similarities[t * stride + i];
      turned += along;
      coefficients[o + i] *= attention.scales[i];
      own[i] += along * attention.inverseNorms[i];
    }
    return turned;
  }

  private void targetGradient(
      TargetAttention attention,
      ItemTable items,
      int row,
      int t,
      int count,
      float turned,
      float[] itemGradient) {
    int d = attention.d;
    Kernels.multiply(
        coefficients,
        (count + t) * attention.stride,
        attention.stride,
        1,
        attention.keys,
        0,
        d,
        queryGradient,
        0,
        d,
        1,
        d,
        attention.size,
        false);
    boolean cosine = attention.relevance.isCosine();
    float factor = cosine ? items.inverseNorms()[row] : 1f;
    for (int c = 0; c < d; c++) {
      float direction = queryGradient[c] - turned * attention.queries[t * d + c];
      itemGradient[row * d + c] += direction * factor;
    }
  }
}
