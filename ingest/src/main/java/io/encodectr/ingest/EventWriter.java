package io.encodectr.ingest;

import io.encodectr.assembly.Event;
import io.encodectr.assembly.EventColumns;
import io.encodectr.log.ColumnField;
import io.encodectr.log.LogDescription;
import io.encodectr.progress.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.duckdb.DuckDBResultSet;

/** Streams the log out of DuckDB, sorted by user, time and input order, into event columns. */
final class EventWriter {
  private static final int STEP = 1 << 16;

  private final LogDescription log;
  private final List<ColumnField> context;
  private final Event event;

  private EventWriter(LogDescription log) {
    this.log = log;
    context = log.readContext();
    event = new Event(log);
  }

  /**
   * Writes the columns. The tables {@code log}, {@code user_codes}, {@code item_codes}, {@code
   * page_view_codes} and {@code context_codes_k} exist.
   *
   * @param users number of user codes
   * @param usable number of usable rows
   * @return the number of repetitions left out
   */
  static long write(
      Path folder, LogDescription log, Database database, int users, long usable, Progress progress)
      throws IOException {
    EventWriter reader = new EventWriter(log);
    try (EventColumns columns = new EventColumns(folder, log, 0);
        Progress.Task task = progress.begin("Sorting by user and time", usable, "rows")) {
      database.each(
          query(log),
          row -> {
            columns.add(reader.read(row));
            if (columns.rows() % STEP == 0) {
              task.advance(STEP);
            }
          });
      task.advance(columns.rows() % STEP);
      if (columns.rows() != usable) {
        throw new IOException(
            "DuckDB sorted " + columns.rows() + " of " + usable + " rows; please report this");
      }
      columns.finish(users);
      return columns.duplicates();
    }
  }

  private static String query(LogDescription log) {
    StringBuilder columns =
        new StringBuilder("SELECT user_codes.code, item_codes.code, l.t, l.y, l.rowid");
    StringBuilder joins =
        new StringBuilder(" FROM log l JOIN user_codes ON l.u = user_codes.id")
            .append(" JOIN item_codes ON l.i = item_codes.id");
    if (log.pageView() != null) {
      columns.append(", coalesce(page_view_codes.code, -1)");
      joins.append(" LEFT JOIN page_view_codes ON l.p = page_view_codes.id");
    }
    if (log.probability() != null) {
      columns.append(", coalesce(l.q, 'nan'::FLOAT)");
    }
    List<ColumnField> context = log.readContext();
    for (int c = 0; c < context.size(); c++) {
      if (context.get(c).categorical()) {
        String codes = "context_codes_" + c;
        columns.append(", coalesce(").append(codes).append(".code, -1)");
        joins.append(" LEFT JOIN ").append(codes);
        joins.append(" ON l.c").append(c).append(" = ").append(codes).append(".id");
      } else {
        columns.append(", coalesce(l.c").append(c).append(", 'nan'::FLOAT)");
      }
    }
    return columns
        + joins.toString()
        + " WHERE l.reason IS NULL ORDER BY user_codes.code, l.t, l.rowid";
  }

  private Event read(DuckDBResultSet row) throws SQLException {
    event.user = row.getInt(1);
    event.item = row.getInt(2);
    event.time = row.getLong(3);
    event.label = row.getInt(4);
    event.row = row.getLong(5);
    int column = 6;
    if (log.pageView() != null) {
      event.pageView = row.getInt(column++);
    }
    if (log.probability() != null) {
      event.probability = row.getFloat(column++);
    }
    for (int c = 0; c < event.codes.length; c++, column++) {
      if (context.get(c).categorical()) {
        event.codes[c] = row.getInt(column);
      } else {
        event.numbers[c] = row.getFloat(column);
      }
    }
    return event;
  }
}
