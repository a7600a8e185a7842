package io.encodectr.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * An output folder that appears whole or not at all. It is filled under a hidden temporary name
 * beside its target; {@link #commit} forces everything to disk and renames it. Closing without a
 * commit, and an orderly end of the process (Ctrl-C too), deletes what was written; what a killed
 * process left is deleted when the same target is next begun. A locked file beside the temporary
 * folder tells a living process from a dead one.
 *
 * <p>Only folders that were committed by this class are ever replaced: they carry a file {@value
 * #MARK}. A mistyped {@code --out} with {@code --overwrite} therefore cannot delete anything else.
 * Not thread-safe, but any threads may write files into {@link #path}.
 */
public final class WorkFolder implements Closeable {
  /** Name of the file which says that a folder may be replaced. */
  public static final String MARK = ".encode";

  private static final String LOCK = ".lock";
  private static final String OLD = ".old";
  private static final String MARK_TEXT =
      "Made by encode, which replaces this folder when told --overwrite.\n";

  private final Path target;
  private final Path path;
  private final boolean overwrite;
  private final FileChannel lock;
  private final Thread hook;
  private boolean open = true;
  private boolean ending;

  private WorkFolder(Path target, Path path, boolean overwrite, FileChannel lock) {
    this.target = target;
    this.path = path;
    this.overwrite = overwrite;
    this.lock = lock;
    hook = new Thread(this::end, "delete " + path);
  }

  /**
   * Begins a folder. Its parents are made where they are missing; a target that is an empty folder
   * counts as absent.
   *
   * @param overwrite whether an earlier output of ours may be replaced
   * @throws InputException if the target exists and may not be replaced
   */
  public static WorkFolder create(Path target, boolean overwrite) throws IOException {
    Path absolute = target.toAbsolutePath().normalize();
    if (Files.exists(absolute)) {
      absolute = absolute.toRealPath();
    }
    Path parent = absolute.getParent();
    if (parent == null) {
      throw new InputException(target + " is the root of a file system; choose another folder");
    }
    try {
      if (Files.isDirectory(parent)) {
        clearAbandoned(absolute, parent);
      }
      requireReplaceable(absolute, overwrite);
      Files.createDirectories(parent);
      WorkFolder folder = begin(absolute, overwrite);
      Runtime.getRuntime().addShutdownHook(folder.hook);
      return folder;
    } catch (IOException e) {
      throw WriteFailure.of(target, e);
    }
  }

  private static WorkFolder begin(Path target, boolean overwrite) throws IOException {
    String random = Long.toHexString(ThreadLocalRandom.current().nextLong());
    Path path = target.resolveSibling(prefix(target) + random);
    Path lockFile = beside(path, LOCK);
    FileChannel channel =
        FileChannel.open(lockFile, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() == null) {
        throw new IOException("another process holds " + lockFile);
      }
      Files.createDirectory(path);
      return new WorkFolder(target, path, overwrite, channel);
    } catch (IOException | RuntimeException e) {
      channel.close();
      Files.deleteIfExists(lockFile);
      throw e;
    }
  }

  /** Where to write the files meanwhile. */
  public Path path() {
    return path;
  }

  /** Where the folder will be. */
  public Path target() {
    return target;
  }

  /**
   * Forces all files to disk and puts the folder in its place. An older folder is moved aside first
   * and deleted afterwards; if the new one cannot take its place, the old one returns. (Should the
   * process be killed between the two renames, the old one returns when the target is next begun.)
   *
   * @throws InputException if the target came into being meanwhile and may not be replaced
   */
  public void commit() throws IOException {
    if (!open) {
      throw new IllegalStateException(target + " is committed or closed");
    }
    try {
      requireReplaceable(target, overwrite);
      Files.writeString(path.resolve(MARK), MARK_TEXT, StandardCharsets.UTF_8);
      FolderTree.force(path);
      replaceTarget();
      open = false;
      Path parent = target.getParent();
      if (parent != null) {
        AtomicFile.syncFolder(parent);
      }
    } catch (IOException e) {
      throw WriteFailure.of(target, e);
    }
    FolderTree.delete(beside(path, OLD));
    release();
  }

  /** Holds the monitor, so that an ending process waits for the second rename. */
  private synchronized void replaceTarget() throws IOException {
    if (ending) {
      throw new IOException("the process is ending");
    }
    Path old = beside(path, OLD);
    boolean replaces = Files.exists(target);
    if (replaces) {
      Files.move(target, old, StandardCopyOption.ATOMIC_MOVE);
    }
    try {
      Files.move(path, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      if (replaces) {
        Files.move(old, target, StandardCopyOption.ATOMIC_MOVE);
      }
      throw e;
    }
  }

  /** Deletes what was written, unless it is committed. */
  @Override
  public void close() throws IOException {
    if (!open) {
      return;
    }
    open = false;
    FolderTree.delete(path);
    release();
  }

  private void release() throws IOException {
    lock.close();
    Files.deleteIfExists(beside(path, LOCK));
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending: the hook has run or finds nothing to delete.
    }
  }

  private static String prefix(Path target) {
    return "." + target.getFileName() + ".work-";
  }

  private static Path beside(Path path, String suffix) {
    return path.resolveSibling(path.getFileName() + suffix);
  }

  private static void requireReplaceable(Path target, boolean overwrite) throws IOException {
    if (!Files.exists(target) || isEmptyFolder(target)) {
      return;
    }
    if (!Files.isDirectory(target)) {
      throw new InputException(target + " is a file, not a folder; choose another output folder");
    }
    if (!overwrite) {
      throw new InputException(target + " exists; --overwrite replaces it");
    }
    if (!Files.exists(target.resolve(MARK))) {
      throw new InputException(
          target
              + " was not made by encode (it has no file "
              + MARK
              + "), so --overwrite does not replace it; choose another folder or delete it"
              + " yourself");
    }
  }

  private static boolean isEmptyFolder(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return false;
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      return !entries.iterator().hasNext();
    }
  }

  /** Clears up after processes that were killed while they made the same target. */
  private static void clearAbandoned(Path target, Path parent) throws IOException {
    String prefix = prefix(target);
    List<Path> locks = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(parent)) {
      for (Path entry : entries) {
        String name = entry.getFileName().toString();
        if (name.startsWith(prefix) && name.endsWith(LOCK)) {
          locks.add(entry);
        }
      }
    }
    for (Path lockFile : locks) {
      clearAbandoned(target, lockFile, lockFile.getFileName().toString());
    }
  }

  private static void clearAbandoned(Path target, Path lockFile, String lockName)
      throws IOException {
    Path path = lockFile.resolveSibling(lockName.substring(0, lockName.length() - LOCK.length()));
    try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      if (lock == null) {
        return;
      }
      Path old = beside(path, OLD);
      if (Files.exists(old) && !Files.exists(target)) {
        Files.move(old, target, StandardCopyOption.ATOMIC_MOVE);
      }
      FolderTree.delete(old);
      FolderTree.delete(path);
    } catch (OverlappingFileLockException e) {
      return; // Held by this very process.
    }
    Files.deleteIfExists(lockFile);
  }

  /** Clears up when the process ends; an older folder that has no successor returns. */
  private synchronized void end() {
    ending = true;
    Path old = beside(path, OLD);
    try {
      if (Files.exists(old) && !Files.exists(target)) {
        Files.move(old, target, StandardCopyOption.ATOMIC_MOVE);
      }
      FolderTree.delete(old);
      FolderTree.delete(path);
      Files.deleteIfExists(beside(path, LOCK));
    } catch (IOException e) {
      // The lock file stays, and by it the next run on this target finds what is left.
    }
  }
}
