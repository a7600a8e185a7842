package io.encodectr.interest;

import io.encodectr.relevance.Relevance;

/**
 * Where the clusters of a user's earlier interests were. An interest is a weighted sum of its
 * members, so its projection lies amid theirs: its direction is near the cluster's center. One
 * instance a thread, for one user after the other.
 */
public final class EarlierCenters {
  /** No interests are known. */
  public static final EarlierCenters NONE = new EarlierCenters(new float[0], 1, 1, 0);

  private final float[] projection;
  private final int dimension;
  private final int lowDimension;
  private final float[] centers;
  private int count;

  /**
   * Room for centers.
   *
   * @param projection W, {@code [d × m]}
   * @param capacity K
   */
  public EarlierCenters(float[] projection, int dimension, int lowDimension, int capacity) {
    this.projection = projection;
    this.dimension = dimension;
    this.lowDimension = lowDimension;
    centers = new float[capacity * lowDimension];
  }

  /**
   * Takes the interests of a user; those without a direction stay out.
   *
   * @param vectors {@code [interests × d]}
   * @param interests 0..K
   */
  public EarlierCenters of(float[] vectors, int interests) {
    count = 0;
    for (int k = 0; k < interests; k++) {
      count += project(vectors, k * dimension, count * lowDimension) ? 1 : 0;
    }
    return this;
  }

  private boolean project(float[] vectors, int from, int to) {
    float squared = 0f;
    for (int j = 0; j < lowDimension; j++) {
      float sum = 0f;
      for (int c = 0; c < dimension; c++) {
        sum = Math.fma(vectors[from + c], projection[c * lowDimension + j], sum);
      }
      centers[to + j] = sum;
      squared = Math.fma(sum, sum, squared);
    }
    float inverse = Relevance.inverseNorm(squared);
    for (int j = 0; j < lowDimension; j++) {
      centers[to + j] *= inverse;
    }
    return inverse > 0f;
  }

  /** Unit vectors, {@code [count × m]}. */
  float[] centers() {
    return centers;
  }

  /** How many there are. */
  int count() {
    return count;
  }
}
