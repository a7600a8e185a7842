package io.encodectr.bench.kernel;

import io.encodectr.kernel.ByteLayer;
import io.encodectr.kernel.Kernels;
import io.encodectr.kernel.Layers;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Runs every kernel's scalar and vector twin with JMH, one right after the other, each in a JVM of
 * its own since a JVM has one of them; prints times and ratios. See docs/performance.md.
 */
@Command(
    name = "kernels",
    mixinStandardHelpOptions = true,
    description = "Times each kernel's scalar and vector twin.")
public final class KernelPairs implements Callable<Integer> {
  /** Doors to the kernels, and the classes that measure what is behind them. */
  private static final Map<Class<?>, Class<?>> BENCHMARKS = benchmarks();

  /** What is no kernel, or has one twin. */
  private static final Set<String> WITHOUT_TWINS =
      Set.of("provider", "padded", "hammingDistances", "pack", "of");

  private static final List<String> TWINS = List.of("scalar", "vector");

  @Option(names = "--only", split = ",", description = "Kernels (default: all).")
  private List<String> only = List.of();

  @Option(names = "--quick", description = "Short: to see that it works.")
  private boolean quick;

  @Option(names = "--out", description = "A CSV file of all results.")
  private @Nullable Path out;

  private static Map<Class<?>, Class<?>> benchmarks() {
    Map<Class<?>, Class<?>> benchmarks = new LinkedHashMap<>();
    benchmarks.put(Kernels.class, KernelBenchmark.class);
    benchmarks.put(Layers.class, LayerBenchmark.class);
    benchmarks.put(ByteLayer.class, ByteLayerBenchmark.class);
    return benchmarks;
  }

  /** Runs it. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new KernelPairs()).execute(args));
  }

  /** The kernels that have twins, as {@code Kernels.gather}. */
  static Set<String> kernels() {
    Set<String> names = new TreeSet<>();
    for (Class<?> door : BENCHMARKS.keySet()) {
      for (Method method : door.getDeclaredMethods()) {
        if (java.lang.reflect.Modifier.isPublic(method.getModifiers())
            && !WITHOUT_TWINS.contains(method.getName())) {
          names.add(door.getSimpleName() + "." + method.getName());
        }
      }
    }
    return names;
  }

  /** The kernels that are measured. */
  static Set<String> measured() {
    Set<String> names = new TreeSet<>();
    BENCHMARKS.forEach((door, benchmark) ->
        Arrays.stream(benchmark.getDeclaredMethods())
            .filter(method -> method.isAnnotationPresent(Benchmark.class))
            .forEach(method -> names.add(door.getSimpleName() + "." + method.getName())));
    return names;
  }

  @Override
  public Integer call() throws IOException, RunnerException {
    List<String> lines = new ArrayList<>(List.of("kernel,twin,nanoseconds,error"));
    List<String> table =
        new ArrayList<>(
            List.of("| kernel | scalar ns | vector ns | times as fast |", "|---|---|---|---|"));
    for (Map.Entry<Class<?>, Class<?>> entry : BENCHMARKS.entrySet()) {
      String door = entry.getKey().getSimpleName();
      for (String kernel : measured()) {
        String name = kernel.substring(kernel.indexOf('.') + 1);
        if (kernel.startsWith(door + ".") && (only.isEmpty() || only.contains(name))) {
          pair(kernel, entry.getValue().getName() + "." + name, table, lines);
        }
      }
    }
    table.forEach(System.out::println);
    if (out != null) {
      Files.write(out, lines);
    }
    return 0;
  }

  private void pair(String kernel, String benchmark, List<String> table, List<String> lines)
      throws RunnerException {
    double[] times = new double[TWINS.size()];
    for (int twin = 0; twin < times.length; twin++) {
      Result<?> result = run(benchmark, TWINS.get(twin));
      times[twin] = result.getScore();
      lines.add(
          String.join(
              ",",
              kernel,
              TWINS.get(twin),
              Double.toString(result.getScore()),
              Double.toString(result.getScoreError())));
    }
    table.add(
        String.format(
            Locale.ROOT,
            "| %s | %.1f | %.1f | %.1f |",
            kernel,
            times[0],
            times[1],
            times[0] / times[1]));
    System.err.println(table.getLast());
  }

  private Result<?> run(String benchmark, String twin) throws RunnerException {
    // A vector kernel that is not compiled yet is a hundred times slower.
    TimeValue warmUp = TimeValue.milliseconds(quick ? 500 : 1000);
    TimeValue time = TimeValue.milliseconds(quick ? 200 : 500);
    return new Runner(
            new OptionsBuilder()
                .include("^" + benchmark.replace(".", "\\.") + "$")
                .jvmArgsAppend("-Dencode.kernels=" + twin)
                .forks(1)
                .warmupIterations(4)
                .warmupTime(warmUp)
                .measurementIterations(quick ? 2 : 5)
                .measurementTime(time)
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT)
                .build())
        .runSingle()
        .getPrimaryResult();
  }
}
