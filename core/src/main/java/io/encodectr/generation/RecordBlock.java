package io.encodectr.generation;

import io.encodectr.file.WriteFailure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The finished records of one range of users: what an extraction keeps while it runs, or hands from
 * one machine to another, until a {@link GenerationAssembly} puts all of them together.
 * Little-endian:
 *
 * <pre>
 * "ENCBLOCK", int32 version, int32 first user, int32 users n, int32 users without history,
 * int64 interests, int32[n] record lengths, the records, int32 CRC32C of all bytes before it
 * </pre>
 *
 * Immutable and thread-safe.
 */
public final class RecordBlock {
  private static final byte[] MAGIC = "ENCBLOCK".getBytes(StandardCharsets.US_ASCII);
  private static final int HEADER = 32;

  private final byte[] bytes;
  private final int[] lengths;

  private RecordBlock(byte[] bytes, int[] lengths) {
    this.bytes = bytes;
    this.lengths = lengths;
  }

  /** Length of each user's record in bytes. */
  int[] lengths() {
    return lengths;
  }

  /** The records, one after the other. */
  ByteBuffer records() {
    int from = HEADER + 4 * lengths.length;
    return ByteBuffer.wrap(bytes, from, bytes.length - 4 - from);
  }

  /** How many of the users have no behaviors. */
  int withoutHistory() {
    return littleEndian(bytes).getInt(20);
  }

  /** Number of interest vectors. */
  long interests() {
    return littleEndian(bytes).getLong(24);
  }

  /** The whole block; not a copy. */
  public byte[] bytes() {
    return bytes;
  }

  /**
   * Writes the block to a file, whole or not at all. It is not forced to disk, which would cost
   * more than extracting the block anew after a loss of power: {@link #read} finds out.
   */
  public void write(Path path) throws IOException {
    Path temporary = path.resolveSibling(path.getFileName() + ".tmp");
    try {
      Files.write(temporary, bytes);
      Files.move(
          temporary, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      Files.deleteIfExists(temporary);
      throw WriteFailure.of(path, e);
    }
  }

  /**
   * A block from its {@link #bytes}, which are not copied.
   *
   * @return null if it is not whole, or covers other users
   */
  public static @Nullable RecordBlock of(byte[] bytes, int firstUser, int users) {
    ByteBuffer in = littleEndian(bytes);
    int size = bytes.length;
    boolean ours =
        size >= HEADER + 4L * users + 4
            && Arrays.equals(Arrays.copyOf(bytes, MAGIC.length), MAGIC)
            && in.getInt(size - 4) == checksum(bytes, size - 4)
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
    return total == size ? new RecordBlock(bytes, lengths) : null;
  }

  /**
   * Reads a block that an earlier run may have finished.
   *
   * @return null where there is none, or it is not whole, or covers other users
   */
  public static @Nullable RecordBlock read(Path path, int firstUser, int users) throws IOException {
    return Files.isRegularFile(path) ? of(Files.readAllBytes(path), firstUser, users) : null;
  }

  private static ByteBuffer littleEndian(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static int checksum(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }

  /** Collects the records of a block's users, in their order. Not thread-safe. */
  public static final class Builder {
    private final RecordFormat format;
    private final int firstUser;
    private final int[] lengths;
    private ByteBuffer out;
    private int count;
    private int withoutHistory;
    private long interests;

    /**
     * A block without records.
     *
     * @param firstUser place of the first user among the generation's
     * @param users how many records will be added
     */
    public Builder(RecordFormat format, int firstUser, int users) {
      this.format = format;
      this.firstUser = firstUser;
      lengths = new int[users];
      int start = HEADER + 4 * users;
      out = ByteBuffer.allocate(start + 2048 * (users + 1)).order(ByteOrder.LITTLE_ENDIAN);
      out.position(start);
    }

    /** Adds the record of the next user. */
    public void add(long userHash, UserInterests user) {
      int length = format.length(user);
      reserve(length);
      format.encode(userHash, user, out);
      added(length, user.behaviors() == 0, user.count());
    }

    private void added(int length, boolean noHistory, int more) {
      lengths[count++] = length;
      withoutHistory += noHistory ? 1 : 0;
      interests += more;
    }

    /** Makes room for a record and the checksum behind all of them. */
    private void reserve(int length) {
      int needed = Math.addExact(Math.addExact(out.position(), length), 4);
      if (needed > out.capacity()) {
        int capacity = (int) Math.min(Integer.MAX_VALUE - 8L, needed + (long) out.capacity());
        ByteBuffer larger = ByteBuffer.allocate(capacity).order(ByteOrder.LITTLE_ENDIAN);
        out = larger.put(out.flip());
      }
    }

    /**
     * The block.
     *
     * @throws IllegalStateException if records are missing
     */
    public RecordBlock build() {
      if (count != lengths.length) {
        throw new IllegalStateException(count + " records of " + lengths.length + " users");
      }
      int size = out.position() + 4;
      byte[] bytes = Arrays.copyOf(out.array(), size);
      ByteBuffer whole = littleEndian(bytes);
      whole.put(MAGIC).putInt(GenerationHeader.VERSION).putInt(firstUser).putInt(count);
      whole.putInt(withoutHistory).putLong(interests);
      for (int length : lengths) {
        whole.putInt(length);
      }
      whole.putInt(size - 4, checksum(bytes, size - 4));
      return new RecordBlock(bytes, lengths);
    }
  }
}
