package io.encodectr.generation;

import io.encodectr.file.InputException;
import io.encodectr.generation.UserInterests.Feature;
import io.encodectr.generation.UserInterests.Members;
import io.encodectr.interest.InterestPrecision;
import io.encodectr.model.Model;
import io.encodectr.model.ModelSpec;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * One user's record, little-endian:
 *
 * <pre>
 * int32 length of the record in bytes, checksum included
 * int32 K′
 * int64 hash of the user id
 * int32 behaviors, int32 represented, int32 recent R, int32 user columns C
 * float32[K′·d] vectors, or float16[K′·d]
 * int32[K′] masses, float32[K′] mass statistics, if the format has them
 * K′ times: int32 n ≤ 8, int32[n] items, float32[n] weights
 * int64[R] recent times, int32[R] recent items
 * C times: int32 n ≥ 0, int32[n] codes | int32 −1, float32 number
 * int32 CRC32C of all bytes before it
 * </pre>
 *
 * <p>Every count is checked against its limit and against the bytes that are there before anything
 * is allocated, and the record must end exactly where it says. Immutable and thread-safe.
 */
public final class RecordFormat {
  static final int MAX_MEMBERS = 8;
  static final int HEADER = 32;
  static final int MINIMUM = HEADER + 4;
  private static final int CONTINUOUS = -1;

  private final int dimension;
  private final int maxInterests;
  private final int maxRecent;
  private final int items;
  private final boolean massStatistics;
  private final InterestPrecision precision;

  /**
   * The format with its limits.
   *
   * @param dimension d
   * @param maxInterests K
   * @param maxRecent largest number of recent behaviors
   * @param items size of the item dictionary; item indices lie below it
   * @param massStatistics whether records hold them
   * @param precision of the vectors
   */
  public RecordFormat(
      int dimension,
      int maxInterests,
      int maxRecent,
      int items,
      boolean massStatistics,
      InterestPrecision precision) {
    this.dimension = dimension;
    this.maxInterests = maxInterests;
    this.maxRecent = maxRecent;
    this.items = items;
    this.massStatistics = massStatistics;
    this.precision = precision;
  }

  /** The format of the records of a model's users. */
  public static RecordFormat of(Model model, InterestPrecision precision) {
    ModelSpec spec = model.spec();
    return new RecordFormat(
        spec.dimension(),
        spec.clusters(),
        spec.recentLength(),
        model.items(),
        spec.storesMassStatistics(),
        precision);
  }

  /** The bytes that {@link #encode} will write for a user. */
  public int length(UserInterests user) {
    int length = MINIMUM + precision.bytes() * user.vectors().length + 4 * user.masses().length;
    length += 4 * user.massStatistics().length;
    for (Members members : user.members()) {
      length += 4 + 8 * members.items().length;
    }
    length += 12 * user.recentItems().length;
    for (Feature feature : user.features()) {
      length += feature.continuous() ? 8 : 4 + 4 * feature.codes().length;
    }
    return length;
  }

  /**
   * Appends a user's record at the buffer's position. The buffer must be little-endian.
   *
   * @throws InputException if the precision cannot hold a vector
   */
  public void encode(long userHash, UserInterests user, ByteBuffer out) {
    if (user.massStatistics().length != (massStatistics ? user.count() : 0)) {
      throw new IllegalArgumentException("mass statistics do not fit the format");
    }
    int start = out.position();
    int length = length(user);
    out.putInt(length).putInt(user.count()).putLong(userHash);
    out.putInt(user.behaviors()).putInt(user.represented());
    out.putInt(user.recentItems().length).putInt(user.features().length);
    putVectors(out, user.vectors());
    put(out, user.masses());
    put(out, user.massStatistics());
    for (Members members : user.members()) {
      out.putInt(members.items().length);
      put(out, members.items());
      put(out, members.weights());
    }
    for (long time : user.recentTimes()) {
      out.putLong(time);
    }
    put(out, user.recentItems());
    for (Feature feature : user.features()) {
      if (feature.continuous()) {
        out.putInt(CONTINUOUS).putFloat(feature.number());
      } else {
        out.putInt(feature.codes().length);
        put(out, feature.codes());
      }
    }
    out.putInt(checksum(out, start, length));
    if (out.position() != start + length) {
      throw new IllegalStateException(
          "record of " + length + " bytes took " + (out.position() - start));
    }
  }

