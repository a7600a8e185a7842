package io.encodectr.log;

import io.encodectr.file.InputException;
import java.util.Locale;

/** How the rows of a file are written. */
public enum FileFormat {
  /** Values between delimiters. */
  CSV,
  /** A JSON object a line. */
  JSONL,
  /** Parquet files. */
  PARQUET;

  /** The name used on the command line and in {@code dataset.json}. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The format that a file's name stands for, {@code .gz} left aside.
   *
   * @throws InputException if the ending is not known
   */
  public static FileFormat ofName(String name) {
    String lower = name.toLowerCase(Locale.ROOT).replaceFirst("\\.gz$", "");
    if (lower.endsWith(".csv") || lower.endsWith(".tsv") || lower.endsWith(".dat")) {
      return CSV;
    }
    if (lower.endsWith(".jsonl") || lower.endsWith(".json") || lower.endsWith(".ndjson")) {
      return JSONL;
    }
    if (lower.endsWith(".parquet")) {
      return PARQUET;
    }
    throw new InputException(
        name + ": the ending does not tell the format; use .csv, .jsonl or .parquet");
  }
}
