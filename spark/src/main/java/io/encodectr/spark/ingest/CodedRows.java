package io.encodectr.spark.ingest;

import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/** What becomes of the rows of some blocks that can be used, one at a time. Not thread-safe. */
abstract class CodedRows implements Iterator<Row> {
  private final TableSource.Scan scan;
  private final RawRow raw;
  private @Nullable Row next;
  private boolean ended;

  CodedRows(TableSource source, Iterator<Row> rows) {
    scan = source.scan(rows);
    raw = source.newRow();
  }

  /** What becomes of a row with fields; null if it is left out. */
  abstract @Nullable Row coded(RawRow row);

  @Override
  public final boolean hasNext() {
    while (next == null && !ended) {
      if (!scan.next(raw)) {
        ended = true;
      } else if (raw.state == RawRow.State.READ) {
        next = coded(raw);
      }
    }
    return next != null;
  }

  @Override
  public final Row next() {
    Row row = hasNext() ? next : null;
    if (row == null) {
      throw new NoSuchElementException();
    }
    next = null;
    return row;
  }
}
