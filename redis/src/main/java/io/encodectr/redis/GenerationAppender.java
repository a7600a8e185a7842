package io.encodectr.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;
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

  private final StoredGeneration stored;

  private final Map<String, Bucket> buffer = new LinkedHashMap<>();
  private int buffered;
  private long lastSign;

  /**
   * Records to be written into a bucket.
   *
   * @param records by the bytes of the user's id
   */
  private record Bucket(byte[] key, IdentityHashMap<byte[], byte[]> records) {}

  GenerationAppender(StoredGeneration stored) {
    this.stored = stored;
  }

  /**
   * Writes a user's record, at once or a little later.
   *
   * @param record as a generation's file holds it
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
    connection.each(
        buffer.values(), (pipeline, bucket) -> pipeline.hset(bucket.key, bucket.records));
    long seconds = RedisStore.seconds(ABANDONED);
    connection.each(buffer.values(), (pipeline, bucket) -> pipeline.expire(bucket.key, seconds));
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
    }
  }

  @Override
  public void close() throws IOException {
    flush();
  }
}
