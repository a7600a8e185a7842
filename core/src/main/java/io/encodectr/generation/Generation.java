package io.encodectr.generation;

import io.encodectr.dataset.IdDictionary;
import io.encodectr.file.Damage;
import io.encodectr.file.InputException;
import io.encodectr.interest.InterestPrecision;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * An interest generation, memory-mapped and read-only: user id → interests.
 *
 * <p>Nothing in the file is trusted. Opening checks header, footer and index (their checksums
 * included) and that manifest and file tell the same story; every look-up checks the record's
 * bounds, checksum and owner. A look-up is a binary search over the sorted ids, about 1 µs.
 *
 * <p>The file may change under the mapping in one way: the record of a forgotten user is
 * overwritten by an empty one. A look-up decodes a copy of the record's bytes, so it gives the old
 * record or the empty one; bytes that are half of each fail the checksum and are read again.
 *
 * <p>Thread-safe, except that {@link #close} must not run beside a look-up.
 */
public final class Generation implements AutoCloseable {
  /** File name of the records inside the generation's folder. */
  public static final String FILE = "interests.bin";

  /** How long to wait before a record that failed its checksum is read again. */
  private static final long[] PAUSES = {200_000, 2_000_000};

  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final Path file;
  private final GenerationManifest manifest;
  private final GenerationHeader header;
  private final GenerationFooter footer;
  private final RecordFormat format;
  private final Arena arena;
  private final MemorySegment bytes;
  private final long positions;
  private final long ids;

  private Generation(
      Path file,
      GenerationManifest manifest,
      GenerationHeader header,
      GenerationFooter footer,
      Arena arena,
      MemorySegment bytes) {
    this.file = file;
    this.manifest = manifest;
    this.header = header;
    this.footer = footer;
    this.arena = arena;
    this.bytes = bytes;
    format = header.recordFormat();
    positions = footer.indexStart() + 8 * (header.users() + 1);
    ids = positions + 8 * header.users();
  }

  /**
   * Opens a generation's folder.
   *
   * @throws InputException if a file is missing, of another format version, cut off or damaged
   */
  @SuppressWarnings("MustBeClosedChecker") // The generation owns the arena and closes it.
  public static Generation open(Path folder) throws IOException {
    Path manifestFile = folder.resolve(GenerationManifest.FILE);
    Path file = folder.resolve(FILE);
    for (Path needed : new Path[] {manifestFile, file}) {
      if (!Files.isRegularFile(needed)) {
        throw new InputException(
            folder + " is not a generation: it has no " + needed.getFileName());
      }
    }
    Arena arena = Arena.ofShared();
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      GenerationManifest manifest = GenerationManifest.read(manifestFile);
      MemorySegment bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
      if (bytes.byteSize() < GenerationHeader.BYTES + 8 + GenerationFooter.BYTES) {
        throw Damage.of(file, "it has only " + bytes.byteSize() + " bytes");
      }
      GenerationHeader header =
          GenerationHeader.decode(bytes.asSlice(0, GenerationHeader.BYTES).asByteBuffer(), file);
      GenerationFooter footer = GenerationFooter.decode(bytes, header.users(), file);
      Generation generation = new Generation(file, manifest, header, footer, arena, bytes);
      generation.checkManifest(manifestFile);
      return generation;
    } catch (RuntimeException | IOException e) {
      arena.close();
      throw e;
    }
  }

  private void checkManifest(Path manifestFile) {
    check(manifestFile, "format", manifest.format(), header.version());
    check(manifestFile, "kind", manifest.kind(), GenerationManifest.KIND);
    check(
        manifestFile, "model_fingerprint", manifest.modelFingerprint(), header.modelFingerprint());
    check(manifestFile, "as_of", manifest.asOf(), header.asOf());
    check(manifestFile, "users", manifest.users(), header.users());
    check(
        manifestFile,
        "users_without_history",
        manifest.usersWithoutHistory(),
        header.usersWithoutHistory());
    check(manifestFile, "interests", manifest.interests(), header.interests());
    check(manifestFile, "items", manifest.items(), header.items());
    check(manifestFile, "bytes", manifest.bytes(), bytes.byteSize());
    if (!manifest.isIn(header.precision())) {
      check(manifestFile, "precision", manifest.precision(), header.precision().label());
    }
  }

  private void check(Path manifestFile, String field, @Nullable Object says, Object is) {
    if (!is.equals(says)) {
      throw new InputException(
          "%s says %s = %s, but %s holds %s; the two do not belong together"
              .formatted(manifestFile, field, says, file.getFileName(), is));
    }
  }

  /** What the generation says of itself. */
  public GenerationManifest manifest() {
    return manifest;
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

  /** How the interest vectors are stored; look-ups give 32-bit floats. */
  public InterestPrecision precision() {
    return header.precision();
  }

  /** Number of users. */
  public long users() {
    return header.users();
  }

  /**
   * The interests of a user.
   *
   * @return null for a user whom the generation does not know
   * @throws InputException if the user's record is damaged
   */
  public @Nullable UserInterests find(String userId) {
    long rank = rank(userId);
    return rank < 0 ? null : read(rank, IdDictionary.hash(userId), "the record of user " + userId);
  }

  /** The place of a user in the sorted order; −1 for one whom the generation does not know. */
  long rank(String userId) {
    byte[] key = userId.getBytes(StandardCharsets.UTF_8);
    long low = 0;
    long high = header.users() - 1;
    while (low <= high) {
      long middle = (low + high) >>> 1;
      int order = compareId(middle, key);
      if (order == 0) {
        return middle;
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return -1;
  }

  /**
   * The id of the user at a place in the sorted order.
   *
   * @param rank 0..{@link #users} − 1
   */
  public String userId(long rank) {
    long from = idOffset(rank);
    byte[] id = new byte[idLength(rank)];
    MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, ids + from, id, 0, id.length);
    return new String(id, StandardCharsets.UTF_8);
  }

  /** Checks every record, so that a copy can be trusted as a whole. Reads the whole file. */
  public void verify() {
    long interests = 0;
    for (long rank = 0; rank < header.users(); rank++) {
      interests += read(rank).count();
    }
    if (interests > header.interests() || (interests < header.interests() && !hasErased())) {
      throw Damage.of(
          file, "it holds %d interests, not %d".formatted(interests, header.interests()));
    }
  }

  /** Records may have been erased since the generation was opened, so the file is asked. */
  private boolean hasErased() {
    try {
      Path manifestFile = file.resolveSibling(GenerationManifest.FILE);
      return GenerationManifest.read(manifestFile).erased() != null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The record of the user at a place in the sorted order. */
  UserInterests read(long rank) {
    String id = userId(rank);
    return read(rank, IdDictionary.hash(id), "the record of user " + id);
  }

  private UserInterests read(long rank, long userHash, String who) {
    for (long pause : PAUSES) {
      try {
        return decode(rank, userHash, who);
      } catch (InputException e) {
        LockSupport.parkNanos(pause);
      }
    }
    return decode(rank, userHash, who);
  }

  private UserInterests decode(long rank, long userHash, String who) {
    long at = position(rank);
    if (at < GenerationHeader.BYTES || at > footer.recordsEnd() - RecordFormat.MINIMUM) {
      throw Damage.of(file, who + " lies outside the records");
    }
    int length = bytes.get(INT, at);
    if (length < RecordFormat.MINIMUM || length > footer.recordsEnd() - at) {
      throw Damage.of(file, who + " says it is " + length + " bytes long");
    }
    byte[] record = new byte[length];
    MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, at, record, 0, length);
    return format.decode(
        ByteBuffer.wrap(record).order(ByteOrder.LITTLE_ENDIAN), userHash, file + ", " + who);
  }

  /** Where in the file the record of the user at a place in the sorted order begins. */
  long position(long rank) {
    return bytes.get(LONG, positions + 8 * rank);
  }

  /**
   * How many bytes of the file belong to each of some records, whatever these say of themselves. A
   * pass over all positions.
   */
  int[] extents(List<Long> ranks) {
    TreeMap<Long, Long> ends = new TreeMap<>();
    for (long rank : ranks) {
      ends.put(position(rank), footer.recordsEnd());
    }
    for (long other = 0; other < header.users() && !ends.isEmpty(); other++) {
      long position = position(other);
      Map.Entry<Long, Long> before = ends.lowerEntry(position);
      if (before != null && position < before.getValue()) {
        ends.put(before.getKey(), position);
      }
    }
    int[] extents = new int[ranks.size()];
    for (int i = 0; i < extents.length; i++) {
      Map.Entry<Long, Long> place = ends.floorEntry(position(ranks.get(i)));
      extents[i] = place == null ? 0 : Math.toIntExact(place.getValue() - place.getKey());
    }
    return extents;
  }

  /** Whether bytes of the file are all zero. */
  boolean isZero(long from, long length) {
    for (long at = from; at < from + length; at++) {
      if (bytes.get(ValueLayout.JAVA_BYTE, at) != 0) {
        return false;
      }
    }
    return true;
  }

  /** The format of the records. */
  RecordFormat recordFormat() {
    return format;
  }

  private long idOffset(long rank) {
    return bytes.get(LONG, footer.indexStart() + 8 * rank);
  }

  private int idLength(long rank) {
    long from = idOffset(rank);
    long to = idOffset(rank + 1);
    if (from < 0 || to < from || to > footer.idBytes() || to - from > Integer.MAX_VALUE) {
      throw Damage.of(file, "the ids of its index overlap");
    }
    return (int) (to - from);
  }

  private int compareId(long rank, byte[] key) {
    long from = idOffset(rank);
    int length = idLength(rank);
    int common = Math.min(length, key.length);
    for (int i = 0; i < common; i++) {
      int order =
          Integer.compare(bytes.get(ValueLayout.JAVA_BYTE, ids + from + i) & 0xFF, key[i] & 0xFF);
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(length, key.length);
  }

  @Override
  public void close() {
    arena.close();
  }
}
