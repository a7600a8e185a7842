package io.encodectr.cluster;

import io.encodectr.file.InputException;
import io.encodectr.relevance.Relevance;

/**
 * A way to divide a history into clusters (§3.2.2, Table 7). All go by cosine (R2), are told the
 * behaviors in ascending order of item, and give the same clusters for the same behaviors and seed
 * on every machine.
 *
 * <p>To cluster a history, call {@link #begin}, {@link #point} for each behavior, {@link #cluster}.
 * One instance a thread; buffers grow to the longest history seen.
 */
public interface Clustering {
  /** Starts a new set of so many points. */
  void begin(int points);

  /**
   * Sets a point.
   *
   * @param i its number; points of one item follow one another
   * @param item number of the item, the same wherever the user's history is clustered
   * @param unit holds the unit vector of m components at {@code o}
   */
  void point(int i, int item, float[] unit, int o);

  /**
   * Gives the next {@link #cluster} centers to begin with, such as those of an earlier state of the
   * same history. A clustering that does not begin with centers has no use for them.
   *
   * @param centers unit vectors, {@code [count × m]}
   * @param count 0..K
   */
  default void startFrom(float[] centers, int count) {}

  /**
   * Clusters the points.
   *
   * @param seed of all that is drawn
   * @return K′ ≤ K, the number of clusters; each has members
   */
  int cluster(long seed);

  /** Cluster of each point, 0 ≤ cluster &lt; K′; valid until the next {@link #begin}. */
  int[] members();

  /** cos(h_i, c) of each point with its cluster's center; padded to a multiple of 8. */
  float[] cosines();

  /**
   * A clustering by its name in model files.
   *
   * @param name kmeans, random, routing or agglomerative
   * @param relevance a cosine relevance
   * @param clusters K, at least 1
   * @param iterations T, at least 1
   * @param m components of a point
   * @throws InputException for another name
   */
  static Clustering named(String name, Relevance relevance, int clusters, int iterations, int m) {
    return switch (name) {
      case "kmeans" -> new SphericalKMeans(relevance, clusters, iterations, m);
      case "random" -> new RandomClustering(clusters, m);
      case "routing" -> new RoutingClustering(relevance, clusters, iterations, m);
      case "agglomerative" -> new AgglomerativeClustering(relevance, clusters, m);
      default -> throw new InputException("there is no clustering " + name);
    };
  }
}
