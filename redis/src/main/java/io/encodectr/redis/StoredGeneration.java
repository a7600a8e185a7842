package io.encodectr.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.encodectr.dataset.IdDictionary;
import io.encodectr.file.InputException;
import io.encodectr.generation.Tombstones;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.args.ExpiryOption;

/**
 * The keys of one generation: what is done with all of them. Users lie in buckets by the hash of
 * their ids, so that a generation can be counted, kept and deleted by some hundredth of the
 * commands that its users would take.
 *
 * @param buckets how many
 */
record StoredGeneration(RedisConnection connection, String id, int buckets) {
  /** Field of a bucket that no user can have. */
  static final byte[] WHOLE = {};

  static final String BUCKETS = "buckets";
  static final String MANIFEST = "manifest";
  static final String HEADER = "header";
  static final String ERASED = "erased";

  private static final byte[] COUNT =
      "return redis.call('HLEN', KEYS[1]) - redis.call('HEXISTS', KEYS[1], '')".getBytes(UTF_8);
  private static final byte[] CLEAR =
      """
      if redis.call('HEXISTS', KEYS[1], '') == 1 then return 0 end
      redis.call('DEL', KEYS[1])
      return 1
      """
          .getBytes(UTF_8);
  private static final byte[] MARK =
      """
      redis.call('HSET', KEYS[1], '', '1')
      redis.call('PERSIST', KEYS[1])
      return 1
      """
          .getBytes(UTF_8);

  private static final int USERS_IN_A_BUCKET = 256;

  /** So that few users, too, spread over the nodes of a cluster. */
  private static final int FEWEST_BUCKETS = 64;

  /** Buckets whose ids are read at a time. */
  private static final int SCANNED = 64;

  /** How many buckets so many users are spread over. */
  static int bucketsFor(long users) {
    return Math.toIntExact(Math.max(FEWEST_BUCKETS, Math.ceilDiv(users, USERS_IN_A_BUCKET)));
  }

  /**
   * A generation that is there, published or not.
   *
   * @return null if it is not
   */
  static @Nullable StoredGeneration find(RedisConnection connection, String id) throws IOException {
    String key = connection.keys().generation(id);
    String buckets = connection.work(jedis -> jedis.hget(key, BUCKETS));
    return buckets == null
        ? null
        : new StoredGeneration(connection, id, number(buckets, connection, id));
  }

  private static int number(String value, RedisConnection connection, String id) {
    try {
      return Math.max(1, Integer.parseInt(value));
    } catch (NumberFormatException e) {
      throw new InputException(
          "%s: generation %s counts '%s' buckets or erased users; publish it again"
              .formatted(connection.address(), id, value),
          e);
    }
  }

  /** The key of what it says of itself. */
  String key() {
    return connection.keys().generation(id);
  }

  byte[] bucketOf(String user) {
    return bucket((int) Math.floorMod(IdDictionary.hash(user), (long) buckets));
  }

  byte[] bucket(int bucket) {
    return connection.keys().bucket(id, bucket);
  }

  List<byte[]> allBuckets() {
    return IntStream.range(0, buckets).mapToObj(this::bucket).toList();
  }

  /**
   * Counts users; checks that no bucket is missing.
   *
   * @throws InputException if one is
   */
  long users() throws IOException {
    List<Boolean> whole =
        connection.each(allBuckets(), (pipeline, bucket) -> pipeline.hexists(bucket, WHOLE));
    long missing = whole.stream().filter(each -> !each).count();
    if (missing > 0) {
      throw new InputException(
          "%s: %d of %d parts of generation %s are not there; did the server lose or evict them? Publish it again"
              .formatted(connection.address(), missing, buckets, id));
    }
    long users = 0;
    for (long length : connection.each(allBuckets(), (pipeline, bucket) -> pipeline.hlen(bucket))) {
      users += length - 1;
    }
    return users;
  }

  /** Counts users, whether their buckets are marked as whole or not. */
  long written() throws IOException {
    long users = 0;
    for (Object each :
        connection.each(
            allBuckets(), (pipeline, bucket) -> pipeline.eval(COUNT, List.of(bucket), List.of()))) {
      users += (Long) each;
    }
    return users;
  }

