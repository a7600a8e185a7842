package io.encodectr.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.encodectr.file.Damage;
import io.encodectr.file.InputException;
import io.encodectr.generation.GenerationManifest;
import io.encodectr.generation.InterestSource;
import io.encodectr.generation.InterestsUnavailable;
import io.encodectr.generation.RecordReader;
import io.encodectr.generation.UserInterests;
import io.encodectr.interest.InterestPrecision;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A published generation on a server. A look-up is one command; it tells a user whom the generation
 * does not know from a generation that the server has lost. Nothing read is trusted: each record
 * has its checksum and its owner. Thread-safe.
 */
final class RedisGeneration implements InterestSource {
  /** Buckets that tell some of their users, and how many each. */
  private static final int SAMPLED_BUCKETS = 250;

  private static final int SAMPLED_USERS = 4;
  private static final int FIRST_READS = 100;
  private static final Logger LOG = LoggerFactory.getLogger(RedisGeneration.class);

  private final RedisStore store;
  private final StoredGeneration stored;
  private final GenerationManifest manifest;
  private final RecordReader records;
  private final String place;
  private final List<String> sample;

  private RedisGeneration(
      RedisStore store,
      StoredGeneration stored,
      GenerationManifest manifest,
      RecordReader records,
      String place)
      throws IOException {
    this.store = store;
    this.stored = stored;
    this.manifest = manifest;
    this.records = records;
    this.place = place;
    sample = sampled(stored);
  }

  /**
   * Opens a generation.
   *
   * @throws InputException if it is not there, not whole or of another format version
   */
  static RedisGeneration open(RedisStore store, String id) throws IOException {
    RedisConnection connection = store.connection();
    String place = connection.address() + ", generation " + id;
    StoredGeneration stored = StoredGeneration.find(connection, id);
    if (stored == null) {
      throw new InputException(place + ": there is no such generation");
    }
    RecordReader records = RecordReader.of(field(stored, StoredGeneration.HEADER, place), place);
    GenerationManifest manifest = manifest(stored, place);
    records.check(manifest);
    return new RedisGeneration(store, stored, manifest, records, place);
  }

  static GenerationManifest manifest(StoredGeneration stored, String place) throws IOException {
    return GenerationManifest.read(place, field(stored, StoredGeneration.MANIFEST, place));
  }

  private static byte[] field(StoredGeneration stored, String field, String place)
      throws IOException {
    byte[] value =
        stored
            .connection()
            .work(jedis -> jedis.hget(stored.key().getBytes(UTF_8), field.getBytes(UTF_8)));
    if (value == null) {
      throw new InputException(place + " was never published whole; publish it again");
    }
    return value;
  }

  private static List<String> sampled(StoredGeneration stored) throws IOException {
    int step = Math.ceilDiv(stored.buckets(), SAMPLED_BUCKETS);
    List<byte[]> some =
        IntStream.range(0, stored.buckets())
            .filter(bucket -> bucket % step == 0)
            .mapToObj(stored::bucket)
            .toList();
    List<byte[]> users = new ArrayList<>();
    for (List<byte[]> each :
        stored
            .connection()
            .each(some, (pipeline, bucket) -> pipeline.hrandfield(bucket, SAMPLED_USERS))) {
      users.addAll(each);
    }
    return users.stream()
        .filter(user -> user.length > 0)
        .sorted(Comparator.comparing(ComparableBytes::new))
        .map(user -> new String(user, UTF_8))
        .toList();
  }

  /** In the unsigned order of the bytes. */
  @SuppressWarnings("ArrayRecordComponent")
  private record ComparableBytes(byte[] bytes) implements Comparable<ComparableBytes> {
    @Override
    public int compareTo(ComparableBytes other) {
      return java.util.Arrays.compareUnsigned(bytes, other.bytes);
    }
  }

  StoredGeneration stored() {
    return stored;
  }

  @Override
  public GenerationManifest manifest() {
    return manifest;
  }

  @Override
  public int dimension() {
    return records.dimension();
  }

  @Override
  public int maxInterests() {
    return records.maxInterests();
  }

  @Override
  public boolean massStatistics() {
    return records.massStatistics();
  }

  @Override
  public InterestPrecision precision() {
    return records.precision();
  }

  @Override
  public long users() {
    return records.users();
  }

  @Override
  public @Nullable UserInterests find(String userId, long nanoseconds) {
    if (userId.isEmpty()) {
      return null; // Nobody can have this id: it is the mark of a whole bucket.
    }
    byte[] bucket = stored.bucketOf(userId);
    List<byte[]> read;
    try {
      read =
          stored
              .connection()
              .read(
                  bucket,
                  nanoseconds,
                  jedis -> jedis.hmget(bucket, userId.getBytes(UTF_8), StoredGeneration.WHOLE));
    } catch (StoreSilent e) {
      throw new InterestsUnavailable(Objects.toString(e.getMessage()));
    }
    if (read.get(1) == null) {
      throw new InterestsUnavailable(
          place + " is gone from the server, or a part of it is; publish it again");
    }
    return read.get(0) == null ? null : records.read(userId, read.get(0));
  }

  @Override
  public UserList listed() {
    return new UserList() {
      @Override
      public long size() {
        return sample.size();
      }

      @Override
      public String id(long rank) {
        return sample.get(Math.toIntExact(rank));
      }
    };
  }

  /** Checks that no part and no user is missing, and the records of the users that are listed. */
  @Override
  public void verify() {
    try {
      long users = stored.users();
      // Read after the count, as it grows before a record goes.
      long erased = stored.erased();
      if (users > users() || users < users() - erased) {
        throw Damage.of(
            place, "it holds %d users, not %d less %d erased".formatted(users, users(), erased));
      }
      List<byte[]> read =
          stored
              .connection()
              .each(
                  sample,
                  (pipeline, user) -> pipeline.hget(stored.bucketOf(user), user.getBytes(UTF_8)));
      for (int i = 0; i < read.size(); i++) {
        if (read.get(i) != null) {
          records.read(sample.get(i), read.get(i));
        }
      }
      connectReaders();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The first reads of a process connect and load classes, which takes longer than they may. */
  private void connectReaders() {
    for (String user : sample.subList(0, Math.min(FIRST_READS, sample.size()))) {
      try {
        find(user);
      } catch (InterestsUnavailable e) {
        LOG.debug("a first read was slow", e);
      }
    }
  }

  @Override
  public void close() {
    store.letGo(this);
  }
}
