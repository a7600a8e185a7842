package io.encodectr.file;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;

/**
 * A column of bytes in an {@code .npy} file of type {@code |u1}, mapped into memory and read in
 * place: opening costs nothing a value, and files may be larger than 2 GiB. Read-only and
 * thread-safe.
 *
 * <p>The mapping belongs to an {@link Arena}: the caller's, whose close ends every column mapped in
 * it (a later read throws {@link IllegalStateException}), or one that the garbage collector ends
 * once the column is unreachable. The file must not be cut short while it is mapped.
 */
public final class ByteColumn {
  /** NumPy's name of the type. */
  public static final String TYPE = "|u1";

  private final MemorySegment values;
  private final long size;

  private ByteColumn(MemorySegment values) {
    this.values = values;
    size = values.byteSize();
  }

  /**
   * Maps a file until the column is unreachable.
   *
   * @throws InputException if the file is missing, damaged or of another type
   */
  public static ByteColumn map(Path path) throws IOException {
    return map(path, Arena.ofAuto());
  }

  /**
   * Maps a file until the arena is closed.
   *
   * @throws InputException if the file is missing, damaged or of another type
   */
  public static ByteColumn map(Path path, Arena arena) throws IOException {
    return new ByteColumn(NpyMapping.map(path, TYPE, Byte.BYTES, arena));
  }

  /** A column of the given values, in no file. */
  public static ByteColumn of(byte... values) {
    MemorySegment memory = NpyMapping.allocate(values.length);
    MemorySegment.copy(values, 0, memory, ValueLayout.JAVA_BYTE, 0, values.length);
    return new ByteColumn(memory.asReadOnly());
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
  public byte get(long i) {
    return values.get(ValueLayout.JAVA_BYTE, i);
  }

  /**
   * Copies values [from, from + count) to {@code to[offset…]}.
   *
   * @throws IndexOutOfBoundsException if either range is out of bounds; nothing is copied then
   */
  public void copy(long from, byte[] to, int offset, int count) {
    MemorySegment.copy(values, ValueLayout.JAVA_BYTE, from, to, offset, count);
  }

  /**
   * All values.
   *
   * @throws IllegalStateException if there are more than an array can hold
   */
  public byte[] toArray() {
    return values.toArray(ValueLayout.JAVA_BYTE);
  }
}
