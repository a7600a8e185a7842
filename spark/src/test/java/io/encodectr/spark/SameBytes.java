package io.encodectr.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Compares folders byte for byte. */
public final class SameBytes {
  private SameBytes() {}

  /** Fails unless both folders have the same files with the same bytes. */
  public static void require(Path actual, Path expected) throws IOException {
    assertThat(files(actual)).isEqualTo(files(expected)).isNotEmpty();
    for (Path file : files(expected)) {
      Path a = actual.resolve(file);
      Path e = expected.resolve(file);
      if (file.toString().endsWith(".json") || file.toString().endsWith(".jsonl")) {
        assertThat(Files.readString(a)).as(file.toString()).isEqualTo(Files.readString(e));
      } else {
        assertThat(Files.mismatch(a, e)).as("first difference in " + file).isEqualTo(-1);
      }
    }
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> tree = Files.walk(folder)) {
      return tree.filter(Files::isRegularFile).map(folder::relativize).sorted().toList();
    }
  }
}
