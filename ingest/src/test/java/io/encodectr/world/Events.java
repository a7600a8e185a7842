package io.encodectr.world;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** Reads the log folder back as a stranger would: by splitting lines. */
final class Events {
  /** A row of events.csv; page view and probability are null before the sample period. */
  record Row(
      String user,
      String item,
      long time,
      int click,
      @Nullable String pageView,
      @Nullable Double probability) {}

  private Events() {}

  static List<Row> read(Path file) throws IOException {
    List<Row> rows = new ArrayList<>();
    for (String[] f : lines(file, "user,item,time,click,page_view,probability")) {
      rows.add(
          new Row(
              f[0],
              f[1],
              Long.parseLong(f[2]),
              Integer.parseInt(f[3]),
              f[4].isEmpty() ? null : f[4],
              f[5].isEmpty() ? null : Double.valueOf(f[5])));
    }
    return rows;
  }

  /** The fields of all lines after the header, which must be the one given. */
  static List<String[]> lines(Path file, String header) throws IOException {
    List<String[]> lines = new ArrayList<>();
    int columns = header.split(",").length;
    try (var in = Files.newInputStream(file);
        var plain = file.toString().endsWith(".gz") ? new GZIPInputStream(in) : in;
        var reader = new BufferedReader(new InputStreamReader(plain, StandardCharsets.UTF_8))) {
      if (!header.equals(reader.readLine())) {
        throw new IOException(file + " does not begin with " + header);
      }
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        String[] fields = line.split(",", -1);
        if (fields.length != columns) {
          throw new IOException(file + ": " + line);
        }
        lines.add(fields);
      }
    }
    return lines;
  }
}
