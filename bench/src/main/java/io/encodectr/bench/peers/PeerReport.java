package io.encodectr.bench.peers;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Losses and times of peers: what was compared, a table in Markdown, a file of all steps. */
final class PeerReport {
  private record Key(String set, String method, String peer) {}

  private record Step(int round, double seconds, double optimizer) {}

  private final PrintStream out;
  private final int batchSize;
  private final Map<Key, List<Step>> steps = new LinkedHashMap<>();
  private String set = "";
  private TrainingProblem problem = TrainingProblem.NONE;
  private boolean agreed = true;

  PeerReport(PrintStream out, int batchSize, int threads) {
    this.out = out;
    this.batchSize = batchSize;
    print(
        "Steps of %,d samples, %d threads, %s, JDK %s; load before: %.2f",
        batchSize,
        threads,
        System.getProperty("os.arch"),
        System.getProperty("java.version"),
        java.lang.management.ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
  }

  /** Starts a comparison. */
  void begin(String histories, double meanLength, TrainingProblem compared) {
    set = histories;
    problem = compared;
    print("%n%s, histories %s: %.0f behaviors on average", compared.method(), set, meanLength);
  }

  /** Compares a peer's losses with the problem's; the table has peers in the order of this. */
  void losses(PeerProcess peer, double[][] found) {
    steps.put(new Key(set, problem.method(), peer.label()), new ArrayList<>());
    double first = 0;
    double later = 0;
    for (int i = 0; i < found.length; i++) {
      double difference = difference(found[i], problem.losses().get(i));
      first = i == 0 ? difference : first;
      later = i == 0 ? later : Math.max(later, difference);
    }
    boolean same = first <= PeerBenchmark.TOLERANCE && later <= PeerBenchmark.TOLERANCE;
    agreed &= same;
    print(
        "  %-24s %-24s losses differ by %.1e at the first step, %.1e later%s",
        peer.label(),
        peer.name(),
        first,
        later,
        same ? "" : ": TOO MUCH, its times are of something else");
  }

  private static double difference(double[] found, double[] expected) {
    double largest = 0;
    for (int i = 0; i < expected.length; i++) {
      double own = Math.abs(found[i] - expected[i]) / Math.max(Math.abs(expected[i]), 1e-6);
      largest = Math.max(largest, Double.isNaN(own) ? Double.POSITIVE_INFINITY : own);
    }
    return largest;
  }

  /** Whether all peers found the problem's losses. */
  boolean agreed() {
    return agreed;
  }

  /** Adds a timed step. */
  void step(PeerProcess peer, int round, double[] seconds) {
    List<Step> own = steps.get(new Key(set, problem.method(), peer.label()));
    if (own == null) {
      throw new IllegalStateException(peer.label() + " is timed, but was not compared");
    }
    own.add(new Step(round, seconds[0], seconds[1]));
  }

  /** Prints medians and ratios. */
  void table() {
    print("%n| histories | method | program | ms a step | of it Adam | samples/s | ours is |");
    print("|---|---|---|---|---|---|---|");
    double ours = Double.NaN;
    for (Map.Entry<Key, List<Step>> entry : steps.entrySet()) {
      Key key = entry.getKey();
      double seconds = median(entry.getValue().stream().map(Step::seconds).toList());
      double adam = median(entry.getValue().stream().map(Step::optimizer).toList());
      boolean first = key.peer().equals("ours");
      ours = first ? seconds : ours;
      print(
          "| %s | %s | %s | %.1f | %s | %,.0f | %s |",
          key.set(),
          key.method(),
          key.peer(),
          1e3 * seconds,
          Double.isNaN(adam) ? "" : String.format(Locale.ROOT, "%.1f", 1e3 * adam),
          batchSize / seconds,
          first ? "" : String.format(Locale.ROOT, "%.1f × as fast", seconds / ours));
    }
  }

  private static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    return sorted.get(sorted.size() / 2);
  }

  /** Writes every step. */
  void write(Path file) throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add("histories,method,program,round,seconds,adam_seconds");
    steps.forEach((key, all) ->
        all.forEach(step ->
            lines.add(
                String.join(
                    ",",
                    key.set(),
                    key.method(),
                    '"' + key.peer() + '"',
                    Integer.toString(step.round()),
                    Double.toString(step.seconds()),
                    Double.isNaN(step.optimizer()) ? "" : Double.toString(step.optimizer())))));
    Files.write(file, lines);
  }

  @SuppressWarnings("AnnotateFormatMethod") // would need Error Prone at run time
  private void print(String text, Object... values) {
    out.printf(Locale.ROOT, text + "%n", values);
  }
}
