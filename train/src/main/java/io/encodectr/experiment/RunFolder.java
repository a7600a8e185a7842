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
import java.util.List;
import java.util.Map;
import tools.jackson.core.type.TypeReference;

/**
 * The folder of one training: {@code identity.json}, written first; {@code model/}; {@code
 * training.json}; and for each way of measuring {@code test*.json}, written last, beside its {@code
 * scores*.npy}. Each file appears whole or not at all, so what is there is done.
 */
final class RunFolder {
  private static final String IDENTITY = "identity.json";

  private final Path path;

  private RunFolder(Path path) {
    this.path = path;
  }

  /**
   * Opens a folder for a training.
   *
   * @param overwrite whether work of another identity gives way
   * @throws InputException if it holds work of another identity that does not give way
   */
  static RunFolder open(Path path, RunIdentity identity, boolean overwrite) throws IOException {
    Path file = path.resolve(IDENTITY);
    if (Files.exists(file)) {
      List<String> differences = identity.differencesFrom(Json.read(file, RunIdentity.class));
      if (differences.isEmpty()) {
        return new RunFolder(path);
      }
      if (!overwrite) {
        throw new InputException(
            path
                + " holds a training of something else: "
                + String.join("; ", differences)
                + ". Ask as before to go on with it, choose another output folder, or add"
                + " --overwrite to do anew what differs");
      }
      FolderTree.delete(path);
    }
    Files.createDirectories(path);
    Json.write(file, identity);
    return new RunFolder(path);
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
    if (Files.exists(model())) {
      FolderTree.delete(model());
    }
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

  /** What was measured, by the names of results. */
  Map<String, Object> results(Row row) throws IOException {
    return Json.mapper()
        .convertValue(Json.readTree(test(row)), new TypeReference<Map<String, Object>>() {});
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
    Json.write(test(row), Finite.of(results));
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
