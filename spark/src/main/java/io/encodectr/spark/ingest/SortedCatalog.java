package io.encodectr.spark.ingest;

import io.encodectr.assembly.CatalogRows;
import io.encodectr.dataset.IdDictionary;
import java.util.Collections;
import java.util.Iterator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;
import org.jspecify.annotations.Nullable;

/** Ids with what a catalog says of them, streamed to the driver. Not thread-safe. */
final class SortedCatalog implements CatalogRows, AutoCloseable {
  private final IdDictionary ids;
  private final @Nullable Dataset<Row> rows;

  /**
   * A catalog.
   *
   * @param coded its rows as {@link CatalogCodes} gives them; null if there is none
   */
  SortedCatalog(IdDictionary ids, @Nullable Dataset<Row> coded) {
    this.ids = ids;
    rows = coded == null ? null : coded.sort("code", "place").persist(StorageLevel.DISK_ONLY());
  }

  @Override
  public Cursor open() {
    return new Joined(rows == null ? Collections.emptyIterator() : rows.toLocalIterator());
  }

  @Override
  public void close() {
    if (rows != null) {
      rows.unpersist();
    }
  }

  /** Every id, with the first of its rows. */
  private final class Joined implements Cursor {
    private final Iterator<Row> coded;
    private @Nullable Row ahead;
    private @Nullable Row row;
    private int code = -1;

    Joined(Iterator<Row> coded) {
      this.coded = coded;
      ahead = coded.hasNext() ? coded.next() : null;
    }

    @Override
    public boolean next() {
      code++;
      row = null;
      while (ahead != null && ahead.getInt(0) <= code) {
        if (row == null) {
          row = ahead;
        }
        ahead = coded.hasNext() ? coded.next() : null;
      }
      return code < ids.size();
    }

    @Override
    public int code() {
      return code;
    }

    @Override
    public String id() {
      return ids.id(code);
    }

    @Override
    public @Nullable String name() {
      return row == null ? null : row.getString(2);
    }

    @Override
    public @Nullable String text(int column) {
      return row == null ? null : row.getString(CatalogCodes.FIRST_COLUMN + column);
    }

    @Override
    public float number(int column) {
      return row == null ? Float.NaN : row.getFloat(CatalogCodes.FIRST_COLUMN + column);
    }

    @Override
    public void close() {}
  }
}
