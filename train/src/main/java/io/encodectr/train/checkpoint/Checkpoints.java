package io.encodectr.train.checkpoint;

import io.encodectr.file.InputException;
import io.encodectr.file.Json;
import io.encodectr.file.Safetensors;
import io.encodectr.file.Safetensors.Tensor;
import io.encodectr.file.WorkFolder;
import io.encodectr.train.optimizer.Parameter;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The checkpoints of one output, in {@code <out>.checkpoint/} beside it: a folder {@code step-N}
 * for each, of which only the newest is kept. A folder appears by one rename, so whatever is there
 * is whole. One run at a time may use them.
 */
public final class Checkpoints implements AutoCloseable {
  private static final String PREFIX = "step-";
  private static final String STATE = "state.json";
  private static final String PARAMETERS = "parameters.safetensors";
  private static final String FIRST = "|first";
  private static final String SECOND = "|second";
  private static final String BEST = "|best";

  private static final String LOCK = "lock";

  private final Path folder;
  private final FileChannel lock;

  private Checkpoints(Path folder, FileChannel lock) {
    this.folder = folder;
    this.lock = lock;
  }

  /**
   * Opens the checkpoints of the output folder {@code out}, making the folder if there is none.
   *
   * @throws InputException if another run has them open
   */
  public static Checkpoints open(Path out) throws IOException {
    Path absolute = out.toAbsolutePath().normalize();
    Path folder = absolute.resolveSibling(absolute.getFileName() + ".checkpoint");
    Files.createDirectories(folder);
    FileChannel lock =
        FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    boolean held = false;
    try {
      held = lock.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      // Another run of this very process.
    } finally {
      if (!held) {
        lock.close();
      }
    }
    if (!held) {
      throw new InputException(
          "another run is training "
              + out
              + " ("
              + folder
              + " is locked); wait for it or choose"
              + " another output folder");
    }
    return new Checkpoints(folder, lock);
  }

  /** Lets others use them; removes the folder if it holds nothing. */
  @Override
  public void close() throws IOException {
    lock.close();
    if (Files.isDirectory(folder) && byStep().isEmpty()) {
      delete(folder);
    }
  }

  /** The folder that holds them. */
  public Path folder() {
    return folder;
  }

  /**
   * Writes a checkpoint and then removes older ones.
   *
   * @param best parameter values to keep beside the current ones, by parameter name; may be empty
   */
  public void save(TrainingState state, List<Parameter> parameters, Map<String, float[]> best)
      throws IOException {
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
    for (Parameter parameter : parameters) {
      int[] shape = {parameter.rows(), parameter.width()};
      String name = parameter.name();
      tensors.put(name, new Tensor(shape, parameter.values()));
      tensors.put(name + FIRST, new Tensor(shape, parameter.first()));
      tensors.put(name + SECOND, new Tensor(shape, parameter.second()));
      float[] kept = best.get(name);
      if (kept != null) {
        tensors.put(name + BEST, new Tensor(shape, kept));
      }
    }
    Path target = folder.resolve(PREFIX + state.step());
    try (WorkFolder work = WorkFolder.create(target, true)) {
      Safetensors.write(work.path().resolve(PARAMETERS), tensors, Map.of());
      Json.write(work.path().resolve(STATE), state);
      work.commit();
    }
    removeAllBut(target);
  }

  /** Removes older checkpoints, and what a killed run left half-written. */
  private void removeAllBut(Path kept) throws IOException {
    List<Path> others;
    try (Stream<Path> entries = Files.list(folder)) {
      others = entries.filter(entry -> !entry.equals(kept) && !entry.endsWith(LOCK)).toList();
    }
    for (Path other : others) {
      delete(other);
    }
  }

  /**
   * Reads the newest checkpoint into the parameters.
   *
   * @param best receives the values kept beside the current ones
   * @return where the run stood; null if there is no checkpoint
   * @throws InputException if the checkpoint is of other options or another dataset, or damaged
   */
  public @Nullable TrainingState restore(
      Map<String, Object> options,
      String datasetFingerprint,
      List<Parameter> parameters,
      Map<String, float[]> best)
      throws IOException {
    NavigableMap<Long, Path> all = byStep();
    if (all.isEmpty()) {
      return null;
    }
    Path newest = all.lastEntry().getValue();
    TrainingState state = Json.read(newest.resolve(STATE), TrainingState.class);
    refuseOthers(state, options, datasetFingerprint);
    Path file = newest.resolve(PARAMETERS);
    Safetensors tensors = Safetensors.read(file);
    for (Parameter parameter : parameters) {
      String name = parameter.name();
      copy(file, tensors, name, parameter.values());
      copy(file, tensors, name + FIRST, parameter.first());
      copy(file, tensors, name + SECOND, parameter.second());
      if (tensors.has(name + BEST)) {
        float[] kept = new float[parameter.values().length];
        copy(file, tensors, name + BEST, kept);
        best.put(name, kept);
      }
    }
    return state;
  }

  private void refuseOthers(
      TrainingState state, Map<String, Object> options, String datasetFingerprint) {
    List<String> differences = new ArrayList<>();
    if (state.format() != TrainingState.FORMAT) {
      differences.add("it has format " + state.format() + ", not " + TrainingState.FORMAT);
    }
    for (Map.Entry<String, Object> option : options.entrySet()) {
      Object then = state.options().get(option.getKey());
      if (!String.valueOf(then).equals(String.valueOf(option.getValue()))) {
        differences.add(option.getKey() + " was " + then + " and is now " + option.getValue());
      }
    }
    if (!state.datasetFingerprint().equals(datasetFingerprint)) {
      differences.add("it learns from another dataset");
    }
    if (!differences.isEmpty()) {
      throw new InputException(
          folder
              + " holds a run that cannot be continued as asked: "
              + String.join("; ", differences)
              + ". Ask as before to continue it, or delete that folder to begin anew");
    }
  }

  private static void copy(Path file, Safetensors tensors, String name, float[] to) {
    if (!tensors.has(name) || tensors.tensor(name).values().length != to.length) {
      throw new InputException(
          file + " lacks a tensor " + name + " of " + to.length + " values; delete the checkpoint");
    }
    System.arraycopy(tensors.tensor(name).values(), 0, to, 0, to.length);
  }

  /** Removes all checkpoints. */
  public void remove() throws IOException {
    if (Files.exists(folder)) {
      delete(folder);
    }
  }

  private NavigableMap<Long, Path> byStep() throws IOException {
    TreeMap<Long, Path> found = new TreeMap<>();
    if (!Files.isDirectory(folder)) {
      return found;
    }
    try (Stream<Path> entries = Files.list(folder)) {
      for (Path entry : (Iterable<Path>) entries::iterator) {
        String name = entry.getFileName().toString();
        if (name.matches(PREFIX + "\\d{1,18}") && Files.exists(entry.resolve(STATE))) {
          found.put(Long.parseLong(name.substring(PREFIX.length())), entry);
        }
      }
    }
    return found;
  }

  private static void delete(Path path) throws IOException {
    List<Path> all;
    try (Stream<Path> walk = Files.walk(path)) {
      all = walk.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path each : all) {
      Files.deleteIfExists(each);
    }
  }
}
