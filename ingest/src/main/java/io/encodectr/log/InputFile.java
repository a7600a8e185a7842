package io.encodectr.log;

import io.encodectr.file.InputException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * A file to read.
 *
 * @param name what messages and {@code dataset.json} call it
 * @param location where it is: a path, possibly of what was extracted from a zip, or the address of
 *     a file in a distributed file system
 * @param gzip whether it is compressed
 */
public record InputFile(String name, String location, boolean gzip) implements Serializable {
  /**
   * The file at a path.
   *
   * @throws InputException if there is no readable file
   */
  public static InputFile at(Path path) {
    if (Files.isDirectory(path)) {
      throw new InputException(path + " is a folder where a file is expected");
    }
    if (!Files.exists(path)) {
      throw new InputException(path + ": there is no such file; check the path");
    }
    if (!Files.isReadable(path)) {
      throw new InputException(path + " cannot be read; check its permissions");
    }
    return of(path.toString(), path.toString());
  }

  /** A file by its name and place, known to be there; its name's ending tells the compression. */
  public static InputFile of(String name, String location) {
    return new InputFile(name, location, name.toLowerCase(Locale.ROOT).endsWith(".gz"));
  }

  /** Where it is, if it is on this machine. */
  public Path path() {
    return Path.of(location);
  }
}
