package io.encodectr.dataset;

import io.encodectr.file.ByteColumn;
import io.encodectr.file.Damage;
import io.encodectr.file.LongColumn;
import io.encodectr.file.NpyWriter;
import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Texts by index: {@code X.bytes.npy} (UTF-8, one after the other) and {@code X.offsets.npy} (where
 * each begins, and the end). Memory-mapped, read-only, thread-safe.
 */
public final class StringList {
  private final Path path;
  private final ByteColumn bytes;
  private final LongColumn offsets;
  private final int size;

  private StringList(Path path, ByteColumn bytes, LongColumn offsets) {
    this.path = path;
    this.bytes = bytes;
    this.offsets = offsets;
    size = (int) (offsets.size() - 1);
  }

  /** Whether a folder holds a list of this name. */
  public static boolean exists(Path folder, String name) {
    return Files.exists(folder.resolve(name + ".offsets.npy"));
  }

  /**
   * Maps a list.
   *
   * @param name X, the beginning of the files' names
   * @param arena owns the mapping
   * @throws io.encodectr.file.InputException if a file is missing or damaged
   */
  public static StringList map(Path folder, String name, Arena arena) throws IOException {
    Path path = folder.resolve(name + ".offsets.npy");
    ByteColumn bytes = ByteColumn.map(folder.resolve(name + ".bytes.npy"), arena);
    LongColumn offsets = LongColumn.map(path, arena);
    Offsets.check(path, offsets, bytes.size());
    return new StringList(path, bytes, offsets);
  }

  /** Writes a list; returns how many texts there were. */
  public static int write(Path folder, String name, Iterable<String> texts) throws IOException {
    try (Writer writer = new Writer(folder, name)) {
      for (String text : texts) {
        writer.add(text);
      }
      return writer.size();
    }
  }

  /** Writes a list text by text. Not thread-safe. */
  public static final class Writer implements Closeable {
    private final NpyWriter bytes;
    private final NpyWriter offsets;

    /**
     * Begins a list.
     *
     * @param name X, the beginning of the files' names
     */
    public Writer(Path folder, String name) throws IOException {
      bytes = NpyWriter.uint8(folder.resolve(name + ".bytes.npy"));
      try {
        offsets = NpyWriter.int64(folder.resolve(name + ".offsets.npy"));
        offsets.put(0L);
      } catch (IOException e) {
        bytes.close();
        throw e;
      }
    }

    /** Appends a text. */
    public void add(String text) throws IOException {
      byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
      bytes.putAll(utf8, 0, utf8.length);
      offsets.put(bytes.count());
    }

    /** How many texts there are so far. */
    public int size() {
      return Math.toIntExact(offsets.count() - 1);
    }

    @Override
    public void close() throws IOException {
      try (bytes) {
        offsets.close();
      }
    }
  }

  /** Number of texts. */
  public int size() {
    return size;
  }

  /** Bytes of all texts in UTF-8. */
  long bytes() {
    return offsets.get(size) - offsets.get(0);
  }

  /**
   * Text i.
   *
   * @throws IndexOutOfBoundsException unless i is in 0..size-1
   */
  public String get(int i) {
    return new String(utf8(i), StandardCharsets.UTF_8);
  }

  /** Text i in UTF-8. */
  byte[] utf8(int i) {
    long from = offsets.get(i);
    long length = offsets.get(i + 1L) - from;
    if (length > Integer.MAX_VALUE - 8) {
      throw Damage.of(path, "text " + i + " has " + length + " bytes");
    }
    byte[] text = new byte[(int) length];
    bytes.copy(from, text, 0, text.length);
    return text;
  }

  /** Compares text i with other UTF-8 bytes, byte by byte, unsigned. */
  int compare(int i, byte[] other) {
    long from = offsets.get(i);
    long length = offsets.get(i + 1L) - from;
    int common = (int) Math.min(length, other.length);
    for (int b = 0; b < common; b++) {
      int order = Byte.compareUnsigned(bytes.get(from + b), other[b]);
      if (order != 0) {
        return order;
      }
    }
    return Long.compare(length, other.length);
  }

  /** Compares texts i and j, byte by byte, unsigned. */
  int compare(int i, int j) {
    long a = offsets.get(i);
    long b = offsets.get(j);
    long lengthA = offsets.get(i + 1L) - a;
    long lengthB = offsets.get(j + 1L) - b;
    long common = Math.min(lengthA, lengthB);
    for (long k = 0; k < common; k++) {
      int order = Byte.compareUnsigned(bytes.get(a + k), bytes.get(b + k));
      if (order != 0) {
        return order;
      }
    }
    return Long.compare(lengthA, lengthB);
  }

  /** The first 8 bytes of text i as a big-endian number, zeros behind a shorter text. */
  long prefix(int i) {
    long from = offsets.get(i);
    long length = Math.min(Long.BYTES, offsets.get(i + 1L) - from);
    long prefix = 0;
    for (int b = 0; b < Long.BYTES; b++) {
      prefix = prefix << 8 | (b < length ? bytes.get(from + b) & 0xff : 0);
    }
    return prefix;
  }
}
