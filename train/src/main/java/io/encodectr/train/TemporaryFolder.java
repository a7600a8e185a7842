package io.encodectr.train;

import java.nio.file.Path;
import java.util.Objects;

/**
 * Folders of a training for temporary files. They are the same for the same output, so that what
 * killed processes left in them is deleted when they are started again.
 */
final class TemporaryFolder {
  private TemporaryFolder() {}

  /**
   * The folder of a training for one use.
   *
   * @param out the model to be
   */
  static Path of(Path out, String use) {
    int name = Objects.hash(System.getProperty("user.name"), out.toAbsolutePath().normalize());
    return Path.of(
        System.getProperty("java.io.tmpdir"), "encode-" + Integer.toHexString(name) + "-" + use);
  }
}
