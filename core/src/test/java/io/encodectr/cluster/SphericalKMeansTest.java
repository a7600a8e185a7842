package io.encodectr.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.encodectr.relevance.Relevance;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SphericalKMeansTest {
  private static final long SEED = Long.getLong("encode.test.seed", 20261123L);
  private static final int M = 4;
  private final SplittableRandom random = new SplittableRandom(SEED);
  private final Relevance cosine = Relevance.cosine(20f);

  @Test
  void findsWellSeparatedGroups() {
    int groups = 8;
    int n = 400;
    SphericalKMeans kmeans = new SphericalKMeans(cosine, groups, 15, M);
    float[][] centers = new float[groups][];
    for (int g = 0; g < groups; g++) {
      centers[g] = new float[M];
      centers[g][g / 2] = g % 2 == 0 ? 1f : -1f;
    }
    kmeans.begin(n);
    for (int i = 0; i < n; i++) {
      kmeans.point(i, i, near(centers[i % groups], 0.1), 0);
    }
    assertThat(kmeans.cluster(SEED)).isEqualTo(groups);
    for (int i = groups; i < n; i++) {
      assertThat(kmeans.members()[i]).isEqualTo(kmeans.members()[i % groups]);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 63, 64, 65, 129, 1000})
  void isNoWorseThanItsOwnStartAndStableForOneSeed(int n) {
    float[][] points = new float[n][];
    for (int i = 0; i < n; i++) {
      points[i] = near(new float[M], 1);
    }
    double once = spread(points, 1);
    double converged = spread(points, 15);
    assertThat(converged).as("seed %d", SEED).isLessThanOrEqualTo(once + 1e-3 * n);
    assertThat(spread(points, 15)).isEqualTo(converged);
  }

  @Test
  void identicalPointsAreOneCluster() {
    SphericalKMeans kmeans = new SphericalKMeans(cosine, 30, 15, M);
    kmeans.begin(500);
    float[] same = near(new float[M], 1);
    for (int i = 0; i < 500; i++) {
      kmeans.point(i, i, same, 0);
    }
    assertThat(kmeans.cluster(3)).isEqualTo(1);
  }

  @Test
  void clustersAreNeverEmpty() {
    for (int n = 31; n < 200; n += 7) {
      SphericalKMeans kmeans = new SphericalKMeans(cosine, 30, 15, M);
      kmeans.begin(n);
      for (int i = 0; i < n; i++) {
        kmeans.point(i, i, near(new float[] {1, 0, 0, 0}, 0.001), 0);
      }
      int count = kmeans.cluster(n);
      boolean[] seen = new boolean[count];
      for (int i = 0; i < n; i++) {
        seen[kmeans.members()[i]] = true;
      }
      for (boolean member : seen) {
        assertThat(member).isTrue();
      }
    }
  }

  @Test
  void dotRelevanceCannotCluster() {
    SphericalKMeans kmeans = new SphericalKMeans(Relevance.dot(32), 3, 15, M);
    kmeans.begin(1);
    kmeans.point(0, 0, new float[] {1, 0, 0, 0}, 0);
    assertThatThrownBy(() -> kmeans.cluster(1)).isInstanceOf(IllegalStateException.class);
  }

  private double spread(float[][] points, int iterations) {
    SphericalKMeans kmeans = new SphericalKMeans(cosine, 30, iterations, M);
    kmeans.begin(points.length);
    for (int i = 0; i < points.length; i++) {
      kmeans.point(i, i, points[i], 0);
    }
    kmeans.cluster(SEED);
    double total = 0;
    for (int i = 0; i < points.length; i++) {
      total += 1 - kmeans.cosines()[i];
    }
    return total;
  }

  private float[] near(float[] center, double noise) {
    float[] x = new float[M];
    double squared = 0;
    for (int j = 0; j < M; j++) {
      x[j] = (float) (center[j] + noise * random.nextGaussian());
      squared += x[j] * x[j];
    }
    for (int j = 0; j < M; j++) {
      x[j] /= (float) Math.sqrt(squared);
    }
    return x;
  }
}
