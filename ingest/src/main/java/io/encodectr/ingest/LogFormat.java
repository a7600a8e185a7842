package io.encodectr.ingest;

import io.encodectr.file.InputException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Layouts of logs that can be ingested. */
public enum LogFormat {
  /** GroupLens's MovieLens: a folder, its {@code .zip}, or its ratings file. */
  MOVIELENS,
  /** Amazon reviews: ratings as CSV or reviews as JSON lines, with a meta file for categories. */
  AMAZON,
  /** CSV files described by a mapping. */
  CSV,
  /** JSON lines described by a mapping. */
  JSONL,
  /** Parquet files described by a mapping. */
  PARQUET;

  /** The name used on the command line. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The format of this name.
   *
   * @throws InputException if there is none
   */
  public static LogFormat of(String key) {
    for (LogFormat format : values()) {
      if (format.key().equals(key)) {
        return format;
      }
    }
    throw new InputException(
        "format \""
            + key
            + "\" is not known; choose one of "
            + Arrays.stream(values()).map(LogFormat::key).collect(Collectors.joining(", ")));
  }
}
