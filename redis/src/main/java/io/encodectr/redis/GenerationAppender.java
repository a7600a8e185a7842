package io.encodectr.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.encodectr.file.InputException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
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

  private static final byte[] EXPIRY = Long.toString(RedisStore.seconds(ABANDONED)).getBytes(UTF_8);

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

  /** What is to be written, by bucket: arguments of the script. */
  private final Map<String, List<byte[]>> buffer = new LinkedHashMap<>();

  private int buffered;
  private long lastSign;

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
    String bucket = new String(stored.bucketOf(user), UTF_8);
    byte[] field = user.getBytes(UTF_8);
    List<byte[]> arguments =
        buffer.computeIfAbsent(bucket, absent -> new ArrayList<>(List.of(EXPIRY)));
    arguments.add(field);
    arguments.add(record);
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
    connection.each(
        buffer.entrySet(),
        (pipeline, bucket) ->
            pipeline.eval(WRITE, List.of(bucket.getKey().getBytes(UTF_8)), bucket.getValue()));
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
      connection.work(
          jedis -> jedis.expire(stored.key(), RedisStore.seconds(ABANDONED), ExpiryOption.XX));
    }
  }

  @Override
  public void close() throws IOException {
    flush();
  }
}
