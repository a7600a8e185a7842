package io.encodectr.generation;

import io.encodectr.dataset.IdDictionary;
import io.encodectr.file.Damage;
import io.encodectr.interest.InterestPrecision;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Reads users' records that lie anywhere but in a generation's file: the header says what they may
 * hold, and each has its checksum and its owner. Immutable and thread-safe.
 */
public final class RecordReader {
  private final byte[] bytes;
  private final GenerationHeader header;
  private final RecordFormat format;
  private final String place;

  private RecordReader(byte[] bytes, GenerationHeader header, String place) {
    this.bytes = bytes;
    this.header = header;
    this.place = place;
    format = header.recordFormat();
  }

  /**
   * A reader of the records behind a header.
   *
   * @param header as a generation's file begins
   * @param place how to name the generation in an error
   * @throws io.encodectr.file.InputException if the header is damaged or of another version
   */
  public static RecordReader of(byte[] header, String place) {
    if (header.length != GenerationHeader.BYTES) {
      throw Damage.of(place, "its header has " + header.length + " bytes");
    }
    return new RecordReader(
        header.clone(), GenerationHeader.decode(ByteBuffer.wrap(header), place), place);
  }

  /** The header's bytes. */
  public byte[] header() {
    return bytes.clone();
  }

  /** d, the length of an interest vector. */
  public int dimension() {
    return header.dimension();
  }

  /** K, the most interests of a user. */
  public int maxInterests() {
    return header.maxInterests();
  }

  /** Whether users' mass statistics are stored. */
  public boolean massStatistics() {
    return header.massStatistics();
  }

  /** How the interest vectors are stored. */
  public InterestPrecision precision() {
    return header.precision();
  }

  /** Number of users. */
  public long users() {
    return header.users();
  }

  /**
   * Checks that a manifest belongs to the header.
   *
   * @throws io.encodectr.file.InputException if it does not
   */
  public void check(GenerationManifest manifest) {
    header.check(manifest, "the manifest of " + place, "its header");
  }

  /**
   * Reads the record of a user.
   *
   * @throws io.encodectr.file.InputException if it is damaged or another user's
   */
  public UserInterests read(String userId, byte[] record) {
    return format.decode(
        ByteBuffer.wrap(record).order(ByteOrder.LITTLE_ENDIAN),
        IdDictionary.hash(userId),
        place + ", the record of user " + userId);
  }
}
