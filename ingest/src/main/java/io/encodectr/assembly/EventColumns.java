package io.encodectr.assembly;

import io.encodectr.file.NpyWriter;
import io.encodectr.log.ColumnField;
import io.encodectr.log.LogDescription;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes events, given in the order of user, time and input, into temporary columns ({@link
 * Events#map} reads them). The order is checked event by event. An event that repeats another's
 * user, item, time, label and page view is left out. Not thread-safe.
 */
public final class EventColumns implements Closeable {
  private static final int FEW = 32;

  private final List<ColumnField> context;
  private final NpyWriter offsets;
  private final NpyWriter item;
  private final NpyWriter time;
  private final NpyWriter label;
  private final @Nullable NpyWriter pageView;
  private final @Nullable NpyWriter probability;
  private final List<NpyWriter> contextColumns = new ArrayList<>();
  private final ColumnWriters all = new ColumnWriters();

  private int lastUser;
  private long lastTime = Long.MIN_VALUE;
  private long lastRow;
  private long rows;
  private long duplicates;

  /** What was seen of the current user and second: (item, label) and page view. */
  private final long[] seen = new long[2 * FEW];

  private int seenCount;
  private final Set<Key> seenMany = new HashSet<>();

  private record Key(long itemLabel, long pageView) {}

  /**
   * Begins the columns in a new folder.
   *
   * @param firstUser the first code of a user that may come
   */
  public EventColumns(Path folder, LogDescription log, int firstUser) throws IOException {
    Files.createDirectories(folder);
    lastUser = firstUser - 1;
    context = log.readContext();
    offsets = all.keep(NpyWriter.int64(folder.resolve("offsets.npy")));
    item = all.keep(NpyWriter.int32(folder.resolve("item.npy")));
    time = all.keep(NpyWriter.int64(folder.resolve("time.npy")));
    label = all.keep(NpyWriter.uint8(folder.resolve("label.npy")));
    pageView =
        log.pageView() == null ? null : all.keep(NpyWriter.int32(folder.resolve("page_view.npy")));
    probability =
        log.probability() == null
            ? null
            : all.keep(NpyWriter.float32(folder.resolve("probability.npy")));
    for (int c = 0; c < context.size(); c++) {
      Path path = folder.resolve("c" + c + ".npy");
      contextColumns.add(
          all.keep(context.get(c).categorical() ? NpyWriter.int32(path) : NpyWriter.float32(path)));
    }
  }

  /**
   * Appends an event.
   *
   * @throws IOException if it is out of order, or cannot be written
   */
  public void add(Event event) throws IOException {
    checkOrder(event);
    boolean sameSecond = event.user == lastUser && event.time == lastTime;
    startUsers(event.user);
    lastTime = event.time;
    lastRow = event.row;
    rows++;
    if (repeats(sameSecond, (long) event.item << 1 | event.label, event.pageView)) {
      duplicates++;
      return;
    }
    item.put(event.item);
    time.put(event.time);
    label.put((byte) event.label);
    if (pageView != null) {
      pageView.put(event.pageView);
    }
    if (probability != null) {
      probability.put(event.probability);
    }
    for (int c = 0; c < contextColumns.size(); c++) {
      if (context.get(c).categorical()) {
        contextColumns.get(c).put(event.codes[c]);
      } else {
        contextColumns.get(c).put(event.numbers[c]);
      }
    }
  }

  private void checkOrder(Event event) throws IOException {
    boolean later =
        event.user > lastUser
            || (event.user == lastUser
                && (event.time > lastTime || (event.time == lastTime && event.row > lastRow)));
    if (!later) {
      throw new IOException(
          "row " + rows + " of the sorted log is out of order; please report this");
    }
  }

  private void startUsers(int user) throws IOException {
    while (lastUser < user) {
      offsets.put(item.count());
      lastUser++;
    }
  }

  /**
   * Says that all events have come.
   *
   * @param endUser one past the last code of a user; those after the last event have none
   */
  public void finish(int endUser) throws IOException {
    startUsers(endUser - 1);
    offsets.put(item.count());
  }

  /** Events that have come so far, the repetitions included. */
  public long rows() {
    return rows;
  }

  /** Repetitions that were left out. */
  public long duplicates() {
    return duplicates;
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
    all.close();
  }
}
