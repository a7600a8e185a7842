package io.encodectr.experiment;

import io.encodectr.file.FloatColumn;
import io.encodectr.file.FolderTree;
import io.encodectr.file.InputException;
import io.encodectr.file.Json;
import io.encodectr.file.NpyWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;

/**
 * The folder of one training: {@code identity.json}, written first; {@code model/}; {@code
 * training.json}, or {@code failed.json} if the training came to nothing; and for each way of
 * measuring {@code test*.json}, written last, beside its {@code scores*.npy}. Each file appears
 * whole or not at all, so what is there is done. What has to go is renamed first, so that no half
 * of it is taken for the whole.
 */
final class RunFolder {
  private static final String IDENTITY = "identity.json";
  private static final String FAILED = "failed.json";
  private static final String PROGRAM = "program";

  private final Path path;

  /** Why a training came to nothing. */
  private record Failure(String reason) {}

  private RunFolder(Path path) {
    this.path = path;
  }

  /**
   * Opens a folder for a training.
   *
   * @throws InputException if it holds work of another identity that does not give way
   */
  static RunFolder open(Path path, RunIdentity identity, Reuse reuse) throws IOException {
    RunFolder folder = new RunFolder(path);
    Path file = path.resolve(IDENTITY);
    if (Files.exists(file)) {
      RunIdentity earlier = RunIdentity.read(file);
      if (folder.keeps(earlier, identity, reuse)) {
        return folder;
      }
    }
    // Without an identity: an earlier process ended while it discarded the folder.
    folder.restart(identity);
    return folder;
  }

  /** Throws away what is here, for a training of an identity. */
  void restart(RunIdentity identity) throws IOException {
    discard(path);
    Files.createDirectories(path);
    Json.write(path.resolve(IDENTITY), identity);
  }

  /** Whether what is here stays; refuses what neither may stay nor go. */
  private boolean keeps(@Nullable RunIdentity earlier, RunIdentity asked, Reuse reuse)
      throws IOException {
    List<String> differences =
        earlier == null
            ? List.of("its " + IDENTITY + " cannot be read")
            : asked.differencesFrom(earlier);
    boolean same = earlier != null && asked.sameProgram(earlier);
    if (differences.isEmpty() && same) {
      return !(reuse.overwrite() && failed());
    }
    if (differences.isEmpty() && reuse.mixedPrograms()) {
      return trained(); // What another program began or failed at is done anew.
    }
    if (reuse.overwrite()) {
      return false;
    }
    if (differences.isEmpty() && earlier != null) {
      throw new InputException(
          path
              + " was trained by another program, "
              + earlier.codeVersion()
              + ", and this is "
              + asked.codeVersion()
              + ". Add --overwrite to do such work anew, or --mixed-programs to keep it, and the"
              + " report will say which numbers came of which program");
    }
    throw new InputException(
        path
            + " holds a training of something else: "
            + String.join("; ", differences)
            + ". Ask as before to go on with it, choose another output folder, or add"
            + " --overwrite to do anew what differs");
  }

  /** Deletes a folder that is whole until it is gone. */
  private static void discard(Path folder) throws IOException {
    Path aside = folder.resolveSibling("." + folder.getFileName() + ".discarded");
    FolderTree.delete(aside);
    if (Files.exists(folder)) {
      Files.move(folder, aside, StandardCopyOption.ATOMIC_MOVE);
      FolderTree.delete(aside);
    }
  }

  /** A folder that was opened before. */
  static RunFolder at(Path path) {
    return new RunFolder(path);
  }

  Path path() {
    return path;
  }

  Path model() {
    return path.resolve("model");
  }

  boolean hasModel() {
    return Files.exists(model().resolve("model.json"));
  }

  /** Removes the model; what was measured of it stays. */
  void deleteModel() throws IOException {
    discard(model());
  }

  /** The program that trained here. */
  String program() throws IOException {
    RunIdentity identity = RunIdentity.read(path.resolve(IDENTITY));
    return identity == null ? ProgramVersion.UNKNOWN : identity.codeVersion();
  }

  /** Notes that the training came to nothing, and removes what it left. */
  void fail(String reason) throws IOException {
    FolderTree.delete(path.resolve("model.checkpoint"));
    Json.write(path.resolve(FAILED), new Failure(reason));
  }

  boolean failed() {
    return Files.exists(path.resolve(FAILED));
  }

  /** Why the training came to nothing; null if it did not. */
  @Nullable String failure() throws IOException {
    return failed() ? Json.read(path.resolve(FAILED), Failure.class).reason() : null;
  }

  boolean trained() {
    return Files.exists(path.resolve(TrainingRecord.FILE));
  }

  TrainingRecord training() throws IOException {
    return Json.read(path.resolve(TrainingRecord.FILE), TrainingRecord.class);
  }

  boolean tested(Row row) {
    return Files.exists(test(row));
  }

  /** What was measured, by the names of results, and the programs that trained and measured. */
  Map<String, Object> results(Row row) throws IOException {
    Map<String, Object> found =
        Json.mapper()
            .convertValue(Json.readTree(test(row)), new TypeReference<Map<String, Object>>() {});
    Object measured = found.remove(PROGRAM);
    found.put(PROGRAM, program());
    if (measured != null && !measured.equals(program())) {
      found.put("measured_by", measured);
    }
    return found;
  }

  /** Click probabilities of the test samples. */
  float[] scores(Row row) throws IOException {
    return FloatColumn.map(scoreFile(row)).toArray();
  }

  /** Writes what was measured. */
  void write(Row row, float[] scores, Map<String, Object> results) throws IOException {
    Path part = path.resolve("scores.part.npy");
    try (NpyWriter writer = NpyWriter.float32(part)) {
      writer.putAll(scores);
    }
    Files.move(
        part, scoreFile(row), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    Map<String, Object> all = new LinkedHashMap<>(results);
    all.put(PROGRAM, ProgramVersion.current());
    Json.write(test(row), Finite.of(all));
  }

  private Path test(Row row) {
    return path.resolve("test" + suffix(row) + ".json");
  }

  private Path scoreFile(Row row) {
    return path.resolve("scores" + suffix(row) + ".npy");
  }

  private static String suffix(Row row) {
    return row.id().substring(row.variant().id().length());
  }
}
