package io.encodectr.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.encodectr.relevance.Relevance;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** KMeans that begins with earlier centers ends as well as one from scratch. */
class WarmStartTest {
  private static final long SEED = Long.getLong("encode.test.seed", 12L);
  private static final int M = 4;
  private static final int K = 30;
  private static final int OLD = 300;
  private static final int ALL = 320;

  private final Random random = new Random(SEED);
  private final SphericalKMeans clustering = new SphericalKMeans(Relevance.cosine(20f), K, 15, M);

  /** The new points are of a few directions, half of which no old point has. */
  private float[] points() {
    float[][] topics = new float[42][];
    for (int t = 0; t < topics.length; t++) {
      topics[t] = unit(new float[M], 1);
    }
    float[] points = new float[ALL * M];
    for (int i = 0; i < ALL; i++) {
      int topic = i < OLD ? random.nextInt(40) : i % 2 == 0 ? 40 + random.nextInt(2) : i % 40;
      System.arraycopy(unit(topics[topic], 0.2), 0, points, i * M, M);
    }
    return points;
  }

  private float[] unit(float[] around, double spread) {
    double[] moved = new double[M];
    double squared = 0;
    for (int c = 0; c < M; c++) {
      moved[c] = around[c] + spread * random.nextGaussian();
      squared += moved[c] * moved[c];
    }
    float[] unit = new float[M];
    for (int c = 0; c < M; c++) {
      unit[c] = (float) (moved[c] / Math.sqrt(squared));
    }
    return unit;
  }

  /** Clusters the first points, with given centers or, for an empty array, from scratch. */
  private int cluster(float[] points, int count, float[] centers, long seed) {
    clustering.begin(count);
    for (int i = 0; i < count; i++) {
      clustering.point(i, i, points, i * M);
    }
    clustering.startFrom(centers, centers.length / M);
    return clustering.cluster(seed);
  }

  private double meanCosine(int count) {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += clustering.cosines()[i];
    }
    return sum / count;
  }

  private float[] centers(float[] points, int count, int found) {
    float[] centers = new float[found * M];
    for (int i = 0; i < count; i++) {
      for (int c = 0; c < M; c++) {
        centers[clustering.members()[i] * M + c] += points[i * M + c];
      }
    }
    for (int k = 0; k < found; k++) {
      double squared = 0;
      for (int c = 0; c < M; c++) {
        squared += centers[k * M + c] * centers[k * M + c];
      }
      for (int c = 0; c < M; c++) {
        centers[k * M + c] /= (float) Math.sqrt(squared);
      }
    }
    return centers;
  }

  @Test
  void newPointsCostHardlyAnythingOfTheObjective() {
    double scratch = 0;
    double warm = 0;
    int users = 200;
    for (int user = 0; user < users; user++) {
      float[] points = points();
      float[] centers = centers(points, OLD, cluster(points, OLD, new float[0], user));
      cluster(points, ALL, new float[0], user);
      scratch += meanCosine(ALL) / users;
      assertThat(cluster(points, ALL, centers, user)).isEqualTo(K);
      warm += meanCosine(ALL) / users;
    }
    assertThat(1 - warm).as("seed %d, scratch %s", SEED, scratch).isLessThan(1.1 * (1 - scratch));
  }

  /** Where there are fewer centers than K, the missing ones are drawn. */
  @Test
  void missingCentersAreDrawn() {
    float[] points = points();
    float[] centers = centers(points, OLD, cluster(points, OLD, new float[0], 1));
    assertThat(cluster(points, ALL, Arrays.copyOf(centers, 3 * M), 1)).isEqualTo(K);
    int[] members = Arrays.copyOf(clustering.members(), ALL);
    assertThat(Arrays.stream(members).distinct().count()).isEqualTo(K);
    assertThat(cluster(points, ALL, Arrays.copyOf(centers, 3 * M), 1)).isEqualTo(K);
    assertThat(Arrays.copyOf(clustering.members(), ALL)).isEqualTo(members);
  }

  /** Centers are for one clustering; the one after is from scratch again. */
  @Test
  void aStartIsForOneClustering() {
    float[] points = points();
    cluster(points, ALL, new float[0], 7);
    int[] members = Arrays.copyOf(clustering.members(), ALL);
    cluster(points, ALL, centers(points, ALL, K), 8);
    cluster(points, ALL, new float[0], 7);
    assertThat(Arrays.copyOf(clustering.members(), ALL)).isEqualTo(members);
  }
}
