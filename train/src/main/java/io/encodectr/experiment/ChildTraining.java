package io.encodectr.experiment;

import io.encodectr.dataset.UserFraction;
import io.encodectr.file.InputException;
import io.encodectr.file.Json;
import io.encodectr.train.TrainOptions;
import io.encodectr.train.process.ChildJvm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/**
 * Trains each model in a process of its own ({@link TrainingProcess}), started as this one was. So
 * every training begins with a cold JVM and an empty heap, its peak memory is its own, and a crash
 * of native code ends one training only.
 */
final class ChildTraining implements Training {
  private static final String LOG = "training.log";
  private static final long POLL_MILLISECONDS = 250;
  private static final int LINES_SHOWN = 12;

  private final Path data;
  private final UserFraction fraction;
  private final int threads;
  private final String program;

  /**
   * @param program that the child must be too: its jars may be built anew meanwhile
   */
  ChildTraining(Path data, UserFraction fraction, int threads, String program) {
    this.program = program;
    this.data = data;
    this.fraction = fraction;
    this.threads = threads;
  }

  @Override
  public void train(RunFolder folder, TrainOptions options, LongConsumer samplesDone)
      throws IOException {
    Path request = folder.path().resolve(TrainingProcess.REQUEST);
    Path counter = folder.path().resolve(TrainingProcess.COUNTER);
    Files.deleteIfExists(counter);
    Json.write(
        request,
        new TrainingProcess.Request(
            program, data.toAbsolutePath().toString(), fraction.share(), threads, options.asMap()));
    Process process =
        ChildJvm.start(
            TrainingProcess.class,
            List.of(folder.path().toAbsolutePath().toString()),
            folder.path().resolve(LOG));
    try {
      while (!process.waitFor(POLL_MILLISECONDS, TimeUnit.MILLISECONDS)) {
        samplesDone.accept(TrainingProcess.count(counter));
      }
      samplesDone.accept(TrainingProcess.count(counter));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while a model was trained", e);
    } finally {
      process.destroy();
    }
    if (process.exitValue() != 0 || !(folder.trained() || folder.failed())) {
      throw failure(folder, process.exitValue());
    }
    Files.deleteIfExists(counter);
    Files.deleteIfExists(request);
  }

  private static RuntimeException failure(RunFolder folder, int exit) throws IOException {
    Path log = folder.path().resolve(LOG);
    List<String> lines = Files.readAllLines(log, StandardCharsets.UTF_8);
    for (String line : lines) {
      int at = line.indexOf(InputException.class.getName() + ": ");
      if (at >= 0) {
        return new InputException(line.substring(at + InputException.class.getName().length() + 2));
      }
    }
    List<String> last = lines.subList(Math.max(0, lines.size() - LINES_SHOWN), lines.size());
    return new IllegalStateException(
        "training "
            + folder.path()
            + " ended with code "
            + exit
            + " ("
            + log
            + "); the same command goes on from there. It said: "
            + String.join(System.lineSeparator(), last));
  }
}
