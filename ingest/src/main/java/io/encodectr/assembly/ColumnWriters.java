package io.encodectr.assembly;

import io.encodectr.file.NpyWriter;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Columns that are written together; closing it closes all of them. Not thread-safe. */
final class ColumnWriters implements Closeable {
  private final List<NpyWriter> all = new ArrayList<>();

  /** Takes a column in. */
  NpyWriter keep(NpyWriter writer) {
    all.add(writer);
    return writer;
  }

  @Override
  public void close() throws IOException {
    IOException failure = null;
    for (NpyWriter writer : all) {
      try {
        writer.close();
      } catch (IOException e) {
        failure = e;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
