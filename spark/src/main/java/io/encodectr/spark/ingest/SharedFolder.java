package io.encodectr.spark.ingest;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The work folder that the driver and all executors see.
 *
 * @param path its path, the same everywhere
 */
public record SharedFolder(String path) implements Serializable {
  private static final String TOKEN = "driver";

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
}
