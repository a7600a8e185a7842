package io.encodectr.bench.growth;

import io.encodectr.bench.Histories;
import io.encodectr.item.ItemTable;
import io.encodectr.relevance.Relevance;
import io.encodectr.sequence.LongSequence;
import io.encodectr.sequence.Method;
import io.encodectr.sequence.SequenceSpec;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a history and a candidate cost in the kernels of ENCODE and DIN-L, on one thread, against
 * history length, K and d.
 */
final class KernelGrowth {
  private static final int ITEMS = 20_000;
  private static final int USERS = 20;
  private static final int CANDIDATES = 1000;
  private static final int RUNS = 7;

  private final @Nullable GrowthFile file;
  private final double seconds;

  private KernelGrowth(@Nullable GrowthFile file, double seconds) {
    this.file = file;
    this.seconds = seconds;
  }

  /** Measures what is missing, after a pass over everything that warms the compiler up. */
  static void measure(GrowthFile file, boolean quick) throws IOException {
    if (!file.has("kernels: dimension", 128, "attend din-l")) {
      new KernelGrowth(null, 0.5).all();
      new KernelGrowth(file, quick ? 0.2 : 2).all();
    }
  }

  private void all() throws IOException {
    for (int length : new int[] {50, 200, 1_000, 3_000, 10_000}) {
      point("kernels: history", length, length, 30, 32);
    }
    for (int clusters : new int[] {10, 30, 100, 300}) {
      point("kernels: clusters", clusters, 1_000, clusters, 32);
    }
    for (int dimension : new int[] {16, 32, 64, 128}) {
      point("kernels: dimension", dimension, 1_000, 30, dimension);
    }
  }

  private void point(String axis, int x, int length, int clusters, int d) throws IOException {
    if (file != null && file.has(axis, x, "attend din-l")) {
      return;
    }
    ItemTable items = Histories.items(ITEMS, d, 1);
    int[] histories = Histories.histories(ITEMS, USERS, length, 2);
    int[] targets = Histories.histories(ITEMS, CANDIDATES, 1, 3);
    float[] out = new float[CANDIDATES * d];
    for (String method : new String[] {"encode", "din-l"}) {
      LongSequence sequence = sequence(method, clusters, d);
      if (method.equals("encode")) {
        double micros =
            micros(() -> {
              for (int u = 0; u < USERS; u++) {
                sequence.history(items, histories, u * length, length, u);
              }
            });
        add(axis, x, "extract", "user", micros / USERS);
      }
      sequence.history(items, histories, 0, length, 0);
      double micros = micros(() -> sequence.attend(items, targets, 0, CANDIDATES, out, 0, d));
      add(axis, x, "attend " + method, "candidate", micros / CANDIDATES);
    }
  }

  private static LongSequence sequence(String name, int clusters, int d) {
    Method method = Method.named(name);
    return method.newSequence(
        new SequenceSpec(
            method,
            d,
            Histories.LOW_DIMENSION,
            clusters,
            15,
            20f,
            Relevance.cosine(20f),
            "kmeans",
            "none",
            50,
            5),
        Map.of(Method.DEFAULT, new float[d])::get);
  }

  /** Median of several runs after a warm-up. */
  private double micros(Runnable task) {
    long begin = System.nanoTime();
    int calls = 0;
    while (System.nanoTime() - begin < seconds * 0.5e9) {
      task.run();
      calls++;
    }
    int each = Math.max(1, calls / RUNS);
    double[] runs = new double[RUNS];
    for (int r = 0; r < RUNS; r++) {
      long start = System.nanoTime();
      for (int i = 0; i < each; i++) {
        task.run();
      }
      runs[r] = (System.nanoTime() - start) * 1e-3 / each;
    }
    Arrays.sort(runs);
    return runs[RUNS / 2];
  }

  private void add(String axis, int x, String stage, String unit, double micros)
      throws IOException {
    if (file != null && !file.has(axis, x, stage)) {
      file.add(new Growth(axis, x, x, stage, 1, unit, 0, micros, 0, 0));
    }
  }
}