  /** Deletes what lies in buckets that are not whole, and gives those. */
  List<byte[]> clearMissing() throws IOException {
    List<byte[]> all = allBuckets();
    List<Object> cleared =
        connection.each(
            all, (pipeline, bucket) -> pipeline.eval(CLEAR, List.of(bucket), List.of()));
    return IntStream.range(0, buckets)
        .filter(bucket -> Long.valueOf(1).equals(cleared.get(bucket)))
        .mapToObj(all::get)
        .toList();
  }

  /** Writes what it says of itself. */
  void describe(Map<String, byte[]> fields) throws IOException {
    IdentityHashMap<byte[], byte[]> all = new IdentityHashMap<>();
    fields.forEach((field, value) -> all.put(field.getBytes(UTF_8), value));
    all.put(BUCKETS.getBytes(UTF_8), Integer.toString(buckets).getBytes(UTF_8));
    connection.work(jedis -> jedis.hset(key().getBytes(UTF_8), all));
  }

  /** Marks all buckets as whole, for good. */
  void mark() throws IOException {
    connection.each(
        allBuckets(), (pipeline, bucket) -> pipeline.eval(MARK, List.of(bucket), List.of()));
  }

  /** Lets all buckets be written again. */
  void unmark() throws IOException {
    connection.each(allBuckets(), (pipeline, bucket) -> pipeline.hdel(bucket, WHOLE));
  }

  /** How many records were deleted, or are about to be, since it was published. */
  long erased() throws IOException {
    String erased = connection.work(jedis -> jedis.hget(key(), ERASED));
    return erased == null ? 0 : number(erased, connection, id);
  }

  /** Lets it expire, what it says of itself last. */
  void expire(long seconds) throws IOException {
    connection.each(allBuckets(), (pipeline, bucket) -> pipeline.expire(bucket, seconds));
    connection.work(jedis -> jedis.expire(key(), seconds));
  }

  /** Puts off when it expires, if it is going to. */
  void putOff(long seconds) throws IOException {
    connection.each(
        allBuckets(), (pipeline, bucket) -> pipeline.expire(bucket, seconds, ExpiryOption.XX));
    connection.work(jedis -> jedis.expire(key(), seconds, ExpiryOption.XX));
  }

  /** Keeps it until it is told to expire. */
  void persist() throws IOException {
    connection.work(jedis -> jedis.persist(key()));
    connection.each(allBuckets(), (pipeline, bucket) -> pipeline.persist(bucket));
  }

  /** Deletes it, and frees its memory at once: what is asked for next may need it. */
  void delete() throws IOException {
    connection.each(allBuckets(), (pipeline, bucket) -> pipeline.del(bucket));
    connection.work(jedis -> jedis.del(key()));
  }

  /**
   * Deletes the records of users.
   *
   * @param hashes {@link Tombstones#hash} of the users
   * @param known ids by hash, as far as they are known; the others cost a pass over all ids
   */
  void erase(Collection<String> hashes, Map<String, String> known) throws IOException {
    Set<String> unknown = new HashSet<>(hashes);
    unknown.removeAll(known.keySet());
    List<String> users =
        new ArrayList<>(hashes.stream().filter(known::containsKey).map(known::get).toList());
    for (int from = 0; from < buckets && !unknown.isEmpty(); from += SCANNED) {
      List<byte[]> some =
          IntStream.range(from, Math.min(buckets, from + SCANNED)).mapToObj(this::bucket).toList();
      for (Set<byte[]> ids : connection.each(some, (pipeline, bucket) -> pipeline.hkeys(bucket))) {
        for (byte[] user : ids) {
          String name = new String(user, UTF_8);
          if (unknown.remove(Tombstones.hash(name))) {
            users.add(name);
          }
        }
      }
    }
    for (String user : users) {
      erase(user);
    }
  }

  /** The count comes first: a generation with erased records must never look like a damaged one. */
  private void erase(String user) throws IOException {
    byte[] bucket = bucketOf(user);
    byte[] field = user.getBytes(UTF_8);
    if (connection.work(jedis -> jedis.hexists(bucket, field))) {
      connection.work(jedis -> jedis.hincrBy(key(), ERASED, 1));
      connection.work(jedis -> jedis.hdel(bucket, field));
    }
  }
}
