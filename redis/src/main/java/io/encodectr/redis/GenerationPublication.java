package io.encodectr.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.encodectr.file.InputException;
import io.encodectr.file.Json;
import io.encodectr.generation.GenerationManifest;
import io.encodectr.generation.RecordReader;
import io.encodectr.generation.Tombstones;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import redis.clients.jedis.params.ZRangeParams;

/**
 * The publication of a generation: begun by one process, written by any number ({@link
 * RedisStore#appender}), finished by one. Nothing of it can be seen before it is counted, described
 * and switched to; {@link #abort} or the next publication deletes what was given up. Not
 * thread-safe.
 */
public final class GenerationPublication {
  /** A publication without a sign of life for so long is dead. */
  private static final Duration DEAD = Duration.ofMinutes(15);

  private static final String SWITCH =
      """
      if redis.call('LLEN', KEYS[3]) ~= tonumber(ARGV[3]) then return 0 end
      redis.call('SET', KEYS[1], ARGV[1])
      redis.call('ZADD', KEYS[2], ARGV[2], ARGV[1])
      redis.call('ZREM', KEYS[4], ARGV[1])
      redis.call('SREM', KEYS[5], ARGV[1])
      return 1
      """;

  private final RedisStore store;
  private final StoredGeneration stored;
  private final Map<String, Long> honored;
  private final boolean complete;

  private GenerationPublication(
      RedisStore store, StoredGeneration stored, Map<String, Long> honored, boolean complete) {
    this.store = store;
    this.stored = stored;
    this.honored = new HashMap<>(honored);
    this.complete = complete;
  }

  static GenerationPublication begin(
      RedisStore store, String id, long users, long bytes, Map<String, Long> honored)
      throws IOException {
    RedisConnection connection = store.connection();
    RedisKeys keys = connection.keys();
    clearDead(connection, id);
    StoredGeneration there = StoredGeneration.find(connection, id);
    if (there != null && isWhole(store, there)) {
      return new GenerationPublication(store, there, honored, true);
    }
    int buckets = StoredGeneration.bucketsFor(users);
    if (there != null && there.buckets() != buckets) {
      there.delete();
    }
    StoredGeneration stored = new StoredGeneration(connection, id, buckets);
    ServerMemory.require(
        connection,
        IntStream.range(0, buckets).mapToObj(stored::bucket).limit(1 << 14).toList(),
        ServerMemory.needed(users, bytes));
    long now = System.currentTimeMillis();
    connection.work(jedis -> jedis.zadd(keys.building(), (double) now, id));
    connection.work(jedis ->
        jedis.hset(stored.key(), Map.of(StoredGeneration.BUCKETS, Integer.toString(buckets))));
    connection.work(
        jedis -> jedis.hdel(stored.key(), StoredGeneration.STATE, StoredGeneration.ERASED));
    connection.work(
        jedis -> jedis.expire(stored.key(), RedisStore.seconds(GenerationAppender.ABANDONED)));
    return new GenerationPublication(store, stored, honored, false);
  }

  private static void clearDead(RedisConnection connection, String ours) throws IOException {
    String building = connection.keys().building();
    double oldest = System.currentTimeMillis() - (double) DEAD.toMillis();
    for (String id :
        connection.work(
            jedis -> jedis.zrange(building, ZRangeParams.zrangeByScoreParams(0, oldest)))) {
      if (!id.equals(ours)) {
        StoredGeneration dead = StoredGeneration.find(connection, id);
        if (dead != null) {
          dead.delete();
        }
        connection.work(jedis -> jedis.zrem(building, id));
      }
    }
  }

  /** Whether it was published before, and is still all there. */
  private static boolean isWhole(RedisStore store, StoredGeneration there) throws IOException {
    String state =
        there.connection().work(jedis -> jedis.hget(there.key(), StoredGeneration.STATE));
    if (!StoredGeneration.COMPLETE.equals(state)) {
      return false;
    }
    try (RedisGeneration generation = RedisGeneration.open(store, there.id())) {
      generation.verify();
      return true;
    } catch (InputException e) {
      there.delete();
      return false;
    }
  }

