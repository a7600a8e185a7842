package io.encodectr.interest;

import java.util.function.Function;

/**
 * What a model with {@link ClusterMass#LEARNED} learned; the model's own arrays, which training
 * changes in place.
 *
 * @param count a number a bucket of {@link CrossFeatures#count}
 * @param recency a number a bucket of {@link CrossFeatures#recency}
 * @param exponent γ, alone
 */
public record PriorWeights(float[] count, float[] recency, float[] exponent) {
  /** Name of the tensor that {@link #count} is. */
  public static final String COUNT = "mass.count";

  /** Name of the tensor that {@link #recency} is. */
  public static final String RECENCY = "mass.recency";

  /** Name of the tensor that {@link #exponent} is. */
  public static final String EXPONENT = "mass.exponent";

  /**
   * A model's.
   *
   * @param weights its tensors by name
   */
  public static PriorWeights of(Function<String, float[]> weights) {
    return new PriorWeights(weights.apply(COUNT), weights.apply(RECENCY), weights.apply(EXPONENT));
  }
}
