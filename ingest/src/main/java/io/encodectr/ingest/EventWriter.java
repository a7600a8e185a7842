package io.encodectr.ingest;

import io.encodectr.file.NpyWriter;
import io.encodectr.progress.Progress;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.duckdb.DuckDBResultSet;
import org.jspecify.annotations.Nullable;

/**
 * Streams the log out of DuckDB, sorted by user, time and input order, into temporary columns. The
 * order is checked row by row. A row that repeats another's user, item, time, label and page view
 * is left out.
 */
final class EventWriter implements Closeable {
  private static final int FEW = 32;
  private static final int STEP = 1 << 16;

  private final List<ColumnField> context;
  private final NpyWriter offsets;
  private final NpyWriter item;
  private final NpyWriter time;
  private final NpyWriter label;
  private final @Nullable NpyWriter pageView;
  private final @Nullable NpyWriter probability;
  private final List<NpyWriter> contextColumns = new ArrayList<>();
  private final List<NpyWriter> all = new ArrayList<>();

  private int lastUser = -1;
  private long lastTime;
  private long lastRow;
  private long rows;
  private long duplicates;

  /** What was seen of the current user and second: (item, label) and page view. */
  private final long[] seen = new long[2 * FEW];

  private int seenCount;
  private final Set<Key> seenMany = new HashSet<>();

  private record Key(long itemLabel, long pageView) {}

  private EventWriter(Path folder, LogDescription log) throws IOException {
    context = LogLoader.read(log);
    offsets = keep(NpyWriter.int64(folder.resolve("offsets.npy")));
    item = keep(NpyWriter.int32(folder.resolve("item.npy")));
    time = keep(NpyWriter.int64(folder.resolve("time.npy")));
    label = keep(NpyWriter.uint8(folder.resolve("label.npy")));
    pageView =
        log.pageView() == null ? null : keep(NpyWriter.int32(folder.resolve("page_view.npy")));
    probability =
        log.probability() == null
            ? null
            : keep(NpyWriter.float32(folder.resolve("probability.npy")));
    for (int c = 0; c < context.size(); c++) {
      Path path = folder.resolve("c" + c + ".npy");
      contextColumns.add(
          keep(context.get(c).categorical() ? NpyWriter.int32(path) : NpyWriter.float32(path)));
    }
  }

  private NpyWriter keep(NpyWriter writer) {
    all.add(writer);
    return writer;
  }

  /**
   * Writes the columns. The tables {@code log}, {@code user_codes}, {@code item_codes}, {@code
   * page_view_codes} and {@code context_codes_k} exist.
   *
   * @param usable number of usable rows
   * @return the number of repetitions left out
   */
  static long write(
      Path folder, LogDescription log, Database database, long usable, Progress progress)
      throws IOException {
    Files.createDirectories(folder);
    try (EventWriter writer = new EventWriter(folder, log);
        Progress.Task task = progress.begin("Sorting by user and time", usable, "rows")) {
      database.each(
          query(log),
          row -> {
            writer.add(row);
            if (writer.rows % STEP == 0) {
              task.advance(STEP);
            }
          });
      task.advance(writer.rows % STEP);
      if (writer.rows != usable) {
        throw new IOException(
            "DuckDB sorted " + writer.rows + " of " + usable + " rows; please report this");
      }
      writer.offsets.put(writer.item.count());
      return writer.duplicates;
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
    List<ColumnField> context = LogLoader.read(log);
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

  private void add(DuckDBResultSet row) throws SQLException, IOException {
    int user = row.getInt(1);
    long seconds = row.getLong(3);
    long number = row.getLong(5);
    checkOrder(user, seconds, number);
    boolean sameSecond = user == lastUser && seconds == lastTime;
    startUsers(user);
    lastTime = seconds;
    lastRow = number;
    rows++;
    int target = row.getInt(2);
    int positive = row.getInt(4);
    int column = 6;
    int view = pageView == null ? -1 : row.getInt(column++);
    if (repeats(sameSecond, (long) target << 1 | positive, view)) {
      duplicates++;
      return;
    }
    item.put(target);
    time.put(seconds);
    label.put((byte) positive);
    if (pageView != null) {
      pageView.put(view);
    }
    if (probability != null) {
      probability.put(row.getFloat(column++));
    }
    for (int c = 0; c < contextColumns.size(); c++, column++) {
      if (context.get(c).categorical()) {
        contextColumns.get(c).put(row.getInt(column));
      } else {
        contextColumns.get(c).put(row.getFloat(column));
      }
    }
  }

  private void checkOrder(int user, long seconds, long number) throws IOException {
    boolean later =
        user > lastUser
            || (user == lastUser
                && (seconds > lastTime || (seconds == lastTime && number > lastRow)));
    if (!later) {
      throw new IOException(
          "DuckDB returned row " + rows + " out of order; please report this with its version");
    }
  }

  private void startUsers(int user) throws IOException {
    while (lastUser < user) {
      offsets.put(item.count());
      lastUser++;
    }
  }

  private boolean repeats(boolean sameSecond, long itemLabel, int view) {
    if (!sameSecond) {
      seenCount = 0;
      if (!seenMany.isEmpty()) {
        seenMany.clear();
      }
    }
    for (int k = 0; k < Math.min(seenCount, FEW); k++) {
      if (seen[2 * k] == itemLabel && seen[2 * k + 1] == view) {
        return true;
      }
    }
    if (seenCount >= FEW) {
      return !seenMany.add(new Key(itemLabel, view));
    }
    seen[2 * seenCount] = itemLabel;
    seen[2 * seenCount + 1] = view;
    seenCount++;
    return false;
  }

  @Override
  public void close() throws IOException {
    IOException failure = null;
    for (NpyWriter writer : all) {
      try {
        writer.close();
      } catch (IOException e) {
        failure = e;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
