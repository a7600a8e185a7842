package io.encodectr.ingest;

import io.encodectr.file.InputException;
import io.encodectr.file.Json;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.SerializationFeature;

/** Input rows that could not be used: how many, and the first ones with line and reason. */
final class Rejects {
  /** How many rows are written down. */
  static final int KEPT = 100;

  /** Name of the file in the dataset folder. */
  static final String FILE = "rejects.jsonl";

  private static final int SHOWN = 3;

  private final double maxShare;
  private final List<Reject> kept = new ArrayList<>();
  private long total;

  /** A row that could not be used; without a line if it cannot be told. */
  record Reject(String file, @Nullable Long line, String reason) {}

  /**
   * No rejects yet.
   *
   * @param maxShare share of a table's rows that may be unusable
   */
  Rejects(double maxShare) {
    this.maxShare = maxShare;
  }

  /** Number of unusable rows. */
  long total() {
    return total;
  }

  /**
   * Takes the rejects of one file.
   *
   * @param first the first of them, at least {@link #KEPT} if there are so many; in any order
   * @param count how many there are
   * @param rows rows of the file, usable or not
   * @throws InputException if they are too many
   */
  void add(String file, List<Reject> first, long count, long rows) {
    total += count;
    List<Reject> sorted =
        first.stream()
            .sorted(
                Comparator.comparing(Reject::line, Comparator.nullsLast(Comparator.naturalOrder())))
            .toList();
    kept.addAll(sorted.subList(0, Math.min(sorted.size(), Math.max(0, KEPT - kept.size()))));
    if (count > maxShare * rows) {
      throw tooMany(file, sorted, count, rows);
    }
  }

  private InputException tooMany(String file, List<Reject> sorted, long count, long rows) {
    StringBuilder message = new StringBuilder(file);
    message.append(
        String.format(
            Locale.ROOT,
            ": %,d of %,d rows (%.2f%%) cannot be used, more than the %.2f%% allowed",
            count,
            rows,
            100.0 * count / rows,
            100 * maxShare));
    for (Reject reject : sorted.subList(0, Math.min(SHOWN, sorted.size()))) {
      message.append("; ");
      if (reject.line() != null) {
        message.append("line ").append(reject.line()).append(": ");
      }
      message.append(reject.reason());
    }
    message.append("; correct the file or allow more by --max-reject-share");
    return new InputException(message.toString());
  }

  /** Writes the rows that were kept, one JSON object a line; an empty file if there are none. */
  void write(Path folder) throws IOException {
    try (Writer out = Files.newBufferedWriter(folder.resolve(FILE), StandardCharsets.UTF_8)) {
      for (Reject reject : kept) {
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        row.put("file", reject.file());
        row.put("line", reject.line());
        row.put("reason", reject.reason());
        out.write(
            Json.mapper()
                .writer()
                .without(SerializationFeature.INDENT_OUTPUT)
                .writeValueAsString(row));
        out.write('\n');
      }
    }
  }
}