  /** Whether the server has all of it already, so that nothing needs to be written. */
  public boolean isWritten() {
    return complete;
  }

  /** Writes from this process. */
  public GenerationAppender appender() {
    return new GenerationAppender(stored);
  }

  /**
   * Counts what was written, describes it and puts it in use. Users who were forgotten since it
   * began are erased first.
   *
   * @param header the first bytes of the generation's file
   * @throws InputException if users are missing, or header and manifest do not fit
   * @throws IOException if the server cannot be reached, or is full
   */
  public void publish(GenerationManifest manifest, byte[] header) throws IOException {
    // From here on nothing of it expires, so what is counted is still there when it is switched to.
    stored.persist();
    try {
      describe(manifest, header);
    } catch (IOException | RuntimeException e) {
      stored.expire(RedisStore.seconds(GenerationAppender.ABANDONED));
      throw e;
    }
    switchTo();
  }

  private void describe(GenerationManifest manifest, byte[] header) throws IOException {
    RedisConnection connection = stored.connection();
    if (complete) {
      stored.users();
    } else {
      RecordReader.of(header, "generation " + stored.id()).check(manifest);
      markWhole();
      long users = stored.users();
      if (users != manifest.users()) {
        throw new InputException(
            "%s holds %d of the %d users of generation %s; write the missing ones, or begin again"
                .formatted(connection.address(), users, manifest.users(), stored.id()));
      }
      byte[] json = Json.mapper().writeValueAsBytes(manifest);
      connection.work(jedis ->
          jedis.hset(
              stored.key().getBytes(UTF_8),
              Map.of(
                  StoredGeneration.MANIFEST.getBytes(UTF_8),
                  json,
                  StoredGeneration.HEADER.getBytes(UTF_8),
                  header,
                  StoredGeneration.STATE.getBytes(UTF_8),
                  StoredGeneration.COMPLETE.getBytes(UTF_8))));
    }
  }

  private void markWhole() throws IOException {
    byte[] yes = {'1'};
    stored
        .connection()
        .each(
            stored.allBuckets(),
            (pipeline, bucket) -> pipeline.hset(bucket, StoredGeneration.WHOLE, yes));
  }

  private void switchTo() throws IOException {
    RedisKeys keys = stored.connection().keys();
    while (true) {
      int lines = forgetLater();
      Object done =
          stored
              .connection()
              .work(jedis ->
                  jedis.eval(
                      SWITCH,
                      List.of(
                          keys.current(),
                          keys.generations(),
                          keys.forgotten(),
                          keys.building(),
                          keys.retired()),
                      List.of(
                          stored.id(),
                          Long.toString(System.currentTimeMillis()),
                          Integer.toString(lines))));
      if (Long.valueOf(1).equals(done)) {
        return;
      }
    }
  }

  /**
   * Erases who was forgotten later than the records say.
   *
   * @return how many lines of tombstones are honored now
   */
  private int forgetLater() throws IOException {
    List<String> lines = store.tombstoneLines();
    String place = store.connection().keys().forgotten();
    Map<String, Long> later = new HashMap<>(Tombstones.of(lines, place).times());
    later
        .entrySet()
        .removeIf(each -> each.getValue() <= honored.getOrDefault(each.getKey(), Tombstones.NEVER));
    if (!later.isEmpty()) {
      stored.erase(later.keySet(), Map.of());
      honored.putAll(later);
    }
    return lines.size();
  }

  /** Deletes what was written, unless it was published before. */
  public void abort() throws IOException {
    RedisConnection connection = stored.connection();
    if (!complete) {
      stored.delete();
    }
    connection.work(jedis -> jedis.zrem(connection.keys().building(), stored.id()));
  }
}
