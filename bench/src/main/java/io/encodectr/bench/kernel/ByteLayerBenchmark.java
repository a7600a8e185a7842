package io.encodectr.bench.kernel;

import io.encodectr.kernel.ByteLayer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** {@link ByteLayer} on the first layer's interest part, for 48 candidates. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ByteLayerBenchmark {
  private final float[] inputs =
      LayerBenchmark.values(LayerBenchmark.ROWS * LayerBenchmark.INPUTS, 1);
  private final ByteLayer layer =
      ByteLayer.of(
          LayerBenchmark.values(LayerBenchmark.INPUTS * LayerBenchmark.FIRST, 3),
          0,
          LayerBenchmark.FIRST,
          LayerBenchmark.INPUTS);
  private final ByteLayer.Workspace workspace = new ByteLayer.Workspace();
  private final float[] out = new float[LayerBenchmark.ROWS * LayerBenchmark.FIRST];

  /** 128 inputs, 200 outputs, quantization of the inputs included. */
  @Benchmark
  public float[] multiply() {
    layer.multiply(
        inputs,
        0,
        LayerBenchmark.INPUTS,
        out,
        0,
        LayerBenchmark.FIRST,
        LayerBenchmark.ROWS,
        workspace);
    return out;
  }
}
