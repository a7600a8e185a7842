package io.encodectr.file;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The header of an {@code .npy} file: NumPy's format, versions 1.0 to 3.0.
 *
 * @param type NumPy's dtype string, such as {@code <i4}, {@code <i8}, {@code <f4} or {@code |u1}
 * @param fortranOrder whether columns come before rows
 * @param shape extents, each at least 0; empty for a scalar
 * @param dataOffset bytes before the first value
 */
public record NpyHeader(String type, boolean fortranOrder, List<Long> shape, long dataOffset) {
  /** Size of the headers that {@link NpyWriter} writes: NumPy's own size for one dimension. */
  static final int SIZE = 128;

  static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int LONGEST = 1 << 16;
  private static final Pattern TEXT =
      Pattern.compile(
          "\\{\\s*'descr':\\s*'([^']{1,16})',\\s*'fortran_order':\\s*(False|True),"
              + "\\s*'shape':\\s*\\(([0-9, ]{0,200})\\),?\\s*\\}\\s*");

  /** Copies the shape. */
  public NpyHeader {
    shape = List.copyOf(shape);
  }

  /**
   * Reads the header of a file.
   *
   * @throws InputException if the file is missing, or is no {@code .npy} file, or is cut off
   */
  public static NpyHeader read(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      return read(path, channel);
    } catch (NoSuchFileException e) {
      throw Damage.missing(path, e);
    }
  }

  static NpyHeader read(Path path, FileChannel channel) throws IOException {
    byte[] start = bytes(path, channel, 0, 8);
    for (int i = 0; i < MAGIC.length; i++) {
      if (start[i] != MAGIC[i]) {
        throw Damage.of(path, "it does not begin like an .npy file");
      }
    }
    int version = start[6];
    if (version < 1 || version > 3) {
      throw Damage.of(path, "its .npy version is " + version + ", not 1, 2 or 3");
    }
    int lengthBytes = version == 1 ? 2 : 4;
    ByteBuffer field =
        ByteBuffer.wrap(bytes(path, channel, 8, lengthBytes)).order(ByteOrder.LITTLE_ENDIAN);
    long length = version == 1 ? field.getShort() & 0xffff : field.getInt() & 0xffffffffL;
    long dataOffset = 8L + lengthBytes + length;
    if (length > LONGEST || dataOffset > channel.size()) {
      throw Damage.of(
          path, "its header claims " + length + " bytes, the file has " + channel.size());
    }
    String text =
        new String(
            bytes(path, channel, 8 + lengthBytes, (int) length), StandardCharsets.ISO_8859_1);
    return parse(path, text, dataOffset);
  }

  private static NpyHeader parse(Path path, String text, long dataOffset) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      throw Damage.of(path, "its .npy header is not readable: " + text.strip());
    }
    List<Long> shape = new ArrayList<>();
    for (String extent : matcher.group(3).split(",", -1)) {
      if (!extent.isBlank()) {
        try {
          shape.add(Long.parseLong(extent.strip()));
        } catch (NumberFormatException e) {
          throw Damage.of(path, "its shape is not readable: (" + matcher.group(3) + ")");
        }
      }
    }
    return new NpyHeader(matcher.group(1), matcher.group(2).equals("True"), shape, dataOffset);
  }

  private static byte[] bytes(Path path, FileChannel channel, long from, int count)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(count);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, from + buffer.position()) < 0) {
        throw Damage.of(path, "it is cut off within its header", new EOFException());
      }
    }
    return buffer.array();
  }

  /** Bytes of one value, or 0 for a type that is none of ours. */
  public int valueBytes() {
    return switch (type) {
      case "<i4", "<f4" -> Integer.BYTES;
      case "<i8" -> Long.BYTES;
      case "|u1" -> 1;
      default -> 0;
    };
  }

  /** The header of {@code count} values as {@link NpyWriter} writes it, {@value #SIZE} bytes. */
  static byte[] bytes(String type, long count) {
    String text = "{'descr': '" + type + "', 'fortran_order': False, 'shape': (" + count + ",), }";
    byte[] header = new byte[SIZE];
    java.util.Arrays.fill(header, (byte) ' ');
    System.arraycopy(MAGIC, 0, header, 0, MAGIC.length);
    header[6] = 1;
    header[7] = 0;
    int rest = SIZE - 10;
    header[8] = (byte) rest;
    header[9] = (byte) (rest >> 8);
    byte[] ascii = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(ascii, 0, header, 10, ascii.length);
    header[SIZE - 1] = '\n';
    return header;
  }
}
