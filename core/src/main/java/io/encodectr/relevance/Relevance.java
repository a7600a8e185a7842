package io.encodectr.relevance;

import io.encodectr.kernel.Kernels;
import io.encodectr.kernel.Layers;
import java.util.Arrays;

/**
 * The one similarity of the system (R2): clustering, attention inside clusters, target attention,
 * training and evaluation all call it.
 *
 * <p>Cosine relevance is sim(a, b) = β·cos(a, b) with cos = 1 − dis (Eqs. 9 and 11; β multiplies,
 * see docs/paper-map.md). A zero vector has cosine 0 with everything. Dot relevance is the usual
 * scaled dot product a·b/√d.
 *
 * <p>Keys are held transposed, {@code [d × np]}, so that similarities of many keys with a query are
 * computed side by side. Immutable and thread-safe.
 */
public final class Relevance {
  private static final float SMALLEST_SQUARED_NORM = 1e-24f;

  private final boolean cosine;
  private final float scale;

  private Relevance(boolean cosine, float scale) {
    this.cosine = cosine;
    this.scale = scale;
  }

  /**
   * β·cos(a, b).
   *
   * @throws IllegalArgumentException unless β is positive and finite
   */
  public static Relevance cosine(float beta) {
    if (!(beta > 0f) || Float.isInfinite(beta)) {
      throw new IllegalArgumentException("beta must be positive and finite, not " + beta);
    }
    return new Relevance(true, beta);
  }

  /** a·b/√d. */
  public static Relevance dot(int dimension) {
    return new Relevance(false, (float) (1 / Math.sqrt(dimension)));
  }

  /**
   * By name, as model files have it.
   *
   * @param name {@code cosine} or {@code dot}
   * @throws IllegalArgumentException for another name
   */
  public static Relevance named(String name, float beta, int dimension) {
    return switch (name) {
      case "cosine" -> cosine(beta);
      case "dot" -> dot(dimension);
      default -> throw new IllegalArgumentException("relevance must be cosine or dot: " + name);
    };
  }

  /** Whether vectors are compared by direction alone. */
  public boolean isCosine() {
    return cosine;
  }

  /** β, or 1/√d. */
  public float scale() {
    return scale;
  }

  /** 1/‖x‖ given ‖x‖²; 0 for the zero vector. */
  public static float inverseNorm(float squaredNorm) {
    return squaredNorm > SMALLEST_SQUARED_NORM ? (float) (1 / Math.sqrt(squaredNorm)) : 0f;
  }

  /**
   * Prepares keys for {@link #similarities}.
   *
   * @param keys {@code [np × d]}, rows beyond the real ones zero
   * @param inverseNorms {@code [np]}
   * @param ones {@code [np]} of 1, used where norms don't matter
   * @param transposed out {@code [d × np]}
   */
  public void prepareKeys(
      float[] keys, float[] inverseNorms, float[] ones, int np, int d, float[] transposed) {
    Kernels.transposeScaled(keys, cosine ? inverseNorms : ones, np, d, transposed);
  }

  /** Writes the query as similarities need it: a unit vector for cosine. */
  public void prepareQuery(
      float[] vectors, int vo, float inverseNorm, int d, float[] query, int qo) {
    float factor = cosine ? inverseNorm : 1f;
    for (int c = 0; c < d; c++) {
      query[qo + c] = vectors[vo + c] * factor;
    }
  }

  /**
   * {@link #prepareQuery} for rows of a table.
   *
   * @param inverseNorms of the table's rows
   * @param rows {@code n} rows from {@code from} on
   * @param queries out {@code [n × d]}
   */
  public void prepareQueries(
      float[] vectors, float[] inverseNorms, int[] rows, int from, int n, int d, float[] queries) {
    if (cosine) {
      Kernels.scaleRows(vectors, d, rows, from, n, inverseNorms, queries);
    } else {
      Kernels.gather(vectors, d, rows, from, n, queries, 0);
    }
  }

  /**
   * Unscaled similarities, cos or dot, of n prepared queries with np prepared keys.
   *
   * @param queries {@code [n × d]}
   * @param out {@code [n × np]}
   */
  public void similarities(
      float[] queries, int n, float[] transposedKeys, int np, int d, float[] out) {
    similarities(queries, 0, d, n, transposedKeys, 0, np, d, out, 0);
  }

  /** The same, bit for bit, from transposed keys that {@link Layers#pack} packed. */
  public void packedSimilarities(
      float[] queries, int n, float[] keyPanels, int np, int d, float[] out) {
    Layers.multiply(queries, 0, d, keyPanels, out, 0, np, n, np, d, false);
  }

  /**
   * The same for some of the components, as one head of several has them.
   *
   * @param queries query t's components from {@code qo + t*queryStride} on
   * @param ko where the keys' first component begins
   * @param d components
   * @param out {@code [n × np]} from {@code oo} on
   */
  public void similarities(
      float[] queries,
      int qo,
      int queryStride,
      int n,
      float[] transposedKeys,
      int ko,
      int np,
      int d,
      float[] out,
      int oo) {
    Kernels.multiply(
        queries, qo, queryStride, 1, transposedKeys, ko, np, out, oo, np, n, np, d, false);
  }

