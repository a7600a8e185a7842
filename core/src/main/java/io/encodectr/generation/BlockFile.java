package io.encodectr.generation;

import io.encodectr.file.AtomicFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The finished records of one fixed range of users, kept while an extraction runs, so that a killed
 * run goes on where it stopped. Little-endian:
 *
 * <pre>
 * "ENCBLOCK", int32 version, int32 first user, int32 users n, int32 users without history,
 * int64 interests, int32[n] record lengths, the records, int32 CRC32C of all bytes before it
 * </pre>
 *
 * @param lengths length of each user's record in bytes
 * @param withoutHistory how many of the users have no behaviors
 * @param interests number of interest vectors
 * @param bytes the whole file
 */
@SuppressWarnings("ArrayRecordComponent") // Read by position; never compared.
record BlockFile(int[] lengths, int withoutHistory, long interests, ByteBuffer bytes) {
  private static final byte[] MAGIC = "ENCBLOCK".getBytes(StandardCharsets.US_ASCII);
  private static final int HEADER = 32;

  /** The records, one after the other. */
  ByteBuffer records() {
    int from = HEADER + 4 * lengths.length;
    return bytes.slice(from, bytes.limit() - 4 - from);
  }

  /** Writes a block, whole or not at all. */
  static void write(
      Path path, int firstUser, UserInterests[] users, long[] hashes, RecordFormat format)
      throws IOException {
    int size = HEADER + 4 * users.length + 4;
    int withoutHistory = 0;
    long interests = 0;
    for (UserInterests user : users) {
      size = Math.addExact(size, format.length(user));
      withoutHistory += user.behaviors() == 0 ? 1 : 0;
      interests += user.count();
    }
    ByteBuffer out = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    out.put(MAGIC).putInt(GenerationHeader.VERSION).putInt(firstUser).putInt(users.length);
    out.putInt(withoutHistory).putLong(interests);
    for (UserInterests user : users) {
      out.putInt(format.length(user));
    }
    for (int i = 0; i < users.length; i++) {
      format.encode(hashes[i], users[i], out);
    }
    out.putInt(checksum(out, size - 4));
    AtomicFile.write(path, out.array());
  }

  /**
   * Reads a block that an earlier run may have finished.
   *
   * @return null where there is none, or it is not whole, or covers other users
   */
  static @Nullable BlockFile read(Path path, int firstUser, int users) throws IOException {
    if (!Files.isRegularFile(path) || Files.size(path) < HEADER + 4L * users + 4) {
      return null;
    }
    ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(path)).order(ByteOrder.LITTLE_ENDIAN);
    int size = in.limit();
    boolean ours =
        Arrays.equals(Arrays.copyOf(in.array(), MAGIC.length), MAGIC)
            && in.getInt(size - 4) == checksum(in, size - 4)
            && in.getInt(8) == GenerationHeader.VERSION
            && in.getInt(12) == firstUser
            && in.getInt(16) == users;
    if (!ours) {
      return null;
    }
    int[] lengths = new int[users];
    in.position(HEADER);
    in.asIntBuffer().get(lengths);
    long total = HEADER + 4L * users + 4;
    for (int length : lengths) {
      total += length;
    }
    return total == size ? new BlockFile(lengths, in.getInt(20), in.getLong(24), in) : null;
  }

  private static int checksum(ByteBuffer buffer, int length) {
    CRC32C crc = new CRC32C();
    crc.update(buffer.slice(0, length));
    return (int) crc.getValue();
  }
}
