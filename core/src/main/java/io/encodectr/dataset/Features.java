package io.encodectr.dataset;

import io.encodectr.file.Damage;
import io.encodectr.file.FloatColumn;
import io.encodectr.file.IntColumn;
import io.encodectr.file.LongColumn;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The feature columns of all items or all users. Columns are numbered as in the schema's list.
 * Memory-mapped, read-only, thread-safe.
 */
public final class Features {
  private final int rows;
  private final List<Column> columns;
  private final Path folder;
  private final @Nullable IntColumn[] codes;
  private final @Nullable LongColumn[] offsets;
  private final @Nullable FloatColumn[] numbers;

  private Features(Path folder, List<Column> columns, int rows, Arena arena) throws IOException {
    this.folder = folder;
    this.rows = rows;
    this.columns = columns;
    codes = new IntColumn[columns.size()];
    offsets = new LongColumn[columns.size()];
    numbers = new FloatColumn[columns.size()];
    for (int c = 0; c < columns.size(); c++) {
      Column column = columns.get(c);
      if (column.multiValued()) {
        IntColumn values = IntColumn.map(folder.resolve(column.name() + ".values.npy"), arena);
        Path path = folder.resolve(column.name() + ".offsets.npy");
        LongColumn starts = LongColumn.map(path, arena);
        Offsets.requireSize(path, starts.size(), rows + 1L);
        Offsets.check(path, starts, values.size());
        codes[c] = values;
        offsets[c] = starts;
      } else if (column.categorical()) {
        IntColumn values = IntColumn.map(folder.resolve(column.name() + ".npy"), arena);
        Offsets.requireSize(folder.resolve(column.name() + ".npy"), values.size(), rows);
        codes[c] = values;
      } else {
        FloatColumn values = FloatColumn.map(folder.resolve(column.name() + ".npy"), arena);
        Offsets.requireSize(folder.resolve(column.name() + ".npy"), values.size(), rows);
        numbers[c] = values;
      }
    }
  }

  /**
   * Maps the columns in a folder.
   *
   * @param rows the number of items or users that each column must have
   * @param arena owns the mapping
   * @throws io.encodectr.file.InputException if a file is missing or damaged
   */
  public static Features map(Path folder, List<Column> columns, int rows, Arena arena)
      throws IOException {
    return new Features(folder, columns, rows, arena);
  }

  /** Number of items or users. */
  public int rows() {
    return rows;
  }

  /** The columns. */
  public List<Column> columns() {
    return columns;
  }

  /**
   * The code of a single-valued categorical column, -1 for missing.
   *
   * @throws IllegalArgumentException if the column is continuous or multi-valued
   */
  public int code(int column, int row) {
    if (columns.get(column).multiValued()) {
      throw new IllegalArgumentException("column " + column + " is multi-valued");
    }
    return codes(column).get(row);
  }

  /**
   * Number of codes of a categorical column, single- or multi-valued; 0 for missing.
   *
   * @throws IllegalArgumentException if the column is continuous
   */
  public int valueCount(int column, int row) {
    LongColumn starts = offsets[column];
    if (starts == null) {
      return codes(column).get(row) < 0 ? 0 : 1;
    }
    return (int) (starts.get(row + 1L) - starts.get(row));
  }

  /**
   * Code i of a categorical column, single- or multi-valued.
   *
   * @param i 0..valueCount-1
   * @throws IllegalArgumentException if the column is continuous
   */
  public int value(int column, int row, int i) {
    LongColumn starts = offsets[column];
    if (starts == null) {
      if (i != 0) {
        throw new IndexOutOfBoundsException("value " + i + " of a single-valued column");
      }
      return codes(column).get(row);
    }
    long at = starts.get(row) + i;
    if (i < 0 || at >= starts.get(row + 1L)) {
      throw new IndexOutOfBoundsException("value " + i + " of " + valueCount(column, row));
    }
    return codes(column).get(at);
  }

  /**
   * The number of a continuous column, in [0, 1).
   *
   * @throws IllegalArgumentException if the column is categorical
   */
  public float number(int column, int row) {
    FloatColumn values = numbers[column];
    if (values == null) {
      throw new IllegalArgumentException("column " + column + " is categorical");
    }
    return values.get(row);
  }

  private IntColumn codes(int column) {
    IntColumn values = codes[column];
    if (values == null) {
      throw new IllegalArgumentException("column " + column + " is continuous");
    }
    return values;
  }

  /**
   * Checks that every code is in its vocabulary and every number in [0, 1).
   *
   * @throws io.encodectr.file.InputException at the first that is not
   */
  public void check() {
    checkCodes();
    for (int c = 0; c < columns.size(); c++) {
      FloatColumn values = numbers[c];
      for (long i = 0; values != null && i < values.size(); i++) {
        if (!(values.get(i) >= 0 && values.get(i) < 1)) {
          throw wrong(columns.get(c).name() + ".npy", i, values.get(i), "[0, 1)");
        }
      }
    }
  }

  /**
   * Checks that every code is in its vocabulary.
   *
   * @throws io.encodectr.file.InputException at the first that is not
   */
  void checkCodes() {
    for (int c = 0; c < columns.size(); c++) {
      Column column = columns.get(c);
      IntColumn all = codes[c];
      if (all == null) {
        continue;
      }
      String file = column.name() + (column.multiValued() ? ".values.npy" : ".npy");
      int least = column.multiValued() ? 0 : -1;
      for (long i = 0; i < all.size(); i++) {
        if (all.get(i) < least || all.get(i) >= column.vocabulary()) {
          throw wrong(file, i, all.get(i), least + ".." + (column.vocabulary() - 1));
        }
      }
    }
  }

  private RuntimeException wrong(String file, long i, Number value, String range) {
    return Damage.of(folder.resolve(file), "value " + i + " is " + value + ", not in " + range);
  }
}
