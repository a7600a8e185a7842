package io.encodectr.log;

import java.io.Serializable;
import java.util.List;

/**
 * Files of one layout that together are one table.
 *
 * @param files the files, in the order in which their rows count
 * @param format how rows are written
 * @param dialect details of CSV, otherwise without meaning
 * @param expectation what the user is told if a column is missing
 */
public record SourceTable(
    List<InputFile> files, FileFormat format, CsvDialect dialect, String expectation)
    implements Serializable {
  /** Keeps a copy of the list. */
  public SourceTable {
    files = List.copyOf(files);
  }

  /** What messages call the table: its file, or its first file and how many more. */
  public String name() {
    String first = files.getFirst().name();
    int others = files.size() - 1;
    return switch (others) {
      case 0 -> first;
      case 1 -> first + " and 1 more file";
      default -> first + " and " + others + " more files";
    };
  }
}
