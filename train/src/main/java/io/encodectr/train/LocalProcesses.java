package io.encodectr.train;

import io.encodectr.dataset.Dataset;
import io.encodectr.file.Json;
import io.encodectr.file.WorkFolder;
import io.encodectr.train.process.ChildJvm;
import io.encodectr.train.process.LostProcessException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Processes 1 to N − 1 of a training whose process 0 is this one. They end when it does. */
final class LocalProcesses implements AutoCloseable {
  private static final int LINES_SHOWN = 12;
  private static final int SECONDS_TO_END = 5;

  private final WorkFolder work;
  private final List<Process> processes = new ArrayList<>();

  private LocalProcesses(WorkFolder work) {
    this.work = work;
  }

  /** Starts processes 1 to {@code count} − 1. */
  static LocalProcesses start(
      Dataset dataset, TrainOptions options, RunOptions run, Path out, int count, Duration limit)
      throws IOException {
    LocalProcesses started =
        new LocalProcesses(WorkFolder.create(TemporaryFolder.of(out, "processes"), true));
    try {
      for (int rank = 1; rank < count; rank++) {
        Path request = started.work.path().resolve("request-" + rank + ".json");
        Json.write(
            request,
            new PeerProcess.Request(
                dataset.path().toAbsolutePath().toString(),
                options.asMap(),
                run.threads(),
                run.checkpointEvery(),
                out.toAbsolutePath().toString(),
                started.place(),
                rank,
                count,
                limit.toSeconds()));
        started.processes.add(
            ChildJvm.start(PeerProcess.class, List.of(request.toString()), started.log(rank)));
      }
      return started;
    } catch (IOException | RuntimeException e) {
      started.close();
      throw e;
    }
  }

  /** The file where they meet. */
  String place() {
    return work.path().resolve("rendezvous").toString();
  }

  private Path log(int rank) {
    return work.path().resolve("process-" + rank + ".log");
  }

  /**
   * Looks after them while they are waited for.
   *
   * @throws LostProcessException if one has ended
   */
  void requireRunning() {
    LostProcessException lost = ended(null);
    if (lost != null) {
      throw lost;
    }
  }

  /** What is known of a loss, once the process that was lost has ended. */
  LostProcessException explained(LostProcessException loss) {
    try {
      for (int i = 0; i < 20 && processes.stream().allMatch(Process::isAlive); i++) {
        Thread.sleep(100);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    LostProcessException ended = ended(loss);
    return ended == null ? loss : ended;
  }

  /** The process that ended by itself, rather than for the loss of another. */
  private @Nullable LostProcessException ended(@Nullable Throwable cause) {
    LostProcessException found = null;
    for (int i = 0; i < processes.size(); i++) {
      Process process = processes.get(i);
      if (process.isAlive() || process.exitValue() == 0) {
        continue;
      }
      String said = lastLines(i + 1);
      if (found == null || !said.contains(LostProcessException.class.getName())) {
        found =
            new LostProcessException(
                "training process "
                    + (i + 1)
                    + " (of 0 to "
                    + processes.size()
                    + ") ended with code "
                    + process.exitValue()
                    + "; the same command goes on from the last checkpoint, if there is one"
                    + (said.isEmpty() ? "" : ". It said: " + said),
                cause);
      }
    }
    return found;
  }

  private String lastLines(int rank) {
    try {
      List<String> lines = new ArrayList<>(Files.readAllLines(log(rank), StandardCharsets.UTF_8));
      lines.removeIf(line -> line.startsWith("WARNING: Using incubator modules"));
      List<String> last = lines.subList(Math.max(0, lines.size() - LINES_SHOWN), lines.size());
      return String.join(System.lineSeparator(), last);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends them, if they have not ended yet. */
  @Override
  public void close() throws IOException {
    try {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS_TO_END);
      for (Process process : processes) {
        process.getOutputStream().close();
      }
      for (Process process : processes) {
        process.waitFor(end - System.nanoTime(), TimeUnit.NANOSECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      processes.forEach(Process::destroyForcibly);
      work.close();
    }
  }
}
