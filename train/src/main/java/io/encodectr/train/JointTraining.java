package io.encodectr.train;

import io.encodectr.dataset.Dataset;
import io.encodectr.file.InputException;
import io.encodectr.model.CodeVersion;
import io.encodectr.progress.Progress;
import io.encodectr.train.process.LostProcessException;
import io.encodectr.train.process.ProcessGroup;
import io.encodectr.train.torch.Rendezvous;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** Training of one model by several processes, as {@link Trainer} does it. */
public final class JointTraining {
  private static final int MOST_PROCESSES = 256;

  private JointTraining() {}

  /**
   * Trains with further processes of this machine, started as this one was. They meet in a
   * temporary file, talk over loopback, and end with this process.
   *
   * @param run its threads are shared among the processes, at least one for each
   * @param processes how many in all, 1 to 256; 1 trains without others
   * @param limit how long to wait for a process that does not answer
   * @return what came of it
   * @throws LostProcessException if one of them ended; it says which and what it printed last
   */
  public static TrainResult onThisMachine(
      Dataset dataset,
      TrainOptions options,
      RunOptions run,
      Path out,
      Progress progress,
      int processes,
      Duration limit)
      throws IOException {
    if (processes < 1 || processes > MOST_PROCESSES) {
      throw new InputException(
          "processes must be from 1 to " + MOST_PROCESSES + ", not " + processes);
    }
    if (processes == 1) {
      return Trainer.train(dataset, options, run, out, progress);
    }
    RunOptions share =
        new RunOptions(
            Math.max(1, run.threads() / processes), run.checkpointEvery(), run.overwrite());
    try (LocalProcesses others =
        LocalProcesses.start(dataset, options, share, out, processes, limit)) {
      try {
        Rendezvous rendezvous = new Rendezvous(others.place(), 0, processes, limit);
        return train(dataset, options, share, out, progress, rendezvous, others::requireRunning);
      } catch (LostProcessException e) {
        throw others.explained(e);
      }
    }
  }

  /**
   * Trains as one of several processes that were started one by one, on this machine or several,
   * each with the same dataset and options.
   *
   * @param out where process 0 writes the model
   * @param rendezvous where they meet
   * @return what came of it
   * @throws InputException if the processes' datasets, options or versions differ
   * @throws LostProcessException if one of them ended
   */
  public static TrainResult asOneOf(
      Dataset dataset,
      TrainOptions options,
      RunOptions run,
      Path out,
      Progress progress,
      Rendezvous rendezvous)
      throws IOException {
    return train(dataset, options, run, out, progress, rendezvous, () -> {});
  }

  private static TrainResult train(
      Dataset dataset,
      TrainOptions options,
      RunOptions run,
      Path out,
      Progress progress,
      Rendezvous rendezvous,
      Runnable watch)
      throws IOException {
    Map<String, Object> identity = options.asMap();
    identity.put("dataset", dataset.info().fingerprint());
    identity.put("version", CodeVersion.current());
    identity.put("checkpoint_every", run.checkpointEvery());
    try (ProcessGroup group = rendezvous.join(identity, watch)) {
      return Trainer.train(dataset, options, run, out, progress, group);
    }
  }
}
