package io.encodectr.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
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

  /** Records by user, by the number of their bucket's key. */
  private final Map<String, Map<byte[], byte[]>> buffer = new LinkedHashMap<>();

  private final Map<String, byte[]> keys = new HashMap<>();
  private int buffered;
  private long lastSign;

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
    byte[] bucket = stored.bucketOf(user);
    String name = new String(bucket, UTF_8);
    keys.put(name, bucket);
    byte[] field = user.getBytes(UTF_8);
    buffer.computeIfAbsent(name, absent -> new HashMap<>()).put(field, record);
    buffered += field.length + record.length;
    if (buffered >= BUFFERED) {
      flush();
    }
  }

  /** Writes what is still held back. */
  public void flush() throws IOException {
    List<String> names = new ArrayList<>(buffer.keySet());
    RedisConnection connection = stored.connection();
    connection.each(
        names,
        (pipeline, name) ->
            pipeline.hset(
                keys.getOrDefault(name, new byte[0]), buffer.getOrDefault(name, Map.of())));
    long seconds = RedisStore.seconds(ABANDONED);
    connection.each(
        names, (pipeline, name) -> pipeline.expire(keys.getOrDefault(name, new byte[0]), seconds));
    buffer.clear();
    keys.clear();
    buffered = 0;
    long now = System.currentTimeMillis();
    if (now - lastSign > SIGN_OF_LIFE) {
      lastSign = now;
      connection.work(jedis ->
          jedis.zadd(connection.keys().building(), now, stored.id(), ZAddParams.zAddParams().xx()));
    }
  }

  @Override
  public void close() throws IOException {
    flush();
  }
}
