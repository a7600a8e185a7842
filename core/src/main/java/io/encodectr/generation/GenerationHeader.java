package io.encodectr.generation;

import io.encodectr.file.Damage;
import io.encodectr.file.InputException;
import io.encodectr.interest.InterestPrecision;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * The first {@value #BYTES} bytes of {@code interests.bin}, little-endian:
 *
 * <pre>
 *   0 "ENCINTER"            8 int32 format version     12 int32 d
 *  16 int64 users          24 int64 as-of time         32 int32 K
 *  36 int32 recent limit   40 int32 items              44 int64 users without history
 *  52 int64 interests      60 byte[64] model fingerprint, ASCII, zero-padded
 * 124 int32 CRC32C of bytes 0..123
 * </pre>
 *
 * <p>The version says what the records hold: 2 and 4, which are for models that need them, mass
 * statistics; 3 and 4 vectors in half precision.
 */
record GenerationHeader(
    int dimension,
    long users,
    long asOf,
    int maxInterests,
    int maxRecent,
    int items,
    long usersWithoutHistory,
    long interests,
    String modelFingerprint,
    boolean massStatistics,
    InterestPrecision precision) {
  /** The newest version. */
  static final int VERSION = 4;

  static final int BYTES = 128;
  private static final byte[] MAGIC = "ENCINTER".getBytes(StandardCharsets.US_ASCII);
  private static final int FINGERPRINT = 64;
  private static final int FINGERPRINT_AT = 60;
  private static final int MAX_DIMENSION = 4096;
  private static final int MAX_INTERESTS = 65_536;

  RecordFormat recordFormat() {
    return new RecordFormat(dimension, maxInterests, maxRecent, items, massStatistics, precision);
  }

  int version() {
    return 1 + (massStatistics ? 1 : 0) + (precision == InterestPrecision.FLOAT16 ? 2 : 0);
  }

  ByteBuffer encode() {
    byte[] fingerprint = modelFingerprint.getBytes(StandardCharsets.US_ASCII);
    if (fingerprint.length > FINGERPRINT) {
      throw new IllegalArgumentException("model fingerprint longer than 64: " + modelFingerprint);
    }
    ByteBuffer out = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
    out.put(MAGIC).putInt(version()).putInt(dimension).putLong(users).putLong(asOf);
    out.putInt(maxInterests).putInt(maxRecent).putInt(items);
    out.putLong(usersWithoutHistory).putLong(interests);
    out.put(Arrays.copyOf(fingerprint, FINGERPRINT));
    out.putInt(checksum(out));
    return out.flip();
  }

  /**
   * Reads and checks a header.
   *
   * @throws InputException if it is no such file, of another version, damaged or absurd
   */
  static GenerationHeader decode(ByteBuffer bytes, Path file) {
    ByteBuffer in = bytes.order(ByteOrder.LITTLE_ENDIAN);
    byte[] magic = new byte[MAGIC.length];
    in.get(0, magic);
    if (!Arrays.equals(magic, MAGIC)) {
      throw new InputException(file + " is not an interest generation (wrong first bytes)");
    }
    int version = in.getInt(8);
    if (version < 1 || version > VERSION) {
      throw new InputException(
          "%s has format version %d; this build reads versions 1 to %d. Extract again with this build"
              .formatted(file, version, VERSION));
    }
    if (in.getInt(BYTES - 4) != checksum(in)) {
      throw Damage.of(file, "the header's checksum does not match");
    }
    byte[] fingerprint = new byte[FINGERPRINT];
    in.get(FINGERPRINT_AT, fingerprint);
    GenerationHeader header =
        new GenerationHeader(
            in.getInt(12),
            in.getLong(16),
            in.getLong(24),
            in.getInt(32),
            in.getInt(36),
            in.getInt(40),
            in.getLong(44),
            in.getLong(52),
            new String(fingerprint, StandardCharsets.US_ASCII).replace("\0", ""),
            version == 2 || version == 4,
            version >= 3 ? InterestPrecision.FLOAT16 : InterestPrecision.FLOAT32);
    header.check(file);
    return header;
  }

  private void check(Path file) {
    boolean sound =
        dimension > 0
            && dimension <= MAX_DIMENSION
            && users >= 0
            && users <= Integer.MAX_VALUE
            && maxInterests >= 0
            && maxInterests <= MAX_INTERESTS
            && maxRecent >= 0
            && items >= 0
            && usersWithoutHistory >= 0
            && usersWithoutHistory <= users
            && interests >= 0;
    if (!sound) {
      throw Damage.of(file, "the header holds impossible counts: " + this);
    }
  }

  private static int checksum(ByteBuffer header) {
    CRC32C crc = new CRC32C();
    crc.update(header.slice(0, BYTES - 4));
    return (int) crc.getValue();
  }
}
