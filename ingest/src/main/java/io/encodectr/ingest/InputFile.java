package io.encodectr.ingest;

import io.encodectr.file.InputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * A file to read.
 *
 * @param name what messages call it
 * @param path where it is, possibly extracted from a zip
 * @param gzip whether it is compressed
 */
record InputFile(String name, Path path, boolean gzip) {
  /**
   * The file at a path.
   *
   * @throws InputException if there is no readable file
   */
  static InputFile at(Path path) {
    if (Files.isDirectory(path)) {
      throw new InputException(path + " is a folder where a file is expected");
    }
    if (!Files.exists(path)) {
      throw new InputException(path + ": there is no such file; check the path");
    }
    if (!Files.isReadable(path)) {
      throw new InputException(path + " cannot be read; check its permissions");
    }
    return new InputFile(path.toString(), path, isGzip(path));
  }

  private static boolean isGzip(Path path) {
    return path.toString().toLowerCase(Locale.ROOT).endsWith(".gz");
  }
}
