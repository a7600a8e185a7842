package io.encodectr.bench.growth;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** The CSV file of what was measured; each measurement is in it before the next one begins. */
final class GrowthFile {
  private final Path path;
  private final List<Growth> all = new ArrayList<>();

  /** Opens the file, or begins it. */
  GrowthFile(Path path) throws IOException {
    this.path = path;
    if (Files.exists(path)) {
      Files.readAllLines(path).stream().skip(1).map(Growth::parse).forEach(all::add);
    } else {
      Files.createDirectories(path.toAbsolutePath().getParent());
      Files.writeString(path, Growth.HEADER + "\n");
    }
  }

  boolean has(String axis, long x, String stage) {
    return all.stream()
        .anyMatch(g -> g.axis().equals(axis) && g.x() == x && g.stage().equals(stage));
  }

  void add(Growth growth) throws IOException {
    Files.writeString(path, growth.csv() + "\n", StandardOpenOption.APPEND);
    all.add(growth);
    System.out.println(growth.csv());
  }

  List<Growth> all() {
    return all;
  }
}
