package io.encodectr.generation;

import io.encodectr.file.Damage;
import io.encodectr.file.InputException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * The last {@value #BYTES} bytes of {@code interests.bin}, little-endian:
 *
 * <pre>
 *  0 int64 end of the records       8 int64 start of the index   16 int64 bytes of user ids
 * 24 int64 length of the file      32 int32 CRC32C of the index  36 int32 CRC32C of bytes 0..35
 * 40 "RETNICNE"
 * </pre>
 *
 * <p>The index, between records and footer: int64[users + 1] offsets of the sorted user ids,
 * int64[users] positions of their records, then the ids' UTF-8 bytes, ascending as unsigned bytes.
 */
record GenerationFooter(
    long recordsEnd, long indexStart, long idBytes, long fileLength, int indexChecksum) {
  static final int BYTES = 48;
  private static final byte[] MAGIC = "RETNICNE".getBytes(StandardCharsets.US_ASCII);
  private static final int CHECKED = 36;
  private static final long CHUNK = 1 << 26;

  ByteBuffer encode() {
    ByteBuffer out = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
    out.putLong(recordsEnd).putLong(indexStart).putLong(idBytes).putLong(fileLength);
    out.putInt(indexChecksum).putInt(checksum(out)).put(MAGIC);
    return out.flip();
  }

  /**
   * Reads and checks the footer of a whole file and the checksum of its index.
   *
   * @throws InputException if the file is cut off or damaged
   */
  static GenerationFooter decode(MemorySegment file, long users, Path path) {
    long length = file.byteSize();
    ByteBuffer in =
        file.asSlice(length - BYTES, BYTES).asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    byte[] magic = new byte[MAGIC.length];
    in.get(CHECKED + 4, magic);
    if (!Arrays.equals(magic, MAGIC)) {
      throw Damage.of(path, "its end is missing (cut off at " + length + " bytes?)");
    }
    if (in.getInt(CHECKED) != checksum(in)) {
      throw Damage.of(path, "the footer's checksum does not match");
    }
    GenerationFooter footer =
        new GenerationFooter(
            in.getLong(0), in.getLong(8), in.getLong(16), in.getLong(24), in.getInt(32));
    long indexBytes = length - BYTES - footer.indexStart;
    boolean sound =
        footer.fileLength == length
            && footer.recordsEnd >= GenerationHeader.BYTES
            && footer.indexStart >= footer.recordsEnd
            && footer.idBytes >= 0
            && footer.idBytes <= length
            && indexBytes == 8 * (2 * users + 1) + footer.idBytes;
    if (!sound) {
      throw Damage.of(path, "its sections do not fill its " + length + " bytes");
    }
    if (checksum(file.asSlice(footer.indexStart, indexBytes)) != footer.indexChecksum) {
      throw Damage.of(path, "the index's checksum does not match");
    }
    return footer;
  }

  private static int checksum(MemorySegment segment) {
    CRC32C crc = new CRC32C();
    for (long at = 0; at < segment.byteSize(); at += CHUNK) {
      crc.update(segment.asSlice(at, Math.min(CHUNK, segment.byteSize() - at)).asByteBuffer());
    }
    return (int) crc.getValue();
  }

  private static int checksum(ByteBuffer footer) {
    CRC32C crc = new CRC32C();
    crc.update(footer.slice(0, CHECKED));
    return (int) crc.getValue();
  }
}
