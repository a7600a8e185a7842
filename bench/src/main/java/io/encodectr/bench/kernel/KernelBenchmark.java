package io.encodectr.bench.kernel;

import io.encodectr.kernel.Kernels;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * The kernels of {@link Kernels}, each under its name, for a history of 272 behaviors: d = 32, m =
 * 4, K = 30, β = 20, 14 targets, an item table of 1.3 MB. What changes its input in place gets a
 * copy, which is timed too.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class KernelBenchmark {
  private static final int D = 32;
  private static final int M = 4;
  private static final int K = 30;
  private static final int N = 272;
  private static final int STRIDE = 320;
  private static final int TARGETS = 14;
  private static final int ITEMS = 10_000;
  private static final int GROUPS = 16;
  private static final int BITS = 3;
  private static final float BETA = 20f;
  private static final int WIDTH = 8;

  private final SplittableRandom random = new SplittableRandom(1);
  private final float[] table = values(ITEMS * D);
  private final float[] factors = values(ITEMS);
  private final float[] gradient = new float[ITEMS * D];
  private final float[] first = new float[ITEMS * D];
  private final float[] second = new float[ITEMS * D];
  private final int[] rows = random.ints(N, 0, ITEMS).toArray();
  private final int[] left = random.ints(N, 0, ITEMS).toArray();
  private final int[] cluster = random.ints(N, 0, K).toArray();
  private final long[] codes = random.longs(ITEMS).toArray();
  private final float[] keys = values(N * D);
  private final float[] transposed = values(N * D);
  private final float[] queries = values(TARGETS * D);
  private final float[] similarities = values(TARGETS * N);
  private final float[] similarityGradient = values(TARGETS * N);
  private final float[] weights = values(N);
  private final float[] out = new float[Math.max(N * D, TARGETS * N)];
  private final float[] sums = new float[Math.max(K * D, (GROUPS << BITS) * D)];
  private final float[] points = values(M * STRIDE);
  private final float[] clusterRows = values(N * WIDTH);
  private final float[] centers = values(K * M);
  private final float[] assignment = new float[STRIDE];
  private final float[] cosines = new float[STRIDE];
  private final float[] distances = new float[STRIDE];
  private final float[] blockSums = new float[STRIDE / 8];

  private float[] values(int n) {
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = (float) (random.nextDouble() - 0.5);
    }
    return x;
  }

  private float[] copy(float[] source, int n) {
    System.arraycopy(source, 0, out, 0, n);
    return out;
  }

  /** Similarities of all targets with all behaviors. */
  @Benchmark
  public float[] multiply() {
    Kernels.multiply(queries, 0, D, 1, transposed, 0, N, out, 0, N, TARGETS, N, D, false);
    return out;
  }

  /** On 272 × 32 values. */
  @Benchmark
  public float[] relu() {
    Kernels.relu(copy(keys, N * D), 0, N * D);
    return out;
  }

  /** Of the history. */
  @Benchmark
  public float[] gather() {
    Kernels.gather(table, D, rows, 0, N, out, 0);
    return out;
  }

  /** Of the history. */
  @Benchmark
  public float[] scaleRows() {
    Kernels.scaleRows(table, D, rows, 0, N, factors, out);
    return out;
  }

  /** Of the history. */
  @Benchmark
  public float[] addRows() {
    Kernels.addRows(table, D, rows, 0, N, keys, D, out);
    return out;
  }

  /** Of half the history, as there must be room for the products. */
  @Benchmark
  public float[] multiplyRows() {
    Kernels.multiplyRows(table, D, rows, 0, N / 2, keys, 0, D, 2 * D);
    return keys;
  }

  /** Of 272 × 32 values. */
  @Benchmark
  public float[] drain() {
    Kernels.drain(copy(keys, N * D), 0, gradient, 0, N * D);
    return gradient;
  }

  /** Of the history. */
  @Benchmark
  public float[] transposeScaled() {
    Kernels.transposeScaled(keys, weights, N, D, out);
    return out;
  }

  /** Of the history. */
  @Benchmark
  public float[] squaredNorms() {
    Kernels.squaredNorms(keys, D, 0, N, out);
    return out;
  }

  /** Of two rows. */
  @Benchmark
  public float dot() {
    return Kernels.dot(keys, 0, table, 0, D);
  }

  /** 272 pairs. */
  @Benchmark
  public float[] dotPairs() {
    Kernels.dotPairs(table, D, left, rows, N, out);
    return out;
  }

  /** Of one target with the history. */
  @Benchmark
  public float[] dotRows() {
    Kernels.dotRows(queries, 0, table, D, rows, 0, N, out, 0);
    return out;
  }

  /** Of the history. */
  @Benchmark
  public float[] sumRows() {
    Kernels.sumRows(table, D, rows, 0, N, weights, 0, out, 0);
    return out;
  }

  /** Of the history, in 16 groups of 3 bits. */
  @Benchmark
  public float[] sumBuckets() {
    Kernels.sumBuckets(table, D, rows, 0, N, weights, codes, GROUPS, BITS, sums);
    return sums;
  }

  /** To the history, from 16 groups of 3 bits. */
  @Benchmark
  public float[] scatterBuckets() {
    Kernels.scatterBuckets(gradient, D, rows, 0, N, codes, GROUPS, BITS, sums);
    return gradient;
  }

  /** Over the history. */
  @Benchmark
  public float[] softmax() {
    Kernels.softmax(copy(similarities, N), 0, N, BETA);
    return out;
  }

  /** Over the history, for all targets. */
  @Benchmark
  public float[] softmaxRows() {
    Kernels.softmaxRows(copy(similarities, TARGETS * N), 0, TARGETS, N, BETA);
    return out;
  }

  /** Over the history. */
  @Benchmark
  public float[] softmaxGradient() {
    Kernels.softmaxGradient(similarities, 0, copy(similarityGradient, N), 0, N, BETA);
    return out;
  }

  /** Of 272 values. */
  @Benchmark
  public float[] sigmoid() {
    Kernels.sigmoid(copy(similarities, N), 0, N);
    return out;
  }

  /** Of 272 values. */
  @Benchmark
  public float[] tanh() {
    Kernels.tanh(copy(similarities, N), 0, N);
    return out;
  }

  /** Of 272 values. */
  @Benchmark
  public float[] expShifted() {
    Kernels.expShifted(similarities, out, N, BETA);
    return out;
  }

  /** Of the history to 30 centers. */
  @Benchmark
  public boolean assign() {
    return Kernels.assign(points, STRIDE, N, M, centers, K, assignment, cosines);
  }

  /** Of the history from one center. */
  @Benchmark
  public float[] shrinkDistances() {
    Kernels.shrinkDistances(points, STRIDE, M, centers, 0, distances, blockSums);
    return blockSums;
  }

  /** Of the history, by the assignment of all to the first. */
  @Benchmark
  public float[] sumByCluster() {
    Kernels.sumByCluster(clusterRows, WIDTH, assignment, N, sums);
    return sums;
  }

  /** Of the history into 30 interests. */
  @Benchmark
  public float[] poolClusters() {
    Kernels.poolClusters(table, D, rows, 0, N, cluster, weights, 0, sums, 0);
    return sums;
  }

  /** From 30 interests to the history. */
  @Benchmark
  public float[] scatterClusters() {
    Kernels.scatterClusters(gradient, D, rows, 0, N, cluster, 0, weights, 0, sums, 0);
    return gradient;
  }

  /** From 14 targets to the history. */
  @Benchmark
  public float[] scatterTerms() {
    Kernels.scatterTerms(gradient, D, rows, 0, N, similarities, N, TARGETS, queries, weights, keys);
    return gradient;
  }

  /** On the rows of a history. */
  @Benchmark
  public float[] adam() {
    Kernels.adam(table, 0, keys, 0, first, second, N * D, 1e-6f, 1f);
    return table;
  }
}
