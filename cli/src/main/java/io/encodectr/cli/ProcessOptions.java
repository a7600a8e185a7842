package io.encodectr.cli;

import io.encodectr.dataset.Dataset;
import io.encodectr.file.InputException;
import io.encodectr.progress.Progress;
import io.encodectr.train.JointTraining;
import io.encodectr.train.RunOptions;
import io.encodectr.train.TrainOptions;
import io.encodectr.train.TrainResult;
import io.encodectr.train.torch.Rendezvous;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which processes train a model together. */
final class ProcessOptions {
  private static final int MOST_SECONDS = 86_400;

  @Option(
      names = "--processes",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "Processes of this machine that share each batch, and the threads"
              + " (default: ${DEFAULT-VALUE}).")
  private int processes;

  @Option(
      names = "--rank",
      paramLabel = "R",
      description =
          "For processes on several machines, started one by one with otherwise the same options:"
              + " this one's number, from 0. Process 0 writes the model.")
  private @Nullable Integer rank;

  @Option(names = "--world-size", paramLabel = "N", description = "How many there are in all.")
  private @Nullable Integer worldSize;

  @Option(
      names = "--rendezvous",
      paramLabel = "PLACE",
      description =
          "Where they meet: HOST:PORT of process 0 on a trusted network, or, on one machine, a file"
              + " that does not exist yet.")
  private @Nullable String rendezvous;

  @Option(
      names = "--peer-timeout",
      paramLabel = "SECONDS",
      defaultValue = "300",
      description =
          "How long to wait for a process that does not come or answer"
              + " (default: ${DEFAULT-VALUE}).")
  private int peerTimeout;

  /**
   * Checks the options.
   *
   * @throws InputException if they do not fit together
   */
  void check() {
    boolean any = rank != null || worldSize != null || rendezvous != null;
    boolean all = rank != null && worldSize != null && rendezvous != null;
    if (any && !all) {
      throw new InputException(
          "--rank, --world-size and --rendezvous go together: give all three.");
    }
    if (any && processes > 1) {
      throw new InputException(
          "--processes starts the other processes itself: give it without --rank, --world-size and"
              + " --rendezvous.");
    }
    if (peerTimeout < 1 || peerTimeout > MOST_SECONDS) {
      throw new InputException(
          "--peer-timeout " + peerTimeout + ": give 1 to " + MOST_SECONDS + " seconds.");
    }
  }

  /** Whether this process is the one that writes the model. */
  boolean writesModel() {
    return rank == null || rank == 0;
  }

  /** Trains as the options say. */
  TrainResult train(
      Dataset dataset, TrainOptions options, RunOptions run, Path out, Progress progress)
      throws IOException {
    Duration limit = Duration.ofSeconds(peerTimeout);
    if (rank == null || worldSize == null || rendezvous == null) {
      return JointTraining.onThisMachine(dataset, options, run, out, progress, processes, limit);
    }
    Rendezvous place = new Rendezvous(rendezvous, rank, worldSize, limit);
    return JointTraining.asOneOf(dataset, options, run, out, progress, place);
  }
}
