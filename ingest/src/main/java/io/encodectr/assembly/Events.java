package io.encodectr.assembly;

import io.encodectr.file.ByteColumn;
import io.encodectr.file.FloatColumn;
import io.encodectr.file.IntColumn;
import io.encodectr.file.LongColumn;
import io.encodectr.log.ColumnField;
import io.encodectr.log.LogDescription;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The usable rows of a log without repetitions, sorted by user, time and input order, as temporary
 * memory-mapped columns. Thread-safe.
 *
 * @param firstUser code of the first user; the columns may be those of a range of users
 * @param offsets where each user's events begin, and the end
 * @param item item codes
 * @param time seconds since the epoch
 * @param label 0 or 1
 * @param pageView codes of page views, -1 for none; null if the log has none
 * @param probability click probabilities, NaN for none; null if the log has none
 * @param contextCodes for each context column read from the log: its codes, -1 for none; null if it
 *     is continuous
 * @param contextNumbers likewise the numbers, NaN for none; null if it is categorical
 * @param duplicates rows that were left out as repetitions
 */
public record Events(
    int firstUser,
    LongColumn offsets,
    IntColumn item,
    LongColumn time,
    ByteColumn label,
    @Nullable IntColumn pageView,
    @Nullable FloatColumn probability,
    List<@Nullable IntColumn> contextCodes,
    List<@Nullable FloatColumn> contextNumbers,
    long duplicates) {
  /**
   * Maps the columns that {@link EventColumns} wrote.
   *
   * @param firstUser code of the first user
   * @param arena owns the mapping
   */
  public static Events map(
      Path folder, LogDescription log, int firstUser, long duplicates, Arena arena)
      throws IOException {
    List<@Nullable IntColumn> codes = new ArrayList<>();
    List<@Nullable FloatColumn> numbers = new ArrayList<>();
    List<ColumnField> context = log.readContext();
    for (int c = 0; c < context.size(); c++) {
      Path path = folder.resolve("c" + c + ".npy");
      boolean categorical = context.get(c).categorical();
      codes.add(categorical ? IntColumn.map(path, arena) : null);
      numbers.add(categorical ? null : FloatColumn.map(path, arena));
    }
    return new Events(
        firstUser,
        LongColumn.map(folder.resolve("offsets.npy"), arena),
        IntColumn.map(folder.resolve("item.npy"), arena),
        LongColumn.map(folder.resolve("time.npy"), arena),
        ByteColumn.map(folder.resolve("label.npy"), arena),
        log.pageView() == null ? null : IntColumn.map(folder.resolve("page_view.npy"), arena),
        log.probability() == null
            ? null
            : FloatColumn.map(folder.resolve("probability.npy"), arena),
        codes,
        numbers,
        duplicates);
  }

  /** Number of users. */
  public int users() {
    return (int) (offsets.size() - 1);
  }

  /** Number of events. */
  public long size() {
    return item.size();
  }
}
