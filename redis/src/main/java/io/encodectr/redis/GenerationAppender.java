package io.encodectr.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.encodectr.file.InputException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import redis.clients.jedis.args.ExpiryOption;
import redis.clients.jedis.params.ZAddParams;

/**
 * Writes users into a generation under construction, many records at a time. Writing a user again
 * is harmless, so a task that was cut off may be repeated. What is under construction expires by
 * itself a day after it was last written to. Not thread-safe; any number of processes may have one.
 */
public final class GenerationAppender implements AutoCloseable {
  /** How long a generation under construction stays without being written to. */
  static final Duration ABANDONED = Duration.ofDays(1);

  private static final int BUFFERED = 1 << 20;
  private static final long SIGN_OF_LIFE = 30_000;

  /** Buckets that are whole stay as they are, and never expire. */
  private static final byte[] WRITE =
      """
      if redis.call('HEXISTS', KEYS[1], '') == 1 then return 0 end
      for i = 2, #ARGV, 1000 do
        redis.call('HSET', KEYS[1], unpack(ARGV, i, math.min(i + 999, #ARGV)))
      end
      redis.call('EXPIRE', KEYS[1], ARGV[1])
      return 1
      """
          .getBytes(UTF_8);

  private final StoredGeneration stored;
  private final String token;

  private final Map<String, Bucket> buffer = new LinkedHashMap<>();
  private int buffered;
  private long lastSign;

  /**
   * Records to be written into a bucket.
   *
   * @param records by the bytes of the user's id
   */
  private record Bucket(byte[] key, IdentityHashMap<byte[], byte[]> records) {}

  GenerationAppender(StoredGeneration stored, String token) {
    this.stored = stored;
    this.token = token;
  }

  /** Whether the publication that has this token is under way, and no later one of the same id. */
  static boolean isOurs(StoredGeneration stored, String token) throws IOException {
    RedisConnection connection = stored.connection();
    return token.equals(
        connection.work(jedis -> jedis.hget(connection.keys().publishers(), stored.id())));
  }

  static void requireOurs(StoredGeneration stored, String token) throws IOException {
    if (!isOurs(stored, token)) {
      throw notOurs(stored);
    }
  }

  static InputException notOurs(StoredGeneration stored) {
    return new InputException(
        "%s: this publication of generation %s is over, ended or replaced by one that began later; see which generation is in use, and publish again if it is not this one"
            .formatted(stored.connection().address(), stored.id()));
  }

  /**
   * Writes a user's record, at once or a little later.
   *
   * @param record as a generation's file holds it
   * @throws InputException if the publication has ended, or a later one of the same id has begun
   * @throws IOException if the server cannot be reached, or is full
   */
  public void put(String user, byte[] record) throws IOException {
    byte[] key = stored.bucketOf(user);
    byte[] field = user.getBytes(UTF_8);
    buffer
        .computeIfAbsent(new String(key, UTF_8), absent -> new Bucket(key, new IdentityHashMap<>()))
        .records
        .put(field, record);
    buffered += field.length + record.length;
    if (buffered >= BUFFERED) {
      flush();
    }
  }

  /** Writes what is still held back. */
  public void flush() throws IOException {
    RedisConnection connection = stored.connection();
    if (buffer.isEmpty()) {
      return;
    }
    requireOurs(stored, token);
    long seconds = RedisStore.seconds(ABANDONED);
    byte[] expiry = Long.toString(seconds).getBytes(UTF_8);
    connection.each(
        buffer.values(),
        (pipeline, bucket) ->
            pipeline.eval(WRITE, List.of(bucket.key), arguments(expiry, bucket.records)));
    buffer.clear();
    buffered = 0;
    long now = System.currentTimeMillis();
    if (now - lastSign > SIGN_OF_LIFE) {
      lastSign = now;
      connection.work(jedis ->
          jedis.zadd(
              connection.keys().building(),
              (double) now,
              stored.id(),
              ZAddParams.zAddParams().xx()));
      connection.work(jedis -> jedis.expire(stored.key(), seconds, ExpiryOption.XX));
    }
  }

  private static List<byte[]> arguments(byte[] expiry, Map<byte[], byte[]> records) {
    List<byte[]> arguments = new ArrayList<>(1 + 2 * records.size());
    arguments.add(expiry);
    records.forEach((field, record) -> {
      arguments.add(field);
      arguments.add(record);
    });
    return arguments;
  }

  @Override
  public void close() throws IOException {
    flush();
  }
}
