package io.encodectr.bench.kernel;

import io.encodectr.kernel.Layers;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The kernels of {@link Layers}, each under its name, for 48 candidates. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class LayerBenchmark {
  static final int ROWS = 48;
  static final int INPUTS = 128;
  static final int FIRST = 200;
  private static final int SECOND = 80;

  private final float[] inputs = values(ROWS * INPUTS, 1);
  private final float[] hidden = values(ROWS * FIRST, 2);
  private final float[] firstLayer = Layers.pack(values(INPUTS * FIRST, 3), 0, FIRST, INPUTS);
  private final float[] secondLayer = Layers.pack(values(FIRST * SECOND, 4), 0, SECOND, FIRST);
  private final float[] out = new float[ROWS * FIRST];
  private final int[] active = new int[FIRST + 8];

  static float[] values(int n, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = (float) (random.nextDouble() - 0.5);
    }
    return x;
  }

  /** The first layer's interest part: 128 inputs, 200 outputs. */
  @Benchmark
  public float[] multiply() {
    Layers.multiply(inputs, 0, INPUTS, firstLayer, out, 0, FIRST, ROWS, FIRST, INPUTS, false);
    return out;
  }

  /** The second layer: 200 inputs, of which half are below zero; 80 outputs. */
  @Benchmark
  public float[] multiplyActive() {
    Layers.multiplyActive(
        hidden, 0, FIRST, secondLayer, out, 0, SECOND, ROWS, SECOND, FIRST, active);
    return out;
  }
}
