package io.encodectr.spark.ingest;

import io.encodectr.file.FolderTree;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The work folder that the driver and all executors see.
 *
 * @param path its path, the same everywhere
 */
public record SharedFolder(String path) implements Serializable {
  private static final String TOKEN = "driver";
  private static final int DELETIONS = 5;

  /** Makes a folder that tasks can recognize. */
  public static SharedFolder create(Path path) throws IOException {
    Files.createDirectories(path);
    Files.writeString(path.resolve(TOKEN), path.toString());
    return new SharedFolder(path.toAbsolutePath().toString());
  }

  /**
   * The folder, as a task sees it.
   *
   * @throws IOException if this machine does not
   */
  public Path require() throws IOException {
    Path folder = Path.of(path);
    if (!Files.exists(folder.resolve(TOKEN))) {
      throw new IOException(
          path
              + " is not there on an executor: the output must be on a file system that the driver"
              + " and all executors share under the same path");
    }
    return folder;
  }

  /**
   * Deletes the folder, though attempts that the job no longer waits for may still write into it.
   * It is out of its place afterwards; what cannot be deleted stays beside the folder that it was
   * in, whose output is not at fault.
   *
   * @throws IOException if the folder cannot be moved
   */
  public void remove() throws IOException {
    Path folder = Path.of(path);
    try {
      FolderTree.delete(folder);
    } catch (IOException e) {
      Path parent = Objects.requireNonNull(folder.getParent());
      Path aside = parent.resolveSibling(parent.getFileName() + "" + folder.getFileName());
      Files.move(folder, aside, StandardCopyOption.ATOMIC_MOVE);
      deleteAside(aside);
    }
  }

  /** Attempts that write by the old name fail now; a file that is open may still be written. */
  private static void deleteAside(Path aside) {
    for (int attempt = 0; attempt < DELETIONS; attempt++) {
      try {
        FolderTree.delete(aside);
        return;
      } catch (IOException e) {
        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
      }
    }
  }
}
