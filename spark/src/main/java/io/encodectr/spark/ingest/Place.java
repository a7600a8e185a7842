package io.encodectr.spark.ingest;

/**
 * The place of a row in the order of the input, as one number: files in their order, rows as they
 * stand in them.
 */
final class Place {
  /** Most files of a table. */
  static final int MOST_FILES = 1 << 20;

  private static final int BITS = 43;

  private Place() {}

  static long of(RawRow row) {
    long inFile = row.block + row.ordinal;
    if (row.file >= MOST_FILES || inFile >>> BITS != 0) {
      throw new IllegalStateException(
          "row " + inFile + " of file " + row.file + " is beyond a million files of 8 TB");
    }
    return (long) row.file << BITS | inFile;
  }
}
