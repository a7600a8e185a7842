package io.encodectr.generation;

import io.encodectr.file.AtomicFile;
import io.encodectr.file.FolderTree;
import io.encodectr.file.InputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A folder of interest generations: {@code generations/<id>/} and {@code current}, a file that
 * holds the id in use. A generation is put in place by one rename and {@code current} is replaced
 * by another, so a reader sees the old pair or the new one. A sound generation never changes, but
 * for the records of users who are forgotten; only a damaged one is replaced, by two renames with a
 * moment between. Thread-safe; the files are the state.
 *
 * <p>Forgetting is remembered for ever: {@code forgotten} holds the {@link Tombstones}, and no
 * generation is published here that holds anything the user did before.
 */
public final class Store {
  private static final String GENERATIONS = "generations";
  private static final String CURRENT = "current";
  private static final Pattern ID = Pattern.compile("[0-9A-Za-z][0-9A-Za-z_-]{0,127}");

  private final Path folder;

  private Store(Path folder) {
    this.folder = folder;
  }

  /**
   * An existing store.
   *
   * @throws InputException if {@code folder} holds no generations
   */
  public static Store open(Path folder) {
    if (!Files.isDirectory(folder.resolve(GENERATIONS))) {
      throw new InputException(
          folder + " is not a store: it has no generations; `encode extract` makes one");
    }
    return new Store(folder);
  }

  /** A store at {@code folder}, made where there is none. */
  public static Store create(Path folder) {
    try {
      Files.createDirectories(folder.resolve(GENERATIONS));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make the store " + folder, e);
    }
    return new Store(folder);
  }

  /** The store's folder. */
  public Path folder() {
    return folder;
  }

  /** The folder of a generation, whether it exists or not. */
  public Path generation(String id) {
    if (!ID.matcher(id).matches()) {
      throw new InputException("'" + id + "' is no generation id");
    }
    return folder.resolve(GENERATIONS).resolve(id);
  }

  /**
   * The id of the generation in use.
   *
   * @throws InputException if {@code current} is missing, or names what is not there
   */
  public String current() {
    Path file = folder.resolve(CURRENT);
    String id;
    try {
      id = Files.readString(file, StandardCharsets.UTF_8).strip();
    } catch (NoSuchFileException e) {
      throw new InputException(
          file + " is missing, so no generation is in use; `encode extract` sets it");
    } catch (IOException e) {
      throw new InputException("cannot read " + file + ": " + e.getMessage());
    }
    if (!ID.matcher(id).matches()) {
      throw new InputException(file + " does not hold a generation id");
    }
    if (!Files.isDirectory(generation(id))) {
      throw new InputException(file + " names generation " + id + ", which is not in the store");
    }
    return id;
  }

  /** Opens the generation in use. */
  public Generation openCurrent() throws IOException {
    return Generation.open(generation(current()));
  }

