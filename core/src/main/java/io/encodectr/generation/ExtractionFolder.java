package io.encodectr.generation;

import io.encodectr.file.FolderTree;
import io.encodectr.file.InputException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The work folder of an extraction, {@code store/.work-<key>/}, locked from {@link #lock} to {@link
 * #close} so that one process works in it. Not thread-safe.
 */
final class ExtractionFolder implements Closeable {
  private static final String PREFIX = ".work-";
  private static final String LOCK = "lock";

  private final Path path;
  private final FileChannel channel;

  private ExtractionFolder(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /** Where the work folder with a key is. */
  static Path in(Path store, String key) {
    return store.resolve(PREFIX + key);
  }

  /**
   * Locks a folder, made where there is none.
   *
   * @throws InputException if another extraction works in it
   */
  static ExtractionFolder lock(Path path) throws IOException {
    Files.createDirectories(path);
    ExtractionFolder folder = tryLock(path);
    if (folder == null) {
      throw new InputException("another extraction is at work in " + path);
    }
    return folder;
  }

  private static @Nullable ExtractionFolder tryLock(Path path) throws IOException {
    Path file = path.resolve(LOCK);
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    boolean locked = false;
    try {
      FileLock lock = channel.tryLock();
      // A run that ended after we had opened the file has deleted it: the lock would guard nothing.
      locked = lock != null && Files.exists(file);
    } catch (OverlappingFileLockException e) {
      return null; // Held by this very process.
    } finally {
      if (!locked) {
        channel.close();
      }
    }
    return locked ? new ExtractionFolder(path, channel) : null;
  }

  /** The folder. */
  Path path() {
    return path;
  }

  /**
   * Deletes what the folder holds but the lock. What an earlier run fixed goes first: whoever finds
   * it fixed may trust the rest.
   */
  void empty() throws IOException {
    Files.deleteIfExists(path.resolve(ExtractionInput.FILE));
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
      for (Path entry : entries) {
        if (!entry.endsWith(LOCK)) {
          FolderTree.delete(entry);
        }
      }
    }
  }

  /** Deletes the folder while it is locked, the lock file last of what it holds. */
  void clear() throws IOException {
    empty();
    Files.deleteIfExists(path.resolve(LOCK));
    try {
      Files.deleteIfExists(path);
    } catch (DirectoryNotEmptyException e) {
      // Another run has begun here since the lock file went: the folder is that run's now.
    }
  }

  /**
   * Deletes the work folders of other keys in which no run is at work: a killed run's of another
   * model, dataset, time or code version.
   */
  void clearOthers(Path store) throws IOException {
    for (Path entry : all(store)) {
      if (!entry.getFileName().equals(path.getFileName())) {
        clearIfIdle(entry);
      }
    }
  }

  /** Whether a run honors fewer tombstones than there are. */
  static boolean anyBehind(Path store, int tombstones) throws IOException {
    return all(store).stream().anyMatch(entry -> ExtractionInput.tombstones(entry) < tombstones);
  }

  /**
   * Deletes the work folders of killed runs that honor fewer tombstones than there are: they hold
   * what users did who are forgotten since.
   */
  static void clearBehind(Path store, int tombstones) throws IOException {
    for (Path entry : all(store)) {
      if (ExtractionInput.tombstones(entry) < tombstones) {
        clearIfIdle(entry);
      }
    }
  }

  private static List<Path> all(Path store) throws IOException {
    List<Path> all = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(store, PREFIX + "*")) {
      for (Path entry : entries) {
        if (Files.isDirectory(entry)) {
          all.add(entry);
        }
      }
    }
    return all;
  }

  private static void clearIfIdle(Path entry) throws IOException {
    try (ExtractionFolder other = tryLock(entry)) {
      if (other != null) {
        other.clear();
      }
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
