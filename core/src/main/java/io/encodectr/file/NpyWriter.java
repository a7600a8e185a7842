package io.encodectr.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Writes a one-dimensional {@code .npy} file value by value; how many there are is known at the end
 * only, when {@link #close} puts the header in front; a process killed before leaves no valid
 * {@code .npy} file. A writer closed early, by an exception of whoever gives the values, leaves a
 * valid but short column: write inside a folder that appears whole or not at all ({@link
 * WorkFolder}). Not thread-safe.
 */
public final class NpyWriter implements Closeable {
  private static final int COPIED = 1 << 18;

  private final OutputFile out;
  private final String type;
  private long count;
  private boolean closed;

  private NpyWriter(Path path, String type) throws IOException {
    this.out = OutputFile.create(path);
    this.type = type;
    out.put(new byte[NpyHeader.SIZE]);
  }

  /** A column of type {@code <i4}. */
  public static NpyWriter int32(Path path) throws IOException {
    return new NpyWriter(path, IntColumn.TYPE);
  }

  /** A column of type {@code <i8}. */
  public static NpyWriter int64(Path path) throws IOException {
    return new NpyWriter(path, LongColumn.TYPE);
  }

  /** A column of type {@code <f4}. */
  public static NpyWriter float32(Path path) throws IOException {
    return new NpyWriter(path, FloatColumn.TYPE);
  }

  /** A column of type {@code |u1}. */
  public static NpyWriter uint8(Path path) throws IOException {
    return new NpyWriter(path, ByteColumn.TYPE);
  }

  /** Number of values written so far. */
  public long count() {
    return count;
  }

  /**
   * Appends an integer to a column of 4-byte or 8-byte integers or, if it is in 0..255, of bytes.
   *
   * @throws IllegalArgumentException if the value does not fit into a byte
   * @throws IllegalStateException if the column holds floating-point numbers
   */
  public void put(int value) throws IOException {
    switch (type) {
      case IntColumn.TYPE -> out.putInt(value);
      case LongColumn.TYPE -> out.putLong(value);
      case ByteColumn.TYPE -> {
        if (value < 0 || value > 255) {
          throw new IllegalArgumentException(
              out.path() + ": " + value + " does not fit into an unsigned byte");
        }
        out.put((byte) value);
      }
      default -> throw wrongType("int");
    }
    count++;
  }

  /** Appends an integer to a column of 8-byte integers. */
  public void put(long value) throws IOException {
    require(LongColumn.TYPE, "long");
    out.putLong(value);
    count++;
  }

  /** Appends a number to a column of floating-point numbers. */
  public void put(float value) throws IOException {
    require(FloatColumn.TYPE, "float");
    out.putFloat(value);
    count++;
  }

  /** Appends a byte to a column of bytes; negative values are stored as 128..255. */
  public void put(byte value) throws IOException {
    require(ByteColumn.TYPE, "byte");
    out.put(value);
    count++;
  }

  /** Appends {@code values[offset…offset + n)}. */
  public void putAll(int[] values, int offset, int n) throws IOException {
    require(IntColumn.TYPE, "int");
    for (int i = offset; i < offset + n; i++) {
      out.putInt(values[i]);
    }
    count += n;
  }

  /** Appends {@code values[offset…offset + n)}. */
  public void putAll(long[] values, int offset, int n) throws IOException {
    require(LongColumn.TYPE, "long");
    for (int i = offset; i < offset + n; i++) {
      out.putLong(values[i]);
    }
    count += n;
  }

  /** Appends {@code values[offset…offset + n)}. */
  public void putAll(float[] values, int offset, int n) throws IOException {
    require(FloatColumn.TYPE, "float");
    for (int i = offset; i < offset + n; i++) {
      out.putFloat(values[i]);
    }
    count += n;
  }

  /** Appends {@code values[offset…offset + n)}. */
  public void putAll(byte[] values, int offset, int n) throws IOException {
    require(ByteColumn.TYPE, "byte");
    out.put(values, offset, n);
    count += n;
  }

  /**
   * Appends all values of another column of the same type.
   *
   * @throws InputException if that is no column, or of another type
   */
  public void putAll(Path column) throws IOException {
    NpyHeader header = NpyHeader.read(column);
    if (!header.type().equals(type) || header.shape().size() != 1) {
      throw Damage.of(column, "it is no column of type " + type);
    }
    try (FileChannel in = FileChannel.open(column, StandardOpenOption.READ)) {
      ByteBuffer bytes = ByteBuffer.allocate(COPIED);
      in.position(header.dataOffset());
      long left = header.shape().getFirst() * header.valueBytes();
      while (left > 0) {
        bytes.clear().limit((int) Math.min(left, COPIED));
        int read = in.read(bytes);
        if (read < 0) {
          throw Damage.of(column, "it is shorter than its header says");
        }
        out.put(bytes.array(), 0, read);
        left -= read;
      }
    }
    count += header.shape().getFirst();
  }

  /** Appends all values. */
  public void putAll(int... values) throws IOException {
    putAll(values, 0, values.length);
  }

  /** Appends all values. */
  public void putAll(long... values) throws IOException {
    putAll(values, 0, values.length);
  }

  /** Appends all values. */
  public void putAll(float... values) throws IOException {
    putAll(values, 0, values.length);
  }

  /** Appends all values. */
  public void putAll(byte... values) throws IOException {
    putAll(values, 0, values.length);
  }

  private void require(String needed, String given) {
    if (!type.equals(needed)) {
      throw wrongType(given);
    }
  }

  private IllegalStateException wrongType(String given) {
    return new IllegalStateException(
        out.path() + " holds values of type " + type + ", not " + given);
  }

  /** Writes the header for the values so far. The file is whole only when this has returned. */
  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    try (out) {
      if (!out.failed()) {
        out.overwrite(0, NpyHeader.bytes(type, count));
      }
    }
  }
}
