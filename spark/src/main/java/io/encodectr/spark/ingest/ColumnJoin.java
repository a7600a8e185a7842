package io.encodectr.spark.ingest;

import io.encodectr.file.InputException;
import io.encodectr.file.LongColumn;
import io.encodectr.file.NpyHeader;
import io.encodectr.file.NpyWriter;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Joins the columns of parts, in the order of the parts. */
final class ColumnJoin {
  private static final String OFFSETS = "offsets.npy";

  private final List<Path> parts;

  /**
   * Parts.
   *
   * @param parts folders with the same columns each, at least one
   */
  ColumnJoin(List<Path> parts) {
    this.parts = List.copyOf(parts);
  }

  /** Writes all columns into a folder. */
  void write(Path target) throws IOException {
    Path first = parts.getFirst();
    List<Path> columns;
    try (Stream<Path> files = Files.walk(first)) {
      columns = files.filter(Files::isRegularFile).map(first::relativize).sorted().toList();
    }
    for (Path column : columns) {
      Path joined = target.resolve(column.toString());
      Files.createDirectories(target.resolve(column).getParent());
      if (column.endsWith(OFFSETS)) {
        joinOffsets(column, joined);
      } else {
        join(column, joined);
      }
    }
  }

  private void join(Path column, Path joined) throws IOException {
    try (NpyWriter writer = begin(column, joined)) {
      for (Path part : parts) {
        writer.putAll(part.resolve(column));
      }
    }
  }

  private NpyWriter begin(Path column, Path joined) throws IOException {
    Path first = parts.getFirst().resolve(column);
    String type = NpyHeader.read(first).type();
    return switch (type) {
      case "<i4" -> NpyWriter.int32(joined);
      case "<i8" -> NpyWriter.int64(joined);
      case "<f4" -> NpyWriter.float32(joined);
      case "|u1" -> NpyWriter.uint8(joined);
      default -> throw new InputException(first + " has values of type " + type);
    };
  }

  /** A part's offsets begin at 0. */
  private void joinOffsets(Path column, Path joined) throws IOException {
    try (NpyWriter writer = NpyWriter.int64(joined)) {
      long base = 0;
      writer.put(0L);
      for (Path part : parts) {
        try (Arena arena = Arena.ofConfined()) {
          LongColumn offsets = LongColumn.map(part.resolve(column), arena);
          for (long i = 1; i < offsets.size(); i++) {
            writer.put(base + offsets.get(i));
          }
          base += offsets.get(offsets.size() - 1);
        }
      }
    }
  }
}
