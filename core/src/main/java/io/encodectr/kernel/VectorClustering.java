package io.encodectr.kernel;

import static io.encodectr.kernel.Lanes.F8;
import static io.encodectr.kernel.Lanes.all;
import static io.encodectr.kernel.Lanes.load;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** Vector API twin of {@link ScalarClustering}: sixteen points at a time against every center. */
final class VectorClustering {
  private VectorClustering() {}

  static boolean assign(
      float[] points,
      int np,
      int used,
      int m,
      float[] centers,
      int count,
      float[] assignment,
      float[] similarity) {
    return m == 4
        ? assign4(points, np, used, centers, count, assignment, similarity)
        : assignAny(points, np, used, m, centers, count, assignment, similarity);
  }

  private static boolean assign4(
      float[] points,
      int np,
      int used,
      float[] centers,
      int count,
      float[] assignment,
      float[] similarity) {
    FloatVector moved = FloatVector.zero(F8);
    for (int i = 0; i < used; i += 16) {
      FloatVector a0 = load(points, i);
      FloatVector a1 = load(points, np + i);
      FloatVector a2 = load(points, 2 * np + i);
      FloatVector a3 = load(points, 3 * np + i);
      FloatVector b0 = load(points, i + 8);
      FloatVector b1 = load(points, np + i + 8);
      FloatVector b2 = load(points, 2 * np + i + 8);
      FloatVector b3 = load(points, 3 * np + i + 8);
      FloatVector bestA = all(-2f);
      FloatVector bestB = bestA;
      FloatVector nearestA = FloatVector.zero(F8);
      FloatVector nearestB = nearestA;
      FloatVector index = nearestA;
      for (int k = 0, q = 0; k < count; k++, q += 4) {
        FloatVector c0 = all(centers[q]);
        FloatVector c1 = all(centers[q + 1]);
        FloatVector c2 = all(centers[q + 2]);
        FloatVector c3 = all(centers[q + 3]);
        FloatVector sa = a3.fma(c3, a2.fma(c2, a1.fma(c1, a0.mul(c0))));
        FloatVector sb = b3.fma(c3, b2.fma(c2, b1.fma(c1, b0.mul(c0))));
        VectorMask<Float> nearerA = sa.compare(VectorOperators.GT, bestA);
        VectorMask<Float> nearerB = sb.compare(VectorOperators.GT, bestB);
        bestA = bestA.blend(sa, nearerA);
        bestB = bestB.blend(sb, nearerB);
        nearestA = nearestA.blend(index, nearerA);
        nearestB = nearestB.blend(index, nearerB);
        index = index.add(1f);
      }
      moved = moved.add(nearestA.sub(load(assignment, i)).abs());
      moved = moved.add(nearestB.sub(load(assignment, i + 8)).abs());
      nearestA.intoArray(assignment, i);
      nearestB.intoArray(assignment, i + 8);
      bestA.intoArray(similarity, i);
      bestB.intoArray(similarity, i + 8);
    }
    return Lanes.sum(moved) > 0f;
  }

  private static boolean assignAny(
      float[] points,
      int np,
      int used,
      int m,
      float[] centers,
      int count,
      float[] assignment,
      float[] similarity) {
    FloatVector moved = FloatVector.zero(F8);
    for (int i = 0; i < used; i += 8) {
      FloatVector best = all(-2f);
      FloatVector nearest = FloatVector.zero(F8);
      FloatVector index = nearest;
      for (int k = 0; k < count; k++) {
        FloatVector s = load(points, i).mul(centers[k * m]);
        for (int j = 1; j < m; j++) {
          s = load(points, j * np + i).fma(all(centers[k * m + j]), s);
        }
        VectorMask<Float> nearer = s.compare(VectorOperators.GT, best);
        best = best.blend(s, nearer);
        nearest = nearest.blend(index, nearer);
        index = index.add(1f);
      }
      moved = moved.add(nearest.sub(load(assignment, i)).abs());
      nearest.intoArray(assignment, i);
      best.intoArray(similarity, i);
    }
    return Lanes.sum(moved) > 0f;
  }

  static void shrinkDistances(
      float[] points, int np, int m, float[] center, int co, float[] distance, float[] blockSums) {
    for (int block = 0; block < np; block += 64) {
      FloatVector total = FloatVector.zero(F8);
      for (int i = block; i < block + 64; i += 8) {
        FloatVector s = load(points, i).mul(center[co]);
        for (int j = 1; j < m; j++) {
          s = load(points, j * np + i).fma(all(center[co + j]), s);
        }
        FloatVector far = all(1f).sub(s);
        far = far.blend(0f, far.compare(VectorOperators.LT, ScalarClustering.SAME_DIRECTION));
        FloatVector kept = load(distance, i).min(far);
        kept.intoArray(distance, i);
        total = total.add(kept);
      }
      total.intoArray(blockSums, block / 8);
    }
  }

  static void sumByCluster(float[] rows, int width, float[] assignment, int n, float[] sums) {
    for (int i = 0; i < n; i++) {
      int source = i * width;
      int target = ((int) assignment[i]) * width;
      for (int j = 0; j < width; j += 8) {
        load(sums, target + j).add(load(rows, source + j)).intoArray(sums, target + j);
      }
    }
  }
}
