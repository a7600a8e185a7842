package io.encodectr.redis;

import io.encodectr.file.InputException;
import io.encodectr.generation.GenerationManifest;
import io.encodectr.generation.InterestSource;
import io.encodectr.generation.InterestStore;
import io.encodectr.generation.Store;
import io.encodectr.generation.StoreLocation;
import io.encodectr.generation.Tombstones;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Generations of interests on Redis or Valkey. The switch is one script over keys of one slot: it
 * sets the generation in use only if nobody was forgotten meanwhile, so a generation is either
 * published without the user or seen by the forgetting. A generation that is retired expires, but
 * not while a store object somewhere has it open. Thread-safe.
 */
public final class RedisStore implements InterestStore, AutoCloseable {
  /** How long a retired generation is there after the last one who had it open. */
  static final Duration GRACE = Duration.ofMinutes(10);

  private static final String RETIRE =
      """
      if redis.call('GET', KEYS[1]) == ARGV[1] then return 0 end
      if redis.call('ZREM', KEYS[2], ARGV[1]) == 1 then redis.call('SADD', KEYS[3], ARGV[1]) end
      return 1
      """;

  private static final Logger LOG = LoggerFactory.getLogger(RedisStore.class);

  private final StoreLocation location;
  private final RedisConnection connection;
  private final Duration grace;
  private final Set<RedisGeneration> open = ConcurrentHashMap.newKeySet();
  private final ScheduledExecutorService upkeep =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("encode-redis-upkeep").factory());

  private RedisStore(StoreLocation location, RedisConnection connection, Duration grace) {
    this.location = location;
    this.connection = connection;
    this.grace = grace;
    long period = Math.max(1, grace.toMillis() / 5);
    var _ =
        upkeep.scheduleWithFixedDelay(this::keepOpenOnes, period, period, TimeUnit.MILLISECONDS);
  }

  /**
   * Connects to a store; whether anything is published there shows later.
   *
   * @throws InputException if the location is no address, or the server refuses
   * @throws IOException if no server answers
   */
  public static RedisStore open(StoreLocation location) throws IOException {
    return open(location, Duration.ZERO, GRACE);
  }

  /**
   * The same with other times.
   *
   * @param patience how long a read may take at least, whatever the location says
   */
  static RedisStore open(StoreLocation location, Duration patience, Duration grace)
      throws IOException {
    RedisAddress address = RedisAddress.of(location).withPatience(patience);
    return new RedisStore(location, RedisConnection.open(address), grace);
  }

  RedisConnection connection() {
    return connection;
  }

  private RedisKeys keys() {
    return connection.keys();
  }

  @Override
  public StoreLocation location() {
    return location;
  }

  @Override
  public boolean isGone() {
    return false;
  }

  @Override
  public String current() throws IOException {
    String id = connection.work(jedis -> jedis.get(keys().current()));
    if (id == null) {
      throw new InputException(
          "%s: no generation is in use; `encode publish` or `encode extract --publish-to` sets it"
              .formatted(connection.address()));
    }
    return Store.checkedId(id);
  }

  @Override
  public List<String> ids() throws IOException {
    return connection.work(jedis -> jedis.zrange(keys().generations(), 0, -1));
  }

  @Override
  public GenerationManifest manifest(String id) throws IOException {
    StoredGeneration stored = StoredGeneration.find(connection, Store.checkedId(id));
    String place = connection.address() + ", generation " + id;
    if (stored == null) {
      throw new InputException(place + ": there is no such generation");
    }
    return RedisGeneration.manifest(stored, place);
  }

  @Override
  public InterestSource openGeneration(String id) throws IOException {
    RedisGeneration generation = RedisGeneration.open(this, Store.checkedId(id));
    open.add(generation);
    return generation;
  }

  void letGo(RedisGeneration generation) {
    open.remove(generation);
  }

  /** A retired generation that is still open here goes on to be there. */
  private void keepOpenOnes() {
    for (RedisGeneration each : open) {
      try {
        if (connection.work(jedis -> jedis.ttl(each.stored().key())) > 0) {
          each.stored().putOff(seconds(grace));
        }
      } catch (IOException | RuntimeException e) {
        LOG.warn("cannot keep generation {} from expiring: {}", each.stored().id(), e.toString());
      }
    }
  }

  /** Whether it was switched to, and is known since then. */
  boolean isPublished(String id) throws IOException {
    return connection.work(jedis -> jedis.zscore(keys().generations(), id)) != null
        || connection.work(jedis -> jedis.sismember(keys().retired(), id));
  }

  static long seconds(Duration time) {
    return Math.max(1, time.toSeconds());
  }

  @Override
  public Tombstones tombstones() throws IOException {
    return Tombstones.of(tombstoneLines(), connection.address() + ", " + keys().forgotten());
  }

  List<String> tombstoneLines() throws IOException {
    return connection.work(jedis -> jedis.lrange(keys().forgotten(), 0, -1));
  }

  @Override
  public void beginForgetting(Map<String, Long> times) throws IOException {
    List<String> lines = new ArrayList<>();
    tombstones().news(times).forEach((hash, time) -> lines.add(Tombstones.forgetLine(hash, time)));
    append(lines);
  }

  private void append(List<String> lines) throws IOException {
    if (!lines.isEmpty()) {
      connection.work(jedis -> jedis.rpush(keys().forgotten(), lines.toArray(String[]::new)));
    }
  }

  @Override
  public void finishForgetting(String... known) throws IOException {
    Map<String, Long> pending = tombstones().pending();
    if (pending.isEmpty()) {
      return;
    }
    Map<String, String> ids = new HashMap<>();
    for (String id : known) {
      ids.put(Tombstones.hash(id), id);
    }
    // One that is published from now on has seen the tombstones.
    List<String> generations = new ArrayList<>(ids());
    generations.addAll(connection.work(jedis -> jedis.smembers(keys().retired())));
    for (String id : generations) {
      StoredGeneration generation = StoredGeneration.find(connection, id);
      if (generation != null) {
        generation.erase(pending.keySet(), ids);
      }
    }
    List<String> lines = new ArrayList<>();
    pending.forEach((hash, time) -> lines.add(Tombstones.erasedLine(hash, time)));
    append(lines);
  }

  /**
   * Begins to publish a generation; an earlier publication of it that has not ended can do nothing
   * more from then on. Of one that is published already only the parts that the server has lost are
   * written. Deletes what publications that died left behind.
   *
   * @param id letters, digits, {@code _} and {@code -}; the same content must have the same id
   * @param users how many it will have
   * @param bytes about how many bytes their records and ids will have
   * @param honored whose forgetting the records honor already: {@link Tombstones#times} as they
   *     were before the records were made. Who is forgotten later is erased before the switch.
   * @throws InputException if the server has no room for it, or would evict it when it is full
   */
  public GenerationPublication publication(
      String id, long users, long bytes, Map<String, Long> honored) throws IOException {
    return GenerationPublication.begin(this, Store.checkedId(id), users, bytes, honored);
  }

  /**
   * Goes on with a publication that was begun elsewhere, to write some of its users. Any number of
   * processes may write at a time.
   *
   * @throws InputException if no publication of this generation is under way
   */
  public GenerationAppender appender(String id) throws IOException {
    StoredGeneration stored = StoredGeneration.find(connection, Store.checkedId(id));
    String token = connection.work(jedis -> jedis.hget(keys().publishers(), id));
    if (stored == null || token == null) {
      throw new InputException(
          "%s: generation %s is not being published; begin its publication first"
              .formatted(connection.address(), id));
    }
    return new GenerationAppender(stored, token);
  }

  /**
   * Lets all but the last published generations expire; never the one in use. They are there for
   * some minutes longer, and as long as a service has them open.
   *
   * @param keep how many stay, at least 1
   */
  public void retain(int keep) throws IOException {
    List<String> ids = ids();
    retire(ids.subList(0, Math.max(0, ids.size() - keep)));
  }

  /** Lets generations expire that are not in use, and goes on with those that were to expire. */
  void retire(List<String> ids) throws IOException {
    for (String id : ids) {
      connection.work(jedis ->
          jedis.eval(
              RETIRE,
              List.of(keys().current(), keys().generations(), keys().retired()),
              List.of(id)));
    }
    for (String id : connection.work(jedis -> jedis.smembers(keys().retired()))) {
      StoredGeneration retired = StoredGeneration.find(connection, id);
      if (retired == null) {
        connection.work(jedis -> jedis.srem(keys().retired(), id));
      } else if (connection.work(jedis -> jedis.ttl(retired.key())) < 0) {
        expire(retired);
      }
    }
  }

  /** Buckets lie in many slots, so it may be put back in use while they are told to expire. */
  void expire(StoredGeneration retired) throws IOException {
    retired.expire(seconds(grace));
    if (!connection.work(jedis -> jedis.sismember(keys().retired(), retired.id()))) {
      retired.persist();
    }
  }

  @Override
  public void close() {
    upkeep.shutdownNow();
    connection.close();
  }
}
