package io.encodectr.kernel;

/** Scalar twin of {@link VectorClustering}. */
final class ScalarClustering {
  /** 1 − cos below this counts as the same direction: float32 rounding reaches about 2e-7. */
  static final float SAME_DIRECTION = 1e-6f;

  private ScalarClustering() {}

  static boolean assign(
      float[] points,
      int np,
      int used,
      int m,
      float[] centers,
      int count,
      float[] assignment,
      float[] similarity) {
    boolean changed = false;
    for (int i = 0; i < used; i++) {
      float best = -2f;
      int nearest = 0;
      for (int k = 0; k < count; k++) {
        float s = dot(points, np, m, i, centers, k * m);
        if (s > best) {
          best = s;
          nearest = k;
        }
      }
      changed |= assignment[i] != nearest;
      assignment[i] = nearest;
      similarity[i] = best;
    }
    return changed;
  }

  private static float dot(float[] points, int np, int m, int i, float[] center, int co) {
    float s = points[i] * center[co];
    for (int j = 1; j < m; j++) {
      s = Math.fma(points[j * np + i], center[co + j], s);
    }
    return s;
  }

  static void shrinkDistances(
      float[] points, int np, int m, float[] center, int co, float[] distance, float[] blockSums) {
    java.util.Arrays.fill(blockSums, 0, np / 8, 0f);
    for (int i = 0; i < np; i++) {
      float far = 1f - dot(points, np, m, i, center, co);
      float kept = Math.min(distance[i], far < SAME_DIRECTION ? 0f : far);
      distance[i] = kept;
      int lane = (i >> 6) * 8 + (i & 7);
      blockSums[lane] += kept;
    }
  }

  static void sumByCluster(float[] rows, int width, float[] assignment, int n, float[] sums) {
    for (int i = 0; i < n; i++) {
      int target = ((int) assignment[i]) * width;
      for (int j = 0; j < width; j++) {
        sums[target + j] += rows[i * width + j];
      }
    }
  }
}
