package io.encodectr.experiment;

import io.encodectr.file.InputException;
import io.encodectr.file.Json;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.stream.Stream;

/**
 * An experiment's output folder: {@code experiment.json} says whose it is, {@code trials/} and
 * {@code runs/} hold the trainings, {@code results.json}, {@code results.csv} and {@code
 * report.html} what came of them. One process at a time works in it.
 */
final class OutputFolder implements Closeable {
  private static final String MARK = "experiment.json";

  private final Path path;
  private final Mark mark;
  private final FileChannel lock;

  /** What stands in {@code experiment.json}. */
  private record Mark(String kind, String experiment, String created) {}

  private OutputFolder(Path path, Mark mark, FileChannel lock) {
    this.path = path;
    this.mark = mark;
    this.lock = lock;
  }

  /**
   * Opens or makes the folder.
   *
   * @throws InputException if it holds something else, or another process works in it
   */
  static OutputFolder open(Path path, String experiment) throws IOException {
    if (Files.exists(path) && !Files.isDirectory(path)) {
      throw new InputException(path + " is a file, not a folder; choose another output folder");
    }
    Path file = path.resolve(MARK);
    boolean ours = Files.exists(file);
    if (!ours && !isAbsentOrEmpty(path)) {
      throw new InputException(
          path + " holds other files and no experiment; choose another output folder");
    }
    Files.createDirectories(path);
    FileChannel lock = lock(path);
    try {
      if (!ours) {
        String now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
        Json.write(file, new Mark("experiment", experiment, now));
      }
      Mark mark = Json.read(file, Mark.class);
      if (!mark.experiment().equals(experiment)) {
        throw new InputException(
            path
                + " holds the experiment "
                + mark.experiment()
                + "; choose another output folder for "
                + experiment);
      }
      return new OutputFolder(path, mark, lock);
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  private static boolean isAbsentOrEmpty(Path path) throws IOException {
    if (!Files.exists(path)) {
      return true;
    }
    // The lock alone: an earlier process ended before it had written anything.
    try (Stream<Path> entries = Files.list(path)) {
      return entries.allMatch(entry -> entry.endsWith("lock"));
    }
  }

  private static FileChannel lock(Path path) throws IOException {
    FileChannel channel =
        FileChannel.open(path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (!held(channel)) {
      channel.close();
      throw new InputException(
          "another process runs an experiment in "
              + path
              + "; wait for it or choose another folder");
    }
    return channel;
  }

  private static boolean held(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false; // This very process.
    }
  }

  /** When it was begun. */
  String created() {
    return mark.created();
  }

  /** Seconds that earlier processes have worked here, as far as results tell. */
  double earlierSeconds() throws IOException {
    return Files.exists(results())
        ? Json.readTree(results()).path("provenance").path("seconds").asDouble(0)
        : 0;
  }

  Path trial(Variant variant, Trial trial) {
    return path.resolve("trials").resolve(variant.id()).resolve(trial.folder());
  }

  Path run(Variant variant, long seed) {
    return path.resolve("runs").resolve(variant.id()).resolve("seed-" + seed);
  }

  Path inference() {
    return path.resolve("inference.json");
  }

  Path results() {
    return path.resolve("results.json");
  }

  Path csv() {
    return path.resolve("results.csv");
  }

  Path report() {
    return path.resolve("report.html");
  }

  @Override
  public void close() throws IOException {
    lock.close();
  }
}