  /**
   * Reads the record of a user.
   *
   * @param record exactly the record's bytes, little-endian
   * @param userHash the hash it must carry
   * @param where how to name the record in an error
   * @throws InputException if the record is damaged
   */
  public UserInterests decode(ByteBuffer record, long userHash, String where) {
    int length = record.limit();
    if (length < MINIMUM || record.getInt(0) != length) {
      throw damaged(where, "its length is not what the record says");
    }
    if (record.getInt(length - 4) != checksum(record, 0, length)) {
      throw damaged(where, "its checksum does not match");
    }
    if (record.getLong(8) != userHash) {
      throw damaged(where, "it belongs to another user");
    }
    record.limit(length - 4);
    record.position(16);
    int behaviors = count(record, Integer.MAX_VALUE, 0, where, "behaviors");
    int represented = count(record, behaviors, 0, where, "represented behaviors");
    int recent = count(record, maxRecent, 12, where, "recent behaviors");
    int columns = count(record, Integer.MAX_VALUE, 4, where, "user columns");
    int interests = record.getInt(4);
    limit(
        interests,
        maxInterests,
        (long) precision.bytes() * dimension + (massStatistics ? 12 : 8),
        record,
        where,
        "interests");

    float[] vectors = vectors(record, interests * dimension);
    for (float value : vectors) {
      finite(value, where);
    }
    int[] masses = ints(record, interests);
    float[] statistics = floats(record, massStatistics ? interests : 0);
    for (float statistic : statistics) {
      if (!(finite(statistic, where) > 0)) {
        throw damaged(where, "it holds the mass statistic " + statistic);
      }
    }
    Members[] members = new Members[interests];
    for (int k = 0; k < interests; k++) {
      int n = count(record, MAX_MEMBERS, 8, where, "cluster members");
      members[k] = new Members(itemIndices(record, n, where), floats(record, n));
    }
    limit(recent, maxRecent, 12, record, where, "recent behaviors");
    long[] times = new long[recent];
    for (int i = 0; i < recent; i++) {
      times[i] = record.getLong();
    }
    int[] recentItems = itemIndices(record, recent, where);
    limit(columns, Integer.MAX_VALUE, 4, record, where, "user columns");
    Feature[] features = new Feature[columns];
    for (int c = 0; c < columns; c++) {
      features[c] = feature(record, where);
    }
    if (record.hasRemaining()) {
      throw damaged(where, record.remaining() + " bytes are left over");
    }
    return new UserInterests(
        behaviors, represented, vectors, masses, statistics, members, recentItems, times, features);
  }

  private static Feature feature(ByteBuffer record, String where) {
    limit(1, 1, 4, record, where, "feature");
    int n = record.getInt();
    if (n == CONTINUOUS) {
      limit(1, 1, 4, record, where, "feature value");
      return Feature.continuous(finite(record.getFloat(), where));
    }
    limit(n, Integer.MAX_VALUE, 4, record, where, "feature codes");
    return Feature.categorical(ints(record, n));
  }

  private static float finite(float value, String where) {
    if (!Float.isFinite(value)) {
      throw damaged(where, "it holds the number " + value);
    }
    return value;
  }

  private int[] itemIndices(ByteBuffer record, int n, String where) {
    int[] indices = ints(record, n);
    for (int index : indices) {
      if (index < 0 || index >= items) {
        throw damaged(where, "item index " + index + " is not in 0.." + (items - 1));
      }
    }
    return indices;
  }

  private static int count(ByteBuffer record, int most, long bytesEach, String where, String what) {
    if (record.remaining() < 4) {
      throw damaged(where, "it ends before the number of " + what);
    }
    int n = record.getInt();
    limit(n, most, bytesEach, record, where, what);
    return n;
  }

  private static void limit(
      int n, int most, long bytesEach, ByteBuffer record, String where, String what) {
    if (n < 0 || n > most || n * bytesEach > record.remaining()) {
      throw damaged(where, n + " " + what + " cannot be");
    }
  }

  private static InputException damaged(String where, String why) {
    return new InputException(
        where
            + ": "
            + why
            + "; the generation is damaged: run `encode extract` again with --overwrite");
  }

  private static int checksum(ByteBuffer buffer, int start, int length) {
    CRC32C crc = new CRC32C();
    crc.update(buffer.slice(start, length - 4));
    return (int) crc.getValue();
  }

  private void putVectors(ByteBuffer out, float[] values) {
    if (precision == InterestPrecision.FLOAT32) {
      put(out, values);
      return;
    }
    short[] halves = new short[values.length];
    InterestPrecision.toHalves(values, halves);
    out.asShortBuffer().put(halves);
    out.position(out.position() + Short.BYTES * halves.length);
  }

  private float[] vectors(ByteBuffer in, int n) {
    if (precision == InterestPrecision.FLOAT32) {
      return floats(in, n);
    }
    short[] halves = new short[n];
    in.asShortBuffer().get(halves);
    in.position(in.position() + Short.BYTES * n);
    float[] values = new float[n];
    InterestPrecision.toFloats(halves, values);
    return values;
  }

  private static void put(ByteBuffer out, int[] values) {
    out.asIntBuffer().put(values);
    out.position(out.position() + 4 * values.length);
  }

  private static void put(ByteBuffer out, float[] values) {
    out.asFloatBuffer().put(values);
    out.position(out.position() + 4 * values.length);
  }

  private static int[] ints(ByteBuffer in, int n) {
    int[] values = new int[n];
    in.asIntBuffer().get(values);
    in.position(in.position() + 4 * n);
    return values;
  }

  private static float[] floats(ByteBuffer in, int n) {
    float[] values = new float[n];
    in.asFloatBuffer().get(values);
    in.position(in.position() + 4 * n);
    return values;
  }
}
