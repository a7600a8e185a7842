package io.encodectr.interest;

import io.encodectr.kernel.Kernels;
import io.encodectr.relevance.Relevance;

/**
 * One user's interests U = {u_k}, k ≤ K′ ≤ K, and how many behaviors each stands for. Reused from
 * user to user by its one owner thread.
 */
public final class Interests {
  private final int dimension;
  private final float[] vectors;
  private final int[] masses;
  private final float[] massStatistics;
  private final float[] inverseNorms;
  private int count;

  /** Room for {@code capacity} interests of d components. */
  public Interests(int capacity, int dimension) {
    this.dimension = dimension;
    vectors = new float[capacity * dimension];
    masses = new int[capacity];
    massStatistics = new float[capacity];
    inverseNorms = new float[Kernels.padded(capacity)];
  }

  /** K′; 0 for a user without history. */
  public int count() {
    return count;
  }

  /** d. */
  public int dimension() {
    return dimension;
  }

  /** u_k, {@code [count × d]}. */
  public float[] vectors() {
    return vectors;
  }

  /** Behaviors behind each interest, {@code [count]}. */
  public int[] masses() {
    return masses;
  }

  /**
   * What the model's {@link ClusterMass} needs to know of each interest, {@code [count]}: Σ_i
   * e^(β·cos(h_i,c_k) − β), R_k or e^t_k; positive. Undefined if it needs nothing.
   */
  public float[] massStatistics() {
    return massStatistics;
  }

  /** 1/‖u_k‖, 0 for a zero interest. */
  public float[] inverseNorms() {
    return inverseNorms;
  }

  /**
   * Declares that the first {@code count} vectors and masses are set, and computes their norms.
   *
   * @throws IllegalArgumentException if count exceeds the capacity
   */
  public void complete(int count) {
    if (count < 0 || count > masses.length) {
      throw new IllegalArgumentException(
          count + " interests do not fit in a capacity of " + masses.length);
    }
    this.count = count;
    Kernels.squaredNorms(vectors, dimension, 0, count, inverseNorms);
    for (int k = 0; k < count; k++) {
      inverseNorms[k] = Relevance.inverseNorm(inverseNorms[k]);
    }
  }
}
