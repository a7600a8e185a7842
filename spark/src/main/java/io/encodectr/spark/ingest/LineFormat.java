package io.encodectr.spark.ingest;

/** Takes the wanted fields out of a line. */
interface LineFormat {
  /**
   * Fills a row whose place is known with fields and state.
   *
   * @param line without its end
   */
  void read(byte[] line, RawRow row);
}
