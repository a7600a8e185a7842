package io.encodectr.cluster;

import io.encodectr.kernel.Kernels;
import io.encodectr.relevance.Relevance;
import java.util.Arrays;

/**
 * KMeans by cosine (§3.2.2): k-means++ seeding, at most T assignments, early stop when none
 * changes. O(T·K·L·m).
 *
 * <p>With centers to begin with, k-means++ only draws those that are missing, and T is at most
 * {@value #WARM_ITERATIONS}.
 *
 * <p>An empty cluster takes the point farthest from its center; one that is still empty at the end
 * is dropped. The same points in the same order with the same seed give the same clusters on every
 * machine. One instance a thread; buffers grow to the longest history seen.
 */
public final class SphericalKMeans implements Clustering {
  /** Assignments that a clustering needs whose centers are nearly right from the start. */
  static final int WARM_ITERATIONS = 5;

  private static final int BLOCK = 64;

  private final Relevance relevance;
  private final int clusters;
  private final int iterations;
  private final int m;

  /** Width of a row in {@link #rows}: m components, a 1 that counts members, padding. */
  private final int width;

  private final float[] centers;
  private final float[] sums;
  private final int[] counts;
  private float[] points = {};
  private float[] rows = {};
  private float[] assignment = {};
  private float[] cosines = {};
  private float[] distances = {};
  private float[] blockSums = {};
  private int[] members = {};
  private int n;
  private int stride;
  private int given;

  /**
   * A clustering of points of m components.
   *
   * @param relevance a cosine relevance
   * @param clusters K, at least 1
   * @param iterations T, at least 1
   */
  public SphericalKMeans(Relevance relevance, int clusters, int iterations, int m) {
    if (clusters < 1 || iterations < 1 || m < 1) {
      throw new IllegalArgumentException(
          "clusters, iterations and low dimension must be positive, not "
              + clusters
              + ", "
              + iterations
              + " and "
              + m);
    }
    this.relevance = relevance;
    this.clusters = clusters;
    this.iterations = iterations;
    this.m = m;
    width = Kernels.padded(m + 1);
    centers = new float[clusters * m];
    sums = new float[clusters * width];
    counts = new int[clusters];
  }

  @Override
  public void begin(int points) {
    n = points;
    given = 0;
    stride = (n + BLOCK - 1) / BLOCK * BLOCK;
    if (this.points.length < stride * m) {
      int capacity = Math.max(stride, 256);
      this.points = new float[capacity * m];
      rows = new float[capacity * width];
      assignment = new float[capacity];
      cosines = new float[capacity];
      distances = new float[capacity];
      blockSums = new float[capacity / 8];
      members = new int[capacity];
    }
    Arrays.fill(this.points, 0, stride * m, 0f);
  }

  @Override
  public void point(int i, int item, float[] unit, int o) {
    for (int j = 0; j < m; j++) {
      points[j * stride + i] = unit[o + j];
      rows[i * width + j] = unit[o + j];
    }
    rows[i * width + m] = 1f;
  }

  @Override
  public void startFrom(float[] centers, int count) {
    System.arraycopy(centers, 0, this.centers, 0, count * m);
    given = count;
  }

  @Override
  public int cluster(long seed) {
    if (n == 0) {
      return 0;
    }
    int most = given > 0 ? Math.min(WARM_ITERATIONS, iterations) : iterations;
    int count = chooseCenters(new SeedStream(seed));
    int used = (n + 15) & ~15;
    Arrays.fill(assignment, 0, used, -1f);
    for (int t = 1; ; t++) {
      boolean changed =
          relevance.nearest(points, stride, used, m, centers, count, assignment, cosines);
      if (!changed || t == most) {
        break;
      }
      moveCenters(count);
    }
    return dropEmpty(count);
  }

  @Override
  public int[] members() {
    return members;
  }

  @Override
  public float[] cosines() {
    return cosines;
  }

  /** k-means++: each next center is drawn with probability proportional to 1 − cos. */
  private int chooseCenters(SeedStream random) {
    if (given == clusters) {
      return clusters;
    }
    Arrays.fill(distances, 0, n, 2f);
    Arrays.fill(distances, n, stride, 0f);
    if (given == 0) {
      copyPoint(random.below(n), 0);
    }
    int count = 0;
    while (true) {
      relevance.shrinkDistances(points, stride, m, centers, count * m, distances, blockSums);
      count++;
      if (count == clusters) {
        return count;
      }
      if (count < given) {
        continue;
      }
      double total = 0;
      for (int b = 0; b < stride / BLOCK; b++) {
        total += blockSum(b);
      }
      if (!(total > 0)) {
        return count;
      }
      copyPoint(draw(random.unit() * total), count);
    }
  }

  private float blockSum(int b) {
    int o = b * 8;
    return ((blockSums[o] + blockSums[o + 4]) + (blockSums[o + 2] + blockSums[o + 6]))
        + ((blockSums[o + 1] + blockSums[o + 5]) + (blockSums[o + 3] + blockSums[o + 7]));
  }

  /** The point at which the running sum of distances passes the mark. */
  private int draw(double mark) {
    double left = mark;
    int block = 0;
    for (int b = 0; b < stride / BLOCK; b++) {
      float sum = blockSum(b);
      if (sum > 0) {
        block = b;
        if (left < sum) {
          break;
        }
        left -= sum;
      }
    }
    int drawn = block * BLOCK;
    for (int i = block * BLOCK; i < (block + 1) * BLOCK; i++) {
      if (distances[i] > 0) {
        drawn = i;
        left -= distances[i];
        if (left < 0) {
          break;
        }
      }
    }
    return drawn;
  }

  private void copyPoint(int i, int center) {
    for (int j = 0; j < m; j++) {
      centers[center * m + j] = points[j * stride + i];
    }
  }

  private void moveCenters(int count) {
    Arrays.fill(sums, 0, count * width, 0f);
    Kernels.sumByCluster(rows, width, assignment, n, sums);
    for (int k = 0; k < count; k++) {
      if (sums[k * width + m] == 0f) {
        copyPoint(takeFarthest(), k);
      } else {
        turnCenter(k);
      }
    }
  }

  private void turnCenter(int k) {
    int o = k * width;
    float squared = 0f;
    for (int j = 0; j < m; j++) {
      squared = Math.fma(sums[o + j], sums[o + j], squared);
    }
    float inverse = Relevance.inverseNorm(squared);
    if (inverse > 0f) {
      for (int j = 0; j < m; j++) {
        centers[k * m + j] = sums[o + j] * inverse;
      }
    }
  }

  private int takeFarthest() {
    int farthest = 0;
    for (int i = 1; i < n; i++) {
      if (cosines[i] < cosines[farthest]) {
        farthest = i;
      }
    }
    cosines[farthest] = 2f;
    return farthest;
  }

  private int dropEmpty(int count) {
    Arrays.fill(counts, 0, count, 0);
    for (int i = 0; i < n; i++) {
      counts[(int) assignment[i]]++;
    }
    int kept = 0;
    for (int k = 0; k < count; k++) {
      counts[k] = counts[k] == 0 ? -1 : kept++;
    }
    for (int i = 0; i < n; i++) {
      members[i] = counts[(int) assignment[i]];
    }
    return kept;
  }
}
