package io.encodectr.dataset;

import io.encodectr.file.Damage;
import io.encodectr.file.LongColumn;
import java.nio.file.Path;

/** Checks of columns that say where each row's values begin: row i has [offset i, offset i+1). */
final class Offsets {
  private Offsets() {}

  /**
   * Checks that the offsets begin at 0, never fall, no row is longer than an int can count, and end
   * with the number of values.
   *
   * @throws io.encodectr.file.InputException otherwise
   */
  static void check(Path path, LongColumn offsets, long values) {
    long size = offsets.size();
    if (size < 1 || size - 1 > Integer.MAX_VALUE) {
      throw Damage.of(path, "it has " + size + " offsets");
    }
    if (offsets.get(0) != 0 || offsets.get(size - 1) != values) {
      throw Damage.of(
          path,
          "its offsets run from "
              + offsets.get(0)
              + " to "
              + offsets.get(size - 1)
              + ", but there are "
              + values
              + " values");
    }
    long last = 0;
    for (long i = 1; i < size; i++) {
      long next = offsets.get(i);
      if (next < last || next - last > Integer.MAX_VALUE) {
        throw Damage.of(path, "offset " + i + " is " + next + " after " + last);
      }
      last = next;
    }
  }

  /** Checks that a column has one value a row. */
  static void requireSize(Path path, long size, long needed) {
    if (size != needed) {
      throw Damage.of(path, "it has " + size + " values, " + needed + " are needed");
    }
  }
}
