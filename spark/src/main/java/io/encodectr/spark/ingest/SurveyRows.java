package io.encodectr.spark.ingest;

import io.encodectr.log.Rejects;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Counts what some blocks of a table hold: rows of kind, text and number, to be summed. What occurs
 * again soon is counted here already. Not thread-safe.
 */
abstract class SurveyRows implements Iterator<Row> {
  /** Columns of the rows. */
  static final StructType SCHEMA =
      new StructType()
          .add("kind", DataTypes.IntegerType, false)
          .add("text", DataTypes.StringType, false)
          .add("n", DataTypes.LongType, false);

  /** Between the parts of a place in a text. */
  static final char SEPARATOR = '|';

  private static final int MOST_COUNTS = 1 << 16;

  private final int table;
  private final TableSource.Scan scan;
  private final RawRow raw;
  private final Map<Key, long[]> counts = new HashMap<>();
  private final Deque<Row> ready = new ArrayDeque<>();
  private boolean ended;
  private int shownFile = -1;
  private long shownBlock = -1;
  private int shown;

  private record Key(int kind, String text) {}

  /**
   * Rows of some blocks.
   *
   * @param table number of the table
   */
  SurveyRows(int table, TableSource source, Iterator<Row> rows) {
    this.table = table;
    scan = source.scan(rows);
    raw = source.newRow();
  }

  /**
   * Counts what a row with fields holds.
   *
   * @return why the row cannot be used; null if it can
   */
  abstract @Nullable String take(RawRow row);

  /** Counts a text once more. */
  final void count(int kind, String text) {
    counts.computeIfAbsent(new Key(kind, text), key -> new long[1])[0]++;
  }

  /** Makes known that there is a text. */
  final void mention(int kind, String text) {
    counts.computeIfAbsent(new Key(kind, text), key -> new long[1]);
  }

  /** Counts a value of a feature column. */
  final void value(int column) {
    count(SurveyKind.VALUES, place(column));
  }

  private String place(Object... parts) {
    StringBuilder text = new StringBuilder().append(table);
    for (Object part : parts) {
      text.append(SEPARATOR).append(part);
    }
    return text.toString();
  }

  @Override
  public final boolean hasNext() {
    while (ready.isEmpty() && !ended) {
      fill();
    }
    return !ready.isEmpty();
  }

  @Override
  public final Row next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return ready.remove();
  }

  private void fill() {
    while (counts.size() < MOST_COUNTS) {
      if (!scan.next(raw)) {
        ended = true;
        break;
      }
      take();
    }
    counts.forEach((key, n) -> ready.add(RowFactory.create(key.kind, key.text, n[0])));
    counts.clear();
  }

  private void take() {
    String file = place(raw.file);
    count(SurveyKind.LINES, place(raw.file, raw.block));
    switch (raw.state) {
      case SKIPPED -> {}
      case READ -> {
        count(SurveyKind.ROWS, file);
        String reason = take(raw);
        if (reason != null) {
          reject(SurveyKind.REJECT, reason);
        }
      }
      case BROKEN -> {
        count(SurveyKind.ROWS, file);
        reject(SurveyKind.REJECT, raw.words);
      }
      case BEYOND -> reject(SurveyKind.BEYOND, raw.words);
    }
  }

  private void reject(int kind, String reason) {
    if (raw.file != shownFile || raw.block != shownBlock) {
      shownFile = raw.file;
      shownBlock = raw.block;
      shown = 0;
    }
    if (kind == SurveyKind.REJECT) {
      count(SurveyKind.BAD, place(raw.file));
    }
    if (shown < Rejects.KEPT) {
      shown++;
      count(kind, place(raw.file, raw.block, raw.ordinal, reason));
    }
  }
}
