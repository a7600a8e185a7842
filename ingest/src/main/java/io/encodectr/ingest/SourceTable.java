package io.encodectr.ingest;

import java.util.List;

/**
 * Files of one layout that together are one table.
 *
 * @param files the files, in the order in which their rows count
 * @param format how rows are written
 * @param dialect details of CSV, otherwise without meaning
 * @param expectation what the user is told if a column is missing
 */
record SourceTable(
    List<InputFile> files, FileFormat format, CsvDialect dialect, String expectation) {
  SourceTable {
    files = List.copyOf(files);
  }
}
