package io.encodectr.redis;

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
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
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

  /** Not if somebody was forgotten meanwhile (0), or it is not ours to publish any more (-1). */
  private static final String SWITCH =
      """
      if ARGV[4] ~= '' then
        if redis.call('HGET', KEYS[6], ARGV[1]) ~= ARGV[4] then return -1 end
      elseif not redis.call('ZSCORE', KEYS[2], ARGV[1])
          and redis.call('SISMEMBER', KEYS[5], ARGV[1]) == 0 then
        return -1
      end
      if redis.call('LLEN', KEYS[3]) ~= tonumber(ARGV[3]) then return 0 end
      redis.call('SET', KEYS[1], ARGV[1])
      redis.call('ZADD', KEYS[2], ARGV[2], ARGV[1])
      redis.call('SREM', KEYS[5], ARGV[1])
      if ARGV[4] ~= '' then
        redis.call('ZREM', KEYS[4], ARGV[1])
        redis.call('HDEL', KEYS[6], ARGV[1])
      end
      return 1
      """;

  private static final String BEGIN =
      """
      redis.call('ZADD', KEYS[1], ARGV[3], ARGV[1])
      redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
      """;

  /** Only if no other publication of it has begun. */
  private static final String END =
      """
      if (redis.call('HGET', KEYS[2], ARGV[1]) or '') == ARGV[2] then
        redis.call('ZREM', KEYS[1], ARGV[1])
        redis.call('HDEL', KEYS[2], ARGV[1])
      end
      """;

  /** Takes a dead publication from who began it, so that it can switch no more. */
  private static final String TAKE =
      """
      local sign = redis.call('ZSCORE', KEYS[1], ARGV[1])
      if not sign or tonumber(sign) > tonumber(ARGV[2]) then return 0 end
      redis.call('HDEL', KEYS[2], ARGV[1])
      return 1
      """;

  private final RedisStore store;
  private final StoredGeneration stored;
  private final Map<String, Long> honored;
  private final boolean published;
  private final String token;

  private GenerationPublication(
      RedisStore store,
      StoredGeneration stored,
      Map<String, Long> honored,
      boolean published,
      String token) {
    this.store = store;
    this.stored = stored;
    this.honored = new HashMap<>(honored);
    this.published = published;
    this.token = token;
  }

  static GenerationPublication begin(
      RedisStore store, String id, long users, long bytes, Map<String, Long> honored)
      throws IOException {
    RedisConnection connection = store.connection();
    clearDead(store, id);
    boolean published = store.isPublished(id);
    StoredGeneration there = StoredGeneration.find(connection, id);
    if (published && there != null && isWhole(store, there)) {
      return new GenerationPublication(store, there, honored, true, "");
    }
    StoredGeneration stored =
        published && there != null
            ? there
            : new StoredGeneration(connection, id, StoredGeneration.bucketsFor(users));
    String token = UUID.randomUUID().toString();
    var publication = new GenerationPublication(store, stored, honored, published, token);
    // An earlier publication of it can do nothing more; no memory is needed for that.
    connection.work(jedis -> jedis.hdel(connection.keys().publishers(), id));
    publication.prepare(there, ServerMemory.needed(users, bytes));
    evaluate(store, BEGIN, id, token, Long.toString(System.currentTimeMillis()));
    return publication;
  }

  /** Only what nobody can read is written, so what is in use stays readable meanwhile. */
  private void prepare(@Nullable StoredGeneration there, long bytes) throws IOException {
    if (!published) {
      (there == null ? stored : there).delete();
    }
    List<byte[]> missing = stored.clearMissing();
    boolean all = there == null || missing.isEmpty();
    ServerMemory.require(
        stored.connection(),
        all ? stored.allBuckets() : missing,
        bytes * missing.size() / stored.buckets());
    if (all) {
      stored.unmark();
    }
    stored.describe(Map.of());
    if (!published) {
      long seconds = RedisStore.seconds(GenerationAppender.ABANDONED);
      stored.connection().work(jedis -> jedis.expire(stored.key(), seconds));
    }
  }

  private static Object evaluate(RedisStore store, String script, String... arguments)
      throws IOException {
    RedisKeys keys = store.connection().keys();
    return store
        .connection()
        .work(jedis ->
            Objects.requireNonNullElse(
                jedis.eval(script, List.of(keys.building(), keys.publishers()), List.of(arguments)),
                0L));
  }

  private static void clearDead(RedisStore store, String ours) throws IOException {
    RedisConnection connection = store.connection();
    String building = connection.keys().building();
    long oldest = System.currentTimeMillis() - DEAD.toMillis();
    for (String id :
        connection.work(jedis ->
            jedis.zrange(building, ZRangeParams.zrangeByScoreParams(0, (double) oldest)))) {
      if (id.equals(ours)
          || !Long.valueOf(1).equals(evaluate(store, TAKE, id, Long.toString(oldest)))) {
        continue;
      }
      StoredGeneration dead = StoredGeneration.find(connection, id);
      if (dead != null && !store.isPublished(id)) {
        dead.delete();
      }
      evaluate(store, END, id, "");
    }
  }

  /** Whether a generation that was published is still all there. */
  private static boolean isWhole(RedisStore store, StoredGeneration there) throws IOException {
    try (RedisGeneration generation = RedisGeneration.open(store, there.id())) {
      generation.verify();
      return true;
    } catch (InputException e) {
      return false;
    }
  }

  /** Whether the server has all of it already, so that nothing needs to be written. */
  public boolean isWritten() {
    return token.isEmpty();
  }

  /** Writes from this process. */
  public GenerationAppender appender() {
    return new GenerationAppender(stored, token);
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
    if (isWritten()) {
      stored.persist();
      stored.users();
    } else {
      GenerationAppender.requireOurs(stored, token);
      if (!published) {
        // From here on nothing of it expires, so what is counted is there when it is switched to.
        stored.persist();
      }
      try {
        complete(manifest, header);
      } catch (IOException | RuntimeException e) {
        if (!published) {
          stored.expire(RedisStore.seconds(GenerationAppender.ABANDONED));
        }
        throw e;
      }
    }
    switchTo();
  }

  private void complete(GenerationManifest manifest, byte[] header) throws IOException {
    RecordReader.of(header, "generation " + stored.id()).check(manifest);
    long users = stored.written();
    if (users > manifest.users() || users < manifest.users() - stored.erased()) {
      throw new InputException(
          "%s holds %d of the %d users of generation %s; write the missing ones, or begin again"
              .formatted(stored.connection().address(), users, manifest.users(), stored.id()));
    }
    // Nobody writes to what is marked, not even a task that was given up and goes on.
    stored.mark();
    int _ = forgetLater();
    stored.describe(
        Map.of(
            StoredGeneration.MANIFEST,
            Json.mapper().writeValueAsBytes(manifest),
            StoredGeneration.HEADER,
            header));
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
                          keys.retired(),
                          keys.publishers()),
                      List.of(
                          stored.id(),
                          Long.toString(System.currentTimeMillis()),
                          Integer.toString(lines),
                          token)));
      if (Long.valueOf(1).equals(done)) {
        return;
      }
      if (Long.valueOf(-1).equals(done)) {
        throw GenerationAppender.notOurs(stored);
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

  /** Deletes what was written, unless it is published, or another publication of it has begun. */
  public void abort() throws IOException {
    if (!isWritten()
        && GenerationAppender.isOurs(stored, token)
        && !store.isPublished(stored.id())) {
      stored.delete();
    }
    end();
  }

  private void end() throws IOException {
    evaluate(store, END, stored.id(), token);
  }
}
