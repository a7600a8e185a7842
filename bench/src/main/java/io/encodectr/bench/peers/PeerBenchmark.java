package io.encodectr.bench.peers;

import io.encodectr.dataset.Dataset;
import io.encodectr.file.FolderTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Training steps of our trainer beside LibTorch operations alone and PyTorch, each a whole step on
 * the same batch, in rounds whose order is drawn anew. All must find the losses that our trainer
 * finds. See docs/performance.md.
 */
@Command(
    name = "peers",
    mixinStandardHelpOptions = true,
    description = "Times training steps: our trainer, LibTorch operations alone, PyTorch.")
public final class PeerBenchmark implements Callable<Integer> {
  /**
   * Largest difference of losses, relative to their size. The first step's are of the same weights;
   * later ones of weights that each side updated itself.
   */
  static final double TOLERANCE = 1e-5;

  @Option(
      names = "--methods",
      split = ",",
      defaultValue = "encode,din-l",
      description = "Of encode and din-l.")
  private List<String> methods = List.of();

  @Option(
      names = "--lengths",
      split = ",",
      defaultValue = "ragged,1500",
      description = "ragged (log-normal, at most 1,500) or the behaviors of every history.")
  private List<String> lengths = List.of();

  @Option(
      names = "--data",
      description = "A dataset whose samples are taken in place of --lengths; their ids alone.")
  private @Nullable Path data;

  @Option(names = "--batch-size", defaultValue = "1024", description = "Samples of a step.")
  private int batchSize;

  @Option(names = "--batches", defaultValue = "3", description = "That take turns.")
  private int batches;

  @Option(names = "--items", defaultValue = "100000", description = "Of drawn histories.")
  private int items;

  @Option(
      names = "--blocks",
      split = ",",
      defaultValue = "0,64",
      description =
          "Samples that the others pad to one length: 0 for the whole batch, else samples of"
              + " similar lengths.")
  private List<Integer> blocks = List.of();

  @Option(names = "--threads", defaultValue = "2", description = "Of each program.")
  private int threads;

  @Option(names = "--rounds", defaultValue = "7", description = "Rounds that count.")
  private int rounds;

  @Option(names = "--warm-up", defaultValue = "8", description = "Least seconds of each before.")
  private double warmUp;

  @Option(names = "--seed", defaultValue = "1", description = "Of samples, weights and order.")
  private long seed;

  @Option(names = "--quick", description = "Small and few: to see that it works.")
  private boolean quick;

  @Option(names = "--python-module", hidden = true, defaultValue = "bench")
  private Path module = Path.of("bench");

  @Option(names = "--out", description = "A CSV file of every step's times.")
  private @Nullable Path out;

  /** Runs it. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new PeerBenchmark()).execute(args));
  }

  @Override
  public Integer call() throws IOException {
    if (quick) {
      batchSize = Math.min(batchSize, 128);
      batches = 2;
      rounds = 3;
      warmUp = 3;
    }
    Optional<Python> python = Python.find(module);
    if (python.isEmpty()) {
      System.out.println("PyTorch is left out: no python3 here has torch and numpy.");
    }
    PeerReport report = new PeerReport(System.out, batchSize, threads);
    List<String> sets = data == null ? lengths : List.of("dataset");
    for (String set : sets) {
      SampledHistories samples = samples(set);
      for (String method : methods) {
        compare(set, method, samples, python, report);
      }
    }
    report.table();
    if (out != null) {
      report.write(out);
    }
    return report.agreed() ? 0 : 1;
  }

  private SampledHistories samples(String set) throws IOException {
    int count = batchSize * batches;
    if (data != null) {
      try (Dataset dataset = Dataset.open(data)) {
        return SampledHistories.of(dataset, count, 1500, seed);
      }
    }
    return set.equals("ragged")
        ? SampledHistories.logNormal(count, items, 1500, seed)
        : SampledHistories.fixed(count, items, Integer.parseInt(set), seed);
  }

  private void compare(
      String set,
      String method,
      SampledHistories samples,
      Optional<Python> python,
      PeerReport report)
      throws IOException {
    Path folder = Files.createTempDirectory("peers-");
    List<PeerProcess> peers = new ArrayList<>();
    try {
      SampleDataset.write(folder.resolve(TrainingProblem.DATASET), samples);
      TrainingProblem problem = TrainingProblem.write(folder, method, batchSize, threads);
      report.begin(set, samples.meanLength(), problem);
      start(folder, python, peers);
      for (PeerProcess peer : peers) {
        report.losses(peer, peer.compare());
      }
      time(peers, report);
    } finally {
      for (PeerProcess peer : peers) {
        peer.close();
      }
      FolderTree.delete(folder);
    }
  }

  /** Starts all; the first is ours. */
  private void start(Path folder, Optional<Python> python, List<PeerProcess> peers)
      throws IOException {
    peers.add(PeerProcess.java("ours", folder, "kernels", 0, threads));
    for (int block : blocks) {
      String padded = block == 0 ? "" : ", blocks of " + block;
      peers.add(PeerProcess.java("LibTorch" + padded, folder, "libtorch", block, threads));
      if (python.isPresent()) {
        peers.add(PeerProcess.python("PyTorch" + padded, folder, python.get(), block, threads));
      }
    }
  }

  private void time(List<PeerProcess> peers, PeerReport report) {
    for (PeerProcess peer : peers) {
      double seconds = 0;
      for (int i = 0; seconds < warmUp; i++) {
        seconds += peer.step(i % batches)[0];
      }
    }
    List<PeerProcess> order = new ArrayList<>(peers);
    Random random = new Random(seed);
    for (int round = 0; round < rounds; round++) {
      Collections.shuffle(order, random);
      for (PeerProcess peer : order) {
        report.step(peer, round, peer.step(round % batches));
      }
    }
  }
}
