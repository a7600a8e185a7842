package io.encodectr.bench.growth;

import io.encodectr.file.FolderTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Measures every point that is not in the file yet, then draws the plots and prints the tables of
 * docs/performance.md.
 */
@Command(
    name = "growth",
    mixinStandardHelpOptions = true,
    description = "Time and memory of each stage against users, history, K, d and threads.")
public final class GrowthBenchmark implements Callable<Integer> {
  @Option(
      names = "--out",
      description = "Folder of growth.csv, which a later call goes on with, and of the plots.")
  private Path out = Path.of("docs", "results", "growth");

  @Option(names = "--scratch", description = "Folder for worlds; up to 4 GB (default: a new one).")
  private Path scratch = Path.of(System.getProperty("java.io.tmpdir"));

  @Option(
      names = "--axes",
      split = ",",
      defaultValue = "users,history,clusters,threads,kernels",
      description = "What to measure (default: ${DEFAULT-VALUE}).")
  private List<String> axes = List.of();

  @Option(names = "--threads", defaultValue = "2", description = "But on the axis of threads.")
  private int threads;

  @Option(names = "--quick", description = "Small worlds: to see that it works.")
  private boolean quick;

  /** Runs it. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new GrowthBenchmark()).execute(args));
  }

  @Override
  public Integer call() throws IOException {
    GrowthFile file = new GrowthFile(out.resolve("growth.csv"));
    Path work = Files.createTempDirectory(scratch, "growth-");
    try {
      Path encode = Path.of("encode").toAbsolutePath();
      StageChain chain = new StageChain(encode, work, file);
      for (GrowthPoint point : GrowthPoint.all(quick, threads)) {
        if (axes.contains(point.axis())) {
          chain.measure(point);
        }
      }
    } finally {
      FolderTree.delete(work);
    }
    if (axes.contains("kernels")) {
      KernelGrowth.measure(file, quick);
    }
    GrowthReport report = new GrowthReport(file.all());
    report.print(System.out);
    report.plot(out);
    return 0;
  }
}
