package io.encodectr.file;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * A column of 64-bit integers in an {@code .npy} file of type {@code <i8}, mapped into memory and
 * read in place: opening costs nothing a value, and files may be larger than 2 GiB. Read-only and
 * thread-safe.
 *
 * <p>The mapping belongs to an {@link Arena}: the caller's, whose close ends every column mapped in
 * it (a later read throws {@link IllegalStateException}), or one that the garbage collector ends
 * once the column is unreachable. The file must not be cut short while it is mapped.
 */
public final class LongColumn {
  /** NumPy's name of the type. */
  public static final String TYPE = "<i8";

  private final MemorySegment values;
  private final long size;

  private LongColumn(MemorySegment values) {
    this.values = values;
    size = values.byteSize() / Long.BYTES;
  }

  /**
   * Maps a file until the column is unreachable.
   *
   * @throws InputException if the file is missing, damaged or of another type
   */
  public static LongColumn map(Path path) throws IOException {
    return map(path, Arena.ofAuto());
  }

  /**
   * Maps a file until the arena is closed.
   *
   * @throws InputException if the file is missing, damaged or of another type
   */
  public static LongColumn map(Path path, Arena arena) throws IOException {
    return new LongColumn(NpyMapping.map(path, TYPE, Long.BYTES, arena));
  }

  /** A column of the given values, in no file. */
  public static LongColumn of(long... values) {
    MemorySegment memory = NpyMapping.allocate((long) values.length * Long.BYTES);
    MemorySegment.copy(values, 0, memory, NpyMapping.LONG, 0, values.length);
    return new LongColumn(memory.asReadOnly());
  }

  /** Number of values. */
  public long size() {
    return size;
  }

  /**
   * Value i.
   *
   * @throws IndexOutOfBoundsException unless i is in 0..size-1
   */
  public long get(long i) {
    return values.getAtIndex(NpyMapping.LONG, i);
  }

  /**
   * Copies values [from, from + count) to {@code to[offset…]}.
   *
   * @throws IndexOutOfBoundsException if either range is out of bounds; nothing is copied then
   */
  public void copy(long from, long[] to, int offset, int count) {
    MemorySegment.copy(values, NpyMapping.LONG, from * Long.BYTES, to, offset, count);
  }

  /**
   * All values.
   *
   * @throws IllegalStateException if there are more than an array can hold
   */
  public long[] toArray() {
    return values.toArray(NpyMapping.LONG);
  }
}
