package io.encodectr.dataset;

import io.encodectr.file.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The fingerprint of a dataset: SHA-256 over one line {@code "<path> <sha256>\n"} for every {@code
 * .npy} file, in the order of their paths (relative to the folder, with {@code /}). It depends on
 * the columns' bytes alone, not on when or where they were made.
 */
public final class DatasetFingerprint {
  private DatasetFingerprint() {}

  /**
   * Computes the fingerprint of the columns as they are on disk now; reads every byte.
   *
   * @return 64 hexadecimal digits
   */
  public static String of(Path folder) throws IOException {
    List<String> names;
    try (Stream<Path> tree = Files.walk(folder)) {
      names =
          tree.filter(file -> file.toString().endsWith(".npy") && Files.isRegularFile(file))
              .map(file -> folder.relativize(file).toString().replace('\\', '/'))
              .sorted()
              .toList();
    }
    Sha256 all = new Sha256();
    for (String name : names) {
      all.update(name + " " + Sha256.of(folder.resolve(name)) + "\n");
    }
    return all.hex();
  }
}