  /** The ids of all generations, oldest publication first. */
  public List<String> ids() {
    try (Stream<Path> entries = Files.list(folder.resolve(GENERATIONS))) {
      record Entry(String id, long published) {}
      return entries
          .filter(Files::isDirectory)
          .map(path -> new Entry(path.getFileName().toString(), path.toFile().lastModified()))
          .filter(entry -> ID.matcher(entry.id).matches())
          .sorted(Comparator.comparingLong(Entry::published).thenComparing(Entry::id))
          .map(Entry::id)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + folder, e);
    }
  }

  /** The id of a sound generation whose manifest passes a test, or null. */
  @Nullable String find(Predicate<GenerationManifest> test) throws IOException {
    for (String id : ids()) {
      GenerationManifest manifest = soundManifest(id);
      if (manifest != null && test.test(manifest)) {
        return id;
      }
    }
    return null;
  }

  /** Null for a damaged generation: it must not keep a new one from being made. */
  private @Nullable GenerationManifest soundManifest(String id) throws IOException {
    try (Generation generation = Generation.open(generation(id))) {
      return generation.manifest();
    } catch (InputException e) {
      return null;
    }
  }

  /** Who has been forgotten here so far. */
  public Tombstones tombstones() throws IOException {
    return Tombstones.read(folder);
  }

  /**
   * Forgets a user: notes it durably, then overwrites the user's record in every generation. What
   * killed extractions left behind is deleted, too.
   *
   * @throws InputException if a generation is damaged; the others are done then, and the forgetting
   *     is finished by the next call of {@link #finishForgetting}
   */
  public void forget(String user, Instant now) throws IOException {
    beginForgetting(Map.of(Tombstones.hash(user), now.toEpochMilli()));
    finishForgetting(user);
  }

  /**
   * Notes durably that users are to be forgotten: no extraction into this store will represent what
   * they did before. Who was forgotten here at the same time or later is left alone.
   *
   * @param times milliseconds since the epoch by {@link Tombstones#hash}
   */
  public void beginForgetting(Map<String, Long> times) throws IOException {
    // A store that may only be read can be served as long as there is nothing to write.
    if (news(times).isEmpty()) {
      return;
    }
    try (StoreLock _ = StoreLock.take(folder)) {
      for (Map.Entry<String, Long> each : news(times).entrySet()) {
        Tombstones.appendForget(folder, each.getKey(), each.getValue());
      }
    }
  }

  private SortedMap<String, Long> news(Map<String, Long> times) throws IOException {
    Map<String, Long> here = tombstones().times();
    SortedMap<String, Long> news = new TreeMap<>(times);
    news.entrySet()
        .removeIf(each -> each.getValue() <= here.getOrDefault(each.getKey(), Tombstones.NEVER));
    return news;
  }

  /**
   * Overwrites the records of all users whose forgetting was begun and not finished, in all
   * generations, and deletes what killed extractions that knew of fewer forgettings left behind.
   *
   * @param known ids of users among them: looking for the others takes a pass over all ids
   * @throws InputException if a generation is damaged; the others are done then
   */
  public void finishForgetting(String... known) throws IOException {
    Tombstones before = tombstones();
    if (before.pending().isEmpty() && !ExtractionFolder.anyBehind(folder, before.count())) {
      return;
    }
    try (StoreLock _ = StoreLock.take(folder)) {
      Tombstones tombstones = tombstones();
      ExtractionFolder.clearBehind(folder, tombstones.count());
      Map<String, Long> pending = tombstones.pending();
      if (pending.isEmpty()) {
        return;
      }
      Map<String, String> ids = new HashMap<>();
      for (String id : known) {
        ids.put(Tombstones.hash(id), id);
      }
      List<String> damaged = new ArrayList<>();
      for (String id : ids()) {
        try {
          RecordEraser.erase(generation(id), pending.keySet(), ids);
        } catch (InputException e) {
          damaged.add(id + " (" + e.getMessage() + ")");
        }
      }
      if (!damaged.isEmpty()) {
        throw new InputException(
            "forgetting is noted in %s but not finished, because a generation cannot be read: %s; delete its folder, or make it again, and forget again"
                .formatted(folder, String.join(", ", damaged)));
      }
      for (Map.Entry<String, Long> each : pending.entrySet()) {
        Tombstones.appendErased(folder, each.getKey(), each.getValue());
      }
    }
  }

  /**
   * Puts a finished generation folder in place and makes it the one in use. If a sound generation
   * of the same content is there already, that one stays and {@code built} is dropped. Users who
   * were forgotten since the extraction began are erased first.
   *
   * @param built a folder that {@link GenerationAssembly} has written, on the same file system
   * @param honored the tombstones of this store that the extraction honored, the oldest ones
   * @return the generation's id
   */
  public String publish(Path built, Tombstones honored) throws IOException {
    GenerationManifest manifest = GenerationManifest.read(built.resolve(GenerationManifest.FILE));
    String id =
        "%d-%.8s-%.8s".formatted(manifest.asOf(), manifest.modelFingerprint(), manifest.checksum());
    try (StoreLock _ = StoreLock.take(folder)) {
      Set<String> later = tombstones().after(honored.count());
      if (!later.isEmpty()) {
        RecordEraser.erase(built, later, Map.of());
      }
      place(built, id);
      AtomicFile.syncFolder(folder.resolve(GENERATIONS));
      AtomicFile.write(folder.resolve(CURRENT), (id + "\n").getBytes(StandardCharsets.UTF_8));
    }
    return id;
  }

  private void place(Path built, String id) throws IOException {
    Path target = generation(id);
    if (isSoundCopy(target, built)) {
      Path manifest = built.resolve(GenerationManifest.FILE);
      AtomicFile.write(target.resolve(GenerationManifest.FILE), Files.readAllBytes(manifest));
      FolderTree.delete(built);
      Files.setLastModifiedTime(target, FileTime.from(Instant.now()));
    } else if (Files.exists(target)) {
      // The id carries the content's hash; an entry of that name that differs is damaged.
      Path old = built.resolveSibling("replaced-" + id);
      Files.move(target, old, StandardCopyOption.ATOMIC_MOVE);
      Files.move(built, target, StandardCopyOption.ATOMIC_MOVE);
      FolderTree.delete(old);
    } else {
      Files.move(built, target, StandardCopyOption.ATOMIC_MOVE);
    }
  }

  /** The manifests may differ in what the extraction read without any effect on the records. */
  private static boolean isSoundCopy(Path existing, Path built) throws IOException {
    if (!Files.exists(existing)) {
      return false;
    }
    try (Generation there = Generation.open(existing);
        Generation made = Generation.open(built)) {
      there.verify();
      return there.manifest().erased() == null
          && made.manifest().erased() == null
          && there.manifest().checksum().equals(made.manifest().checksum());
    } catch (InputException e) {
      return false;
    }
  }

  /** Deletes all but the {@code keep} last published generations; never the one in use. */
  public void retain(int keep) throws IOException {
    try (StoreLock _ = StoreLock.take(folder)) {
      List<String> ids = ids();
      String current = current();
      for (String id : ids.subList(0, Math.max(0, ids.size() - keep))) {
        if (!id.equals(current)) {
          FolderTree.delete(generation(id));
        }
      }
    }
  }
}
