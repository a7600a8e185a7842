package io.encodectr.bench.online;

import ai.onnxruntime.OrtEnvironment;
import io.encodectr.dataset.Dataset;
import io.encodectr.kernel.Kernels;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/** What {@link OnlineBenchmark} found, in Markdown. */
final class OnlineReport {
  /** Steps of the peak loop in a round, about a millisecond's. */
  static final int PEAK_STEPS = 400_000;

  private static final Path PROCESSORS = Path.of("/proc/cpuinfo");

  private final PrintStream out;
  private final int candidates;

  OnlineReport(PrintStream out, int candidates) {
    this.out = out;
    this.candidates = candidates;
  }

  /** What is measured, and where. */
  void conditions(Dataset dataset, @Nullable Path runs, int history, int rounds, int block)
      throws IOException {
    out.printf(
        Locale.ROOT,
        "%s, %d cores, load %.1f, JDK %s, ONNX Runtime %s, LibTorch %s, kernels %s; %s%n",
        processor(),
        Runtime.getRuntime().availableProcessors(),
        load(),
        Runtime.version(),
        OrtEnvironment.getEnvironment().getVersion(),
        Loader.getVersion("org.bytedeco", "pytorch", torch.class),
        Kernels.provider(),
        Instant.now());
    out.printf(
        Locale.ROOT,
        "%s weights (%s), dataset %s, %d items, %d candidates, %d behaviors, %d rounds, other"
            + " runtimes %d candidates at once%n",
        runs == null ? "random" : "trained",
        runs == null ? "none" : runs,
        dataset.info().fingerprint().substring(0, 12),
        dataset.items(),
        candidates,
        history,
        rounds,
        block);
  }

  /** How far a contender is off. */
  void agreement(String name, double largest) {
    out.printf(Locale.ROOT, "%s: logits differ by at most %.1e%n", name, largest);
  }

  /** How many inputs of the second layer a kernel may leave out. */
  void active(String name, ActiveInputs inputs) {
    out.printf(
        Locale.ROOT,
        "%s: %.0f%% of the second layer's inputs are above zero for a candidate, %.0f%% for one of"
            + " six%n",
        name,
        100 * inputs.ofCandidate(),
        100 * inputs.ofBlock());
  }

  /** The table, and what was asked for. */
  void table(List<Contender> contenders, List<Times> times) {
    double peak =
        PeakArithmetic.multiplyAdds(PEAK_STEPS) / Times.median(times.getLast().cpu()) / 1e6;
    out.printf(
        Locale.ROOT, "peak %.1f G multiply-adds a second; load %.1f at the end%n", peak, load());
    out.println();
    out.println(
        "| | CPU ms, median | p99 | wall ms, median | p99 | of DIN | multiply-adds | floor ms |"
            + " of the floor |");
    out.println("|---|---|---|---|---|---|---|---|---|");
    double din = Times.median(times.getFirst().cpu());
    for (int i = 0; i < contenders.size(); i++) {
      double[] cpu = times.get(i).cpu();
      double[] wall = times.get(i).wall();
      double median = Times.median(cpu);
      double floor = floor(contenders.get(i), peak);
      out.printf(
          Locale.ROOT,
          "| %s | %.2f | %.2f | %.2f | %.2f | %.2f | %,d | %.2f | %.2f |%n",
          contenders.get(i).name(),
          median,
          Times.quantile(cpu, 0.99),
          Times.median(wall),
          Times.quantile(wall, 0.99),
          median / din,
          contenders.get(i).multiplyAdds(),
          floor,
          median / floor);
    }
    out.println();
    double[] base = times.getFirst().cpu();
    for (int i = 1; i < contenders.size(); i++) {
      double[] other = times.get(i).cpu();
      double[] differences = new double[other.length];
      for (int round = 0; round < other.length; round++) {
        differences[round] = other[round] - base[round];
      }
      out.printf(
          Locale.ROOT,
          "%s - din: %.2f ms (median of a round)%n",
          contenders.get(i).name(),
          Times.median(differences));
    }
  }

  private double floor(Contender contender, double peak) {
    return candidates * (double) contender.multiplyAdds() / peak / 1e6;
  }

  /** Writes every round's times. */
  static void write(Path file, List<Contender> contenders, List<Times> times) throws IOException {
    List<String> lines = new ArrayList<>(List.of("contender,round,cpu_ms,wall_ms"));
    for (int i = 0; i < times.size(); i++) {
      String name = i == contenders.size() ? "peak loop" : contenders.get(i).name();
      double[] cpu = times.get(i).cpu();
      double[] wall = times.get(i).wall();
      for (int round = 0; round < cpu.length; round++) {
        lines.add(
            String.format(
                Locale.ROOT, "\"%s\",%d,%.6f,%.6f", name, round, cpu[round], wall[round]));
      }
    }
    Files.write(file, lines, StandardCharsets.UTF_8);
  }

  private static double load() {
    return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
  }

  private static String processor() throws IOException {
    if (Files.exists(PROCESSORS)) {
      for (String line : Files.readAllLines(PROCESSORS)) {
        if (line.startsWith("model name")) {
          return line.substring(line.indexOf(':') + 1).strip();
        }
      }
    }
    return System.getProperty("os.arch", "");
  }
}
