package io.encodectr.interest;

import io.encodectr.cluster.Clustering;
import io.encodectr.item.ItemTable;
import io.encodectr.kernel.Kernels;
import io.encodectr.relevance.Relevance;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Multi-interest extraction (Algorithm 1): clusters a history in the low-dimensional space and
 * attends inside each cluster, u_k = Σ_{i∈C_k} softmax_i(sim(h_i, c_k))·s_i (Eq. 8).
 *
 * <p>sim is β·cos, or for ENCODE⁻ h_i·c_k/√m with h as it is and the unit vector that clustering by
 * cosine has for a center.
 *
 * <p>The history is first sorted by item row, so that its order cannot change a bit of the result
 * (with {@link ClusterMass#LEARNED} it may, as recency counts); an item clicked twice counts twice.
 * Behaviors whose projection is zero have no direction and stay out. With at most K distinct items
 * each is its own cluster. One instance a thread.
 */
public final class InterestExtractor {
  private static final double SMALLEST_LENGTH = 1e-6;

  private final Relevance relevance;
  private final int clusters;
  private final Clustering clustering;
  private final RowSorter sorter = new RowSorter();
  private int[] rows = {};
  private int[] cluster = {};
  private float[] weights = {};
  private float[] cosines = {};
  private final ClusterMass mass;
  private final @Nullable BehaviorPrior prior;
  private final float[] totals;
  private float[] directions = {};
  private int size;

  /**
   * An extractor of at most K interests.
   *
   * @param relevance inside clusters: cosine, or dot in m dimensions
   * @param clustering this extractor's own
   * @param clusters K ≥ 1
   * @param mass whose statistic is extracted, if it has one
   * @param learned what {@link ClusterMass#LEARNED} needs, null for all other masses
   */
  public InterestExtractor(
      Relevance relevance,
      Clustering clustering,
      int clusters,
      ClusterMass mass,
      @Nullable PriorWeights learned) {
    this.relevance = relevance;
    this.clusters = clusters;
    this.clustering = clustering;
    this.mass = mass;
    prior = learned == null ? null : new BehaviorPrior(learned, clusters);
    totals = new float[clusters];
  }

  /**
   * Extracts interests.
   *
   * @param history item rows of the behaviors, oldest first; with no learned mass in any order
   * @param seed of the clustering; a user's is {@code SeedStream.mix(userHash, clusterSeed)}
   * @param out receives vectors, masses and norms
   */
  public void extract(
      ItemTable items, int[] history, int from, int count, long seed, Interests out) {
    extract(items, history, from, count, seed, EarlierCenters.NONE, out);
  }

  /**
   * Extracts interests of a history whose earlier state is known.
   *
   * @param history item rows of the behaviors, oldest first; with no learned mass in any order
   * @param seed of the clustering; a user's is {@code SeedStream.mix(userHash, clusterSeed)}
   * @param start what the clustering begins with, if it is one that begins with centers
   * @param out receives vectors, masses and norms
   */
  public void extract(
      ItemTable items,
      int[] history,
      int from,
      int count,
      long seed,
      EarlierCenters start,
      Interests out) {
    sort(items, history, from, count);
    int found = distinct() <= clusters ? separate() : cluster(items, seed, start);
    weigh(items, found, out);
    int d = items.dimension();
    Arrays.fill(out.vectors(), 0, found * d, 0f);
    Kernels.poolClusters(
        items.embeddings(), d, rows, 0, size, cluster, weights, 0, out.vectors(), 0);
    Arrays.fill(out.masses(), 0, found, 0);
    for (int i = 0; i < size; i++) {
      out.masses()[cluster[i]]++;
    }
    if (mass == ClusterMass.SPREAD) {
      measureSpread(items, found, out);
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

  /** Item rows, clusters and weights are of the same behaviors; null if no mass is learned. */
  public @Nullable BehaviorPrior prior() {
    return prior;
  }

  private void sort(ItemTable items, int[] history, int from, int count) {
    if (rows.length < count) {
      int capacity = Math.max(64, Kernels.padded(count + count / 2));
      rows = new int[capacity];
      cluster = new int[capacity];
      weights = new float[capacity];
      cosines = new float[capacity];
    }
    if (prior != null) {
      size = prior.sort(items, history, from, count, rows);
      return;
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
    for (int i = 0; i < size; i++) {
      found += i > 0 && rows[i] != rows[i - 1] ? 1 : 0;
      cluster[i] = found;
      cosines[i] = 1f;
    }
    return size == 0 ? 0 : found + 1;
  }

  private int cluster(ItemTable items, long seed, EarlierCenters start) {
    int m = items.lowDimension();
    clustering.begin(size);
    for (int i = 0; i < size; i++) {
      clustering.point(i, items.number(rows[i]), items.low(), rows[i] * m);
    }
    clustering.startFrom(start.centers(), start.count());
    int found = clustering.cluster(seed);
    System.arraycopy(clustering.members(), 0, cluster, 0, size);
    System.arraycopy(clustering.cosines(), 0, cosines, 0, size);
    return found;
  }

  private void weigh(ItemTable items, int found, Interests out) {
    if (!relevance.isCosine()) {
      for (int i = 0; i < size; i++) {
        cosines[i] /= items.inverseLowNorms()[rows[i]];
      }
    }
    if (prior != null) {
      prior.add(cosines, cluster, size, found, relevance.scale());
      for (int k = 0; k < found; k++) {
        out.massStatistics()[k] = prior.statistic(k);
      }
    }
    relevance.clusterWeights(cosines, cluster, size, found, totals, weights);
    Arrays.fill(totals, 0, found, 0f);
    for (int i = 0; i < size; i++) {
      totals[cluster[i]] += weights[i];
    }
    if (mass == ClusterMass.LOG_SUM_EXP) {
      System.arraycopy(totals, 0, out.massStatistics(), 0, found);
    }
    for (int k = 0; k < found; k++) {
      totals[k] = 1f / totals[k];
    }
    for (int i = 0; i < size; i++) {
      weights[i] *= totals[cluster[i]];
    }
  }

  /** R_k, the length of the mean of the members' directions; takes the place of the cosines. */
  private void measureSpread(ItemTable items, int found, Interests out) {
    int d = items.dimension();
    if (directions.length == 0) {
      directions = new float[clusters * d];
    }
    Arrays.fill(directions, 0, found * d, 0f);
    for (int i = 0; i < size; i++) {
      cosines[i] = items.inverseNorms()[rows[i]] / out.masses()[cluster[i]];
    }
    Kernels.poolClusters(items.embeddings(), d, rows, 0, size, cluster, cosines, 0, directions, 0);
    Kernels.squaredNorms(directions, d, 0, found, totals);
    for (int k = 0; k < found; k++) {
      // Members that cancel out leave an interest that is no match for anything.
      out.massStatistics()[k] = (float) Math.clamp(Math.sqrt(totals[k]), SMALLEST_LENGTH, 1.0);
    }
  }
}
