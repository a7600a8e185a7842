package io.encodectr.log;

import io.encodectr.file.InputException;
import io.encodectr.file.Json;
import io.encodectr.file.OutputFile;
import java.io.IOException;
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
public final class Rejects {
  /** How many rows are written down. */
  public static final int KEPT = 100;

  /** Name of the file in the dataset folder. */
  public static final String FILE = "rejects.jsonl";

  private static final int SHOWN = 3;

  private final double maxShare;
  private final List<Reject> kept = new ArrayList<>();
  private long total;

  /** Of the table being read: the first rejects to show, and how many of its rows there are. */
  private final List<Reject> tableFirst = new ArrayList<>();

  private long tableCount;
  private long tableRows;

  /** A row that could not be used; without a line if it cannot be told. */
  public record Reject(String file, @Nullable Long line, String reason) {}

  /**
   * No rejects yet.
   *
   * @param maxShare share of a table's rows that may be unusable
   */
  public Rejects(double maxShare) {
    this.maxShare = maxShare;
  }

  /** Number of unusable rows. */
  public long total() {
    return total;
  }

  /**
   * Takes the rejects of one file of a table.
   *
   * @param first the first of them, at least {@link #KEPT} if there are so many; in any order
   * @param count how many there are
   * @param rows rows of the file, usable or not
   */
  public void add(List<Reject> first, long count, long rows) {
    total += count;
    tableCount += count;
    tableRows += rows;
    List<Reject> sorted =
        first.stream()
            .sorted(
                Comparator.comparing(Reject::line, Comparator.nullsLast(Comparator.naturalOrder())))
            .toList();
    kept.addAll(sorted.subList(0, Math.min(sorted.size(), Math.max(0, KEPT - kept.size()))));
    tableFirst.addAll(
        sorted.subList(0, Math.min(sorted.size(), Math.max(0, SHOWN - tableFirst.size()))));
  }

  /**
   * Ends a table whose files have all been added; the next file is another table's.
   *
   * @param name what messages call the table: its file, or its files
   * @throws InputException if too many of its rows cannot be used
   */
  public void endTable(String name) {
    if (tableCount > maxShare * tableRows) {
      throw tooMany(name);
    }
    tableFirst.clear();
    tableCount = 0;
    tableRows = 0;
  }

  private InputException tooMany(String name) {
    StringBuilder message = new StringBuilder(name);
    message.append(
        String.format(
            Locale.ROOT,
            ": %,d of %,d rows (%.2f%%) cannot be used, more than the %.2f%% allowed",
            tableCount,
            tableRows,
            100.0 * tableCount / tableRows,
            100 * maxShare));
    for (Reject reject : tableFirst) {
      message.append("; ");
      if (!reject.file().equals(name)) {
        message.append(reject.file()).append(", ");
      }
      if (reject.line() != null) {
        message.append("line ").append(reject.line()).append(": ");
      }
      message.append(reject.reason());
    }
    message.append("; correct the file or allow more by --max-reject-share");
    return new InputException(message.toString());
  }

  /** Writes the rows that were kept, one JSON object a line; an empty file if there are none. */
  public void write(Path folder) throws IOException {
    try (OutputFile out = OutputFile.create(folder.resolve(FILE))) {
      for (Reject reject : kept) {
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        row.put("file", reject.file());
        row.put("line", reject.line());
        row.put("reason", reject.reason());
        out.put(
            Json.mapper()
                .writer()
                .without(SerializationFeature.INDENT_OUTPUT)
                .writeValueAsBytes(row));
        out.put((byte) '\n');
      }
    }
  }
}