  /**
   * Unscaled similarities, cos or dot, of one prepared query with rows of a table.
   *
   * @param query {@code [d]}
   * @param vectors {@code [· × d]}
   * @param inverseNorms of the table's rows
   * @param rows {@code n} rows from {@code from} on
   * @param out row i's at {@code out[o + i]}
   */
  public void rowSimilarities(
      float[] query,
      float[] vectors,
      float[] inverseNorms,
      int d,
      int[] rows,
      int from,
      int n,
      float[] out,
      int o) {
    Kernels.dotRows(query, 0, vectors, d, rows, from, n, out, o);
    if (cosine) {
      for (int i = 0; i < n; i++) {
        out[o + i] *= inverseNorms[rows[from + i]];
      }
    }
  }

  /**
   * Plain products of a gradient with rows of a table: no similarity, but what the weights of
   * {@link #rowSimilarities} get back. {@code out[o + i] = <gradient, vectors[rows[from+i]]>}.
   */
  public static void rowProducts(
      float[] gradient,
      int go,
      float[] vectors,
      int d,
      int[] rows,
      int from,
      int n,
      float[] out,
      int o) {
    Kernels.dotRows(gradient, go, vectors, d, rows, from, n, out, o);
  }

  /** Attention weights over n keys from their similarities, in place: softmax(scale·sim). */
  public void attentionWeights(float[] similarities, int o, int n) {
    Kernels.softmax(similarities, o, n, scale);
  }

  /** The same for m rows that begin a padded n apart. */
  public void attentionWeights(float[] similarities, int o, int m, int n) {
    Kernels.softmaxRows(similarities, o, m, n, scale);
  }

  /**
   * Unnormalized weights inside clusters (numerator of Eq. 8): exp(β(cos − 1)), or for dot
   * relevance, which has no upper bound, exp((sim − the cluster's largest)/√m).
   *
   * @param similarities of each behavior with its center, cos or dot; padded
   * @param cluster of each behavior, below {@code clusters}
   * @param largest room for a number a cluster
   * @param out padded
   */
  public void clusterWeights(
      float[] similarities, int[] cluster, int n, int clusters, float[] largest, float[] out) {
    if (cosine) {
      Kernels.expShifted(similarities, out, n, scale);
      return;
    }
    Arrays.fill(largest, 0, clusters, Float.NEGATIVE_INFINITY);
    for (int i = 0; i < n; i++) {
      largest[cluster[i]] = Math.max(largest[cluster[i]], similarities[i]);
    }
    for (int i = 0; i < n; i++) {
      out[i] = similarities[i] - largest[cluster[i]] + 1f;
    }
    Kernels.expShifted(out, out, n, scale);
  }

  /** Nearest center of each point by cosine; see {@link Kernels#assign}. */
  public boolean nearest(
      float[] points,
      int np,
      int used,
      int m,
      float[] centers,
      int count,
      float[] assignment,
      float[] cosines) {
    requireCosine();
    return Kernels.assign(points, np, used, m, centers, count, assignment, cosines);
  }

  /** Distances 1 − cos to the nearest center so far; see {@link Kernels#shrinkDistances}. */
  public void shrinkDistances(
      float[] points,
      int np,
      int m,
      float[] centers,
      int co,
      float[] distances,
      float[] blockSums) {
    requireCosine();
    Kernels.shrinkDistances(points, np, m, centers, co, distances, blockSums);
  }

  /**
   * cos of n pairs of rows of one table, as metric learning compares them (Eqs. 5 and 7).
   *
   * @param vectors {@code [· × d]}
   * @param inverseNorms of the rows
   */
  public static void pairCosines(
      float[] vectors, float[] inverseNorms, int d, int[] left, int[] right, int n, float[] out) {
    Kernels.dotPairs(vectors, d, left, right, n, out);
    for (int i = 0; i < n; i++) {
      out[i] = out[i] * inverseNorms[left[i]] * inverseNorms[right[i]];
    }
  }

  /**
   * cos of one vector with n others that follow each other.
   *
   * @param query d components from {@code qo}, {@code queryInverse} its 1/‖·‖
   * @param vectors {@code [n × d]} from {@code vo}
   * @param inverseNorms of the vectors, from {@code io}
   * @param out n from {@code oo}
   */
  public static void cosines(
      float[] query,
      int qo,
      float queryInverse,
      float[] vectors,
      int vo,
      float[] inverseNorms,
      int io,
      int n,
      int d,
      float[] out,
      int oo) {
    for (int i = 0; i < n; i++) {
      out[oo + i] =
          Kernels.dot(query, qo, vectors, vo + i * d, d) * queryInverse * inverseNorms[io + i];
    }
  }

  /** cos of two unit vectors of m components, at {@code x[a]} and {@code y[b]} (Eqs. 6 and 8). */
  public static float unitCosine(float[] x, int a, float[] y, int b, int m) {
    float cosine = 0f;
    for (int c = 0; c < m; c++) {
      cosine += x[a + c] * y[b + c];
    }
    return cosine;
  }

  private void requireCosine() {
    if (!cosine) {
      throw new IllegalStateException("clusters are formed by cosine relevance");
    }
  }
}
