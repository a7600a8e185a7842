package io.encodectr.file;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Maps the values of a one-dimensional {@code .npy} file into memory, after checking its header.
 */
final class NpyMapping {
  static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private NpyMapping() {}

  /**
   * Maps a file read-only.
   *
   * @param type the dtype that the file must have
   * @param arena owns the mapping
   * @throws InputException if the file is missing, of another type or shape, or not exactly as long
   *     as its header says
   */
  static MemorySegment map(Path path, String type, int valueBytes, Arena arena) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      NpyHeader header = NpyHeader.read(path, channel);
      if (!header.type().equals(type)) {
        throw Damage.of(path, "its values are " + header.type() + ", " + type + " is needed");
      }
      if (header.shape().size() != 1) {
        throw Damage.of(path, "it has " + header.shape().size() + " dimensions, 1 is needed");
      }
      long count = header.shape().getFirst();
      long bytes = channel.size() - header.dataOffset();
      if (count > Long.MAX_VALUE / valueBytes || count * valueBytes != bytes) {
        throw Damage.of(
            path,
            "its header says "
                + count
                + " values of "
                + valueBytes
                + " bytes, but "
                + bytes
                + " bytes follow");
      }
      return channel.map(FileChannel.MapMode.READ_ONLY, header.dataOffset(), bytes, arena);
    } catch (NoSuchFileException e) {
      throw Damage.missing(path, e);
    }
  }

  /** Memory outside the heap, so that readers see one kind of memory only. */
  static MemorySegment allocate(long bytes) {
    return Arena.ofAuto().allocate(bytes, Long.BYTES);
  }
}
