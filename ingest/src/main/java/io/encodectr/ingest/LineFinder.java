package io.encodectr.ingest;

import io.encodectr.log.FileFormat;
import io.encodectr.log.InputFile;
import io.encodectr.log.SourceTable;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;

/**
 * Finds the lines of rows in a text file. DuckDB tells a refused row by its byte, and an accepted
 * one by its rank only; a line break inside quotes makes lines and rows differ.
 */
final class LineFinder {
  private final InputFile file;
  private final int quote;
  private final boolean latin1;
  private final boolean header;
  private final boolean spacesAreBlank;
  private final Map<Long, Long> refused = new HashMap<>();
  private final Map<Long, Long> accepted = new HashMap<>();
  private long rows;

  /**
   * A finder for one file.
   *
   * @param table tells the format
   */
  LineFinder(InputFile file, SourceTable table) {
    this.file = file;
    boolean csv = table.format() == FileFormat.CSV;
    String mark = table.dialect().quote();
    quote = csv && !mark.isEmpty() ? mark.charAt(0) : -1;
    latin1 = csv && table.dialect().latin1();
    header = csv && table.dialect().header();
    spacesAreBlank = !csv;
  }

  /**
   * Reads the file.
   *
   * @param refusedAt where the refused rows begin, in bytes of the text as UTF-8, ascending
   * @param ranks 0-based ranks of accepted rows among the accepted ones, ascending
   * @param toEnd whether to read on when all are found, to count the rows
   */
  void find(long[] refusedAt, long[] ranks, boolean toEnd) throws IOException {
    Rows state = new Rows(refusedAt, ranks);
    byte[] buffer = new byte[1 << 18];
    try (InputStream in = InputScan.open(file)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        for (int i = 0; i < n; i++) {
          state.add(buffer[i]);
        }
        if (!toEnd && state.done()) {
          return;
        }
      }
    }
    state.end();
    rows = state.rows;
  }

  /** Rows with text, the header aside; known if the file was read to its end. */
  long rows() {
    return rows;
  }

  /** Line of the refused row that begins at this byte, or the other line given. */
  long refusedLine(long at, long otherwise) {
    return refused.getOrDefault(at, otherwise);
  }

  /** Line of the accepted row of this rank, or -1. */
  long acceptedLine(long rank) {
    return accepted.getOrDefault(rank, -1L);
  }

  /** The rows of a file as its bytes come. */
  private final class Rows {
    private final long[] refusedAt;
    private final long[] ranks;
    private int nextRefused;
    private int nextRank;
    private long acceptedRows;
    private long rows;
    private long position;
    private long line = 1;
    private long start;
    private long startLine = 1;
    private boolean text;
    private boolean quoted;
    private boolean afterReturn;
    private boolean headerDone = !header;

    Rows(long[] refusedAt, long[] ranks) {
      this.refusedAt = refusedAt;
      this.ranks = ranks;
    }

    boolean done() {
      return nextRefused == refusedAt.length && nextRank == ranks.length;
    }

    void add(byte b) {
      if (afterReturn && b != '\n') {
        endLine();
      }
      int width = latin1 && b < 0 ? 2 : 1;
      position += width;
      if (b == '\n') {
        endLine();
      } else if (b == '\r') {
        afterReturn = true;
      } else {
        if (!text && !(spacesAreBlank && (b == ' ' || b == '\t'))) {
          text = true;
        }
        if (b == quote) {
          quoted = !quoted;
        }
      }
    }

    private void endLine() {
      afterReturn = false;
      line++;
      if (!quoted) {
        endRow();
      }
    }

    private void endRow() {
      if (text) {
        if (!headerDone) {
          headerDone = true;
        } else {
          take();
        }
      }
      text = false;
      start = position;
      startLine = line;
    }

    private void take() {
      rows++;
      boolean isRefused = false;
      while (nextRefused < refusedAt.length && refusedAt[nextRefused] <= start) {
        refused.put(refusedAt[nextRefused], startLine);
        nextRefused++;
        isRefused = true;
      }
      if (!isRefused) {
        if (nextRank < ranks.length && ranks[nextRank] == acceptedRows) {
          accepted.put(acceptedRows, startLine);
          nextRank++;
        }
        acceptedRows++;
      }
    }

    void end() {
      quoted = false;
      if (text || afterReturn) {
        line++;
        endRow();
      }
    }
  }
}
