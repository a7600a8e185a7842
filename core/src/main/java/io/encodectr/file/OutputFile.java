package io.encodectr.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A new file of little-endian numbers, written through a buffer of 256 KiB. Failures name the file,
 * and a full disk is called by its name. Not thread-safe.
 */
public final class OutputFile implements Closeable {
  private static final int BUFFER = 1 << 18;

  private final Path path;
  private final FileChannel channel;
  private final ByteBuffer buffer;
  private long flushed;
  private boolean failed;

  private OutputFile(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
    buffer = ByteBuffer.allocateDirect(BUFFER).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Creates or empties a file.
   *
   * @throws IOException if the file cannot be opened for writing
   */
  public static OutputFile create(Path path) throws IOException {
    try {
      FileChannel channel =
          FileChannel.open(
              path,
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE,
              StandardOpenOption.TRUNCATE_EXISTING);
      return new OutputFile(path, channel);
    } catch (IOException e) {
      throw WriteFailure.of(path, e);
    }
  }

  /**
   * Copies a file to a place where there is none.
   *
   * @throws InputException if the source is missing
   */
  public static void copy(Path from, Path to) throws IOException {
    if (!Files.isRegularFile(from)) {
      throw Damage.missing(from, new NoSuchFileException(from.toString()));
    }
    try {
      Files.copy(from, to);
    } catch (IOException e) {
      throw WriteFailure.of(to, e);
    }
  }

  /** The file being written. */
  public Path path() {
    return path;
  }

  /** Bytes written so far, the buffered ones included. */
  public long position() {
    return flushed + buffer.position();
  }

  /** Whether a write has failed; what the file holds is then not to be used. */
  boolean failed() {
    return failed;
  }

  /** Appends one byte. */
  public void put(byte value) throws IOException {
    room(1).put(value);
  }

  /** Appends 4 bytes. */
  public void putInt(int value) throws IOException {
    room(Integer.BYTES).putInt(value);
  }

  /** Appends 8 bytes. */
  public void putLong(long value) throws IOException {
    room(Long.BYTES).putLong(value);
  }

  /** Appends 4 bytes. */
  public void putFloat(float value) throws IOException {
    room(Float.BYTES).putFloat(value);
  }

  /** Appends bytes [offset, offset + count). */
  public void put(byte[] bytes, int offset, int count) throws IOException {
    int done = 0;
    while (done < count) {
      int n = Math.min(count - done, room(1).remaining());
      buffer.put(bytes, offset + done, n);
      done += n;
    }
  }

  /** Appends all bytes. */
  public void put(byte[] bytes) throws IOException {
    put(bytes, 0, bytes.length);
  }

  /** Replaces bytes already written; the end of the file stays where it is. */
  public void overwrite(long position, byte[] bytes) throws IOException {
    flush();
    write(ByteBuffer.wrap(bytes), position);
  }

  /** Hands everything to the operating system. */
  public void flush() throws IOException {
    buffer.flip();
    int count = buffer.limit();
    write(buffer, flushed);
    flushed += count;
    buffer.clear();
  }

  /** Forces everything to disk. */
  public void force() throws IOException {
    flush();
    try {
      channel.force(true);
    } catch (IOException e) {
      failed = true;
      throw WriteFailure.of(path, e);
    }
  }

  @Override
  public void close() throws IOException {
    if (!channel.isOpen()) {
      return;
    }
    try (channel) {
      if (!failed) {
        flush();
      }
    }
  }

  private ByteBuffer room(int bytes) throws IOException {
    if (buffer.remaining() < bytes) {
      flush();
    }
    return buffer;
  }

  private void write(ByteBuffer bytes, long position) throws IOException {
    try {
      long at = position;
      while (bytes.hasRemaining()) {
        at += channel.write(bytes, at);
      }
    } catch (IOException e) {
      failed = true;
      throw WriteFailure.of(path, e);
    }
  }
}
