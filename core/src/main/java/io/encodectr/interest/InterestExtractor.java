package io.encodectr.interest;

import io.encodectr.cluster.SphericalKMeans;
import io.encodectr.item.ItemTable;
import io.encodectr.kernel.Kernels;
import io.encodectr.relevance.Relevance;
import java.util.Arrays;

/**
 * Multi-interest extraction (Algorithm 1): clusters a history in the low-dimensional space and
 * attends inside each cluster, u_k = Σ_{i∈C_k} softmax_i(β·cos(h_i, c_k))·s_i (Eq. 8).
 *
 * <p>The history is first sorted by item row, so that its order cannot change a bit of the result;
 * an item clicked twice counts twice. Behaviors whose projection is zero have no direction and stay
 * out. With at most K distinct items each is its own cluster. One instance a thread.
 */
public final class InterestExtractor {
  private final Relevance relevance;
  private final int clusters;
  private final SphericalKMeans kmeans;
  private final RowSorter sorter = new RowSorter();
  private int[] rows = {};
  private int[] cluster = {};
  private float[] weights = {};
  private final float[] totals;
  private int size;

  /**
   * An extractor of at most K interests.
   *
   * @param relevance the model's cosine relevance
   * @param clusters K ≥ 1
   * @param iterations T ≥ 1
   * @param lowDimension m
   */
  public InterestExtractor(Relevance relevance, int clusters, int iterations, int lowDimension) {
    this.relevance = relevance;
    this.clusters = clusters;
    kmeans = new SphericalKMeans(relevance, clusters, iterations, lowDimension);
    totals = new float[clusters];
  }

  /**
   * Extracts interests.
   *
   * @param history item rows of the behaviors in any order
   * @param seed of k-means++; a user's is {@code SeedStream.mix(userHash, clusterSeed)}
   * @param out receives vectors, masses and norms
   */
  public void extract(
      ItemTable items, int[] history, int from, int count, long seed, Interests out) {
    sort(items, history, from, count);
    int found = distinct() <= clusters ? separate() : cluster(items, seed);
    int d = items.dimension();
    Arrays.fill(out.vectors(), 0, found * d, 0f);
    Kernels.poolClusters(
        items.embeddings(), d, rows, 0, size, cluster, weights, 0, out.vectors(), 0);
    Arrays.fill(out.masses(), 0, found, 0);
    for (int i = 0; i < size; i++) {
      out.masses()[cluster[i]]++;
    }
    out.complete(found);
  }

  /** Behaviors that take part: those with a direction. */
  public int size() {
    return size;
  }

  /** Item rows of the behaviors that take part, ascending; valid until the next extraction. */
  public int[] rows() {
    return rows;
  }

  /** Cluster of each of {@link #rows}. */
  public int[] clusters() {
    return cluster;
  }

  /** Weight in its cluster of each of {@link #rows}; a cluster's weights add up to 1. */
  public float[] weights() {
    return weights;
  }

  private void sort(ItemTable items, int[] history, int from, int count) {
    if (rows.length < count) {
      int capacity = Math.max(64, Kernels.padded(count + count / 2));
      rows = new int[capacity];
      cluster = new int[capacity];
      weights = new float[capacity];
    }
    float[] inverse = items.inverseLowNorms();
    size = 0;
    for (int i = from; i < from + count; i++) {
      if (inverse[history[i]] != 0f) {
        rows[size++] = history[i];
      }
    }
    sorter.sort(rows, size);
  }

  /** Distinct items, counted no further than K + 1. */
  private int distinct() {
    int distinct = size == 0 ? 0 : 1;
    for (int i = 1; i < size && distinct <= clusters; i++) {
      if (rows[i] != rows[i - 1]) {
        distinct++;
      }
    }
    return distinct;
  }

  private int separate() {
    int found = 0;
    int start = 0;
    for (int i = 1; i <= size; i++) {
      if (i == size || rows[i] != rows[start]) {
        Arrays.fill(cluster, start, i, found++);
        Arrays.fill(weights, start, i, 1f / (i - start));
        start = i;
      }
    }
    return found;
  }

  private int cluster(ItemTable items, long seed) {
    int m = items.lowDimension();
    kmeans.begin(size);
    for (int i = 0; i < size; i++) {
      kmeans.point(i, items.low(), rows[i] * m);
    }
    int found = kmeans.cluster(seed);
    relevance.clusterWeights(kmeans.cosines(), weights, size);
    System.arraycopy(kmeans.members(), 0, cluster, 0, size);
    Arrays.fill(totals, 0, found, 0f);
    for (int i = 0; i < size; i++) {
      totals[cluster[i]] += weights[i];
    }
    for (int k = 0; k < found; k++) {
      totals[k] = 1f / totals[k];
    }
    for (int i = 0; i < size; i++) {
      weights[i] *= totals[cluster[i]];
    }
    return found;
  }
}
