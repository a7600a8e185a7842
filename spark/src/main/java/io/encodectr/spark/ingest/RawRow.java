package io.encodectr.spark.ingest;

import org.jspecify.annotations.Nullable;

/**
 * A row of a file as texts; one instance is filled again and again. A row has its place: blocks of
 * a file are read apart, and {@code block + ordinal} grows within a file, block after block, since
 * a line takes a byte at least. Not thread-safe.
 */
final class RawRow {
  /** What to do with the row. */
  enum State {
    /** It has fields. */
    READ,
    /** A header or an empty line: it counts as a line but not as a row. */
    SKIPPED,
    /** It cannot be read; {@link #words} says why. */
    BROKEN,
    /** It cannot be read in the way in which the local job would; {@link #words} says why. */
    BEYOND
  }

  final @Nullable String[] fields;
  State state = State.SKIPPED;

  /** Why the row is broken, or beyond Spark. */
  String words = "";

  /** Index of the file in its table. */
  int file;

  /** First byte of the block; 0 for formats without lines. */
  long block;

  /** Lines, or rows, before it in the block. */
  long ordinal;

  RawRow(int fields) {
    this.fields = new @Nullable String[fields];
  }

  void read() {
    state = State.READ;
    words = "";
  }

  void fail(State how, String why) {
    state = how;
    words = why;
  }
}
