package io.encodectr.cluster;

import io.encodectr.kernel.Kernels;
import io.encodectr.relevance.Relevance;
import java.util.Arrays;

/**
 * A clustering of distinct items, each with the number of its behaviors: what happens to one
 * behavior on an item happens to all of them.
 */
abstract class ItemClustering implements Clustering {
  final int clusters;
  final int m;

  /** Width of a row of {@link #vectors}: m components and padding. */
  final int width;

  /** Number of distinct items. */
  int distinct;

  /** Their numbers. */
  int[] items = {};

  /** Behaviors on each. */
  float[] counts = {};

  /** Unit vector of each, {@code [distinct × width]}. */
  float[] vectors = {};

  /** Out: cluster of each item, any number below K. */
  int[] assigned = {};

  /** Out: cosine of each item with its center. */
  float[] similarities = {};

  private final int[] compact;
  private final float[] centers;
  private int[] ends = {};
  private int[] members = {};
  private float[] cosines = {};
  private int n;

  ItemClustering(int clusters, int m) {
    if (clusters < 1 || m < 1) {
      throw new IllegalArgumentException(
          "clusters and low dimension must be positive, not " + clusters + " and " + m);
    }
    this.clusters = clusters;
    this.m = m;
    width = Kernels.padded(m);
    compact = new int[clusters];
    centers = new float[clusters * width];
  }

  /** Sets {@link #assigned} and {@link #similarities} of at least one item. */
  abstract void assign(long seed);

  @Override
  public final void begin(int points) {
    n = points;
    distinct = 0;
    if (members.length < points) {
      int capacity = Kernels.padded(Math.max(256, points + points / 2));
      members = new int[capacity];
      cosines = new float[capacity];
      items = new int[capacity];
      counts = new float[capacity];
      ends = new int[capacity];
      assigned = new int[capacity];
      similarities = new float[capacity];
      vectors = new float[Math.multiplyExact(capacity, width)];
    }
  }

  @Override
  public final void point(int i, int item, float[] unit, int o) {
    if (distinct == 0 || items[distinct - 1] != item) {
      items[distinct] = item;
      counts[distinct] = 0f;
      System.arraycopy(unit, o, vectors, distinct * width, m);
      distinct++;
    }
    counts[distinct - 1]++;
    ends[distinct - 1] = i + 1;
  }

  @Override
  public final int cluster(long seed) {
    if (n == 0) {
      return 0;
    }
    assign(seed);
    Arrays.fill(compact, -1);
    for (int i = 0; i < distinct; i++) {
      compact[assigned[i]] = 0;
    }
    int found = 0;
    for (int k = 0; k < clusters; k++) {
      compact[k] = compact[k] < 0 ? -1 : found++;
    }
    int start = 0;
    for (int i = 0; i < distinct; i++) {
      Arrays.fill(members, start, ends[i], compact[assigned[i]]);
      Arrays.fill(cosines, start, ends[i], similarities[i]);
      start = ends[i];
    }
    return found;
  }

  /** Sets {@link #similarities} by centers that are the mean directions of their members. */
  final void centerOnMeans() {
    Arrays.fill(centers, 0f);
    for (int i = 0; i < distinct; i++) {
      int center = assigned[i] * width;
      for (int c = 0; c < m; c++) {
        centers[center + c] = Math.fma(counts[i], vectors[i * width + c], centers[center + c]);
      }
    }
    for (int k = 0; k < clusters; k++) {
      turn(centers, k * width);
    }
    for (int i = 0; i < distinct; i++) {
      similarities[i] = Relevance.unitCosine(vectors, i * width, centers, assigned[i] * width, m);
    }
  }

  /** Makes a vector of m components a unit vector; zero stays zero. */
  final void turn(float[] x, int o) {
    float squared = 0f;
    for (int c = 0; c < m; c++) {
      squared = Math.fma(x[o + c], x[o + c], squared);
    }
    float inverse = Relevance.inverseNorm(squared);
    for (int c = 0; c < m; c++) {
      x[o + c] *= inverse;
    }
  }

  @Override
  public final int[] members() {
    return members;
  }

  @Override
  public final float[] cosines() {
    return cosines;
  }
}
