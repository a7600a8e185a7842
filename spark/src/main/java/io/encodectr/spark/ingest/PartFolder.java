package io.encodectr.spark.ingest;

import io.encodectr.file.FolderTree;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;

/**
 * A folder that one task writes and others read. It is filled under a name of its own and renamed:
 * a task that is tried again, or twice at a time, writes the same, and the first one stays.
 */
final class PartFolder implements Closeable {
  private final Path target;
  private final Path path;

  private PartFolder(Path target) {
    this.target = target;
    path = target.resolveSibling("." + target.getFileName() + "-" + UUID.randomUUID());
  }

  /** Begins a part. */
  static PartFolder create(Path target) throws IOException {
    PartFolder folder = new PartFolder(target);
    // Without its parents: an attempt that outlives the job must not bring back the work folder.
    Files.createDirectory(folder.path);
    return folder;
  }

  /** Where the part of a number is. */
  static Path of(Path work, String name, int part) {
    return work.resolve("%s-%06d".formatted(name, part));
  }

  /** Where to write the files meanwhile. */
  Path path() {
    return path;
  }

  /** Puts the folder in its place, unless another attempt was first. */
  void commit() throws IOException {
    try {
      Files.move(path, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      if (!Files.isDirectory(target)) {
        throw e;
      }
    }
  }

  /** Deletes what was written, unless it is in its place. */
  @Override
  public void close() throws IOException {
    FolderTree.delete(path);
  }
}
