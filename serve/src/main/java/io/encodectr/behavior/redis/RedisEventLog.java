package io.encodectr.behavior.redis;

import io.encodectr.behavior.Event;
import io.encodectr.behavior.EventLog;
import io.encodectr.behavior.EventLogOptions;
import io.encodectr.behavior.EventValue;
import io.encodectr.behavior.Outcome;
import io.encodectr.behavior.RecentEvents;
import io.encodectr.file.InputException;
import io.encodectr.generation.EventSource;
import io.encodectr.generation.GenerationManifest;
import io.encodectr.generation.StoreLocation;
import io.encodectr.generation.Tombstones;
import io.encodectr.redis.RedisAddress;
import io.encodectr.redis.RedisConnection;
import io.encodectr.scoring.UserEvents;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An event log on Redis or Valkey, which any number of services write and read at a time. Appending
 * is one script, so all or none of a request is stored; it is sent once, and not again where its
 * answer is lost. An event is as durable as the server makes what it acknowledged: {@code
 * appendonly yes} with {@code appendfsync always} for each.
 *
 * <p>Events are deleted only when no service needs them, see {@link EventNeed}. Should the server
 * lose the log, the services that were using it begin a new one, which says from when on it has
 * events, so that generations from before are told from the others ({@link #reachesBackTo}).
 *
 * <p>Clocks of services that share a log should agree to the second.
 */
public final class RedisEventLog implements EventLog {
  private static final Logger LOG = LoggerFactory.getLogger(RedisEventLog.class);
  private static final byte[] NOTHING = {};
  private static final int ARRIVAL = Long.BYTES;

  /** In the time that a need holds. */
  private static final int RENEWALS = 20;

  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final RedisConnection connection;
  private final EventLogOptions options;
  private final EventKeys keys;
  private final EventUsers users;
  private final EventNeed need;
  private final ScheduledExecutorService upkeep =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("encode-events-upkeep").factory());
  private final Duration period;
  private volatile LogFacts facts;
  private volatile long neededFrom = EventNeed.ALL;
  private volatile long activeEnd = Long.MIN_VALUE;
  private final AtomicBoolean renewing = new AtomicBoolean();
  private final AtomicBoolean closing = new AtomicBoolean();
  private volatile Runnable lost = () -> {};
  private volatile boolean closed;

  private RedisEventLog(RedisConnection connection, EventLogOptions options, Duration lease)
      throws IOException {
    this.connection = connection;
    this.options = options;
    period = lease.dividedBy(RENEWALS);
    keys = new EventKeys(connection.address().prefix());
    users = new EventUsers(connection, keys);
    ServerFitness.require(connection, keys);
    need = new EventNeed(connection, keys, lease);
    facts = need.renew(neededFrom, EventNeed.opening(now(), null));
  }

  /**
   * Connects to a log; where there is none it becomes a new one.
   *
   * @throws InputException if the location is no address, the server refuses or would evict events,
   *     or another version of Encode made the log
   * @throws IOException if no server answers
   */
  public static RedisEventLog open(StoreLocation location, EventLogOptions options)
      throws IOException {
    return open(location, options, EventNeed.LEASE);
  }

  static RedisEventLog open(StoreLocation location, EventLogOptions options, Duration lease)
      throws IOException {
    RedisConnection connection = RedisConnection.open(RedisAddress.of(location));
    try {
      RedisEventLog log = new RedisEventLog(connection, options, lease);
      log.begin();
      return log;
    } catch (IOException | RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  private void begin() throws IOException {
    erase(mark(Map.of()));
    long millis = Math.max(1, period.toMillis());
    var _ = upkeep.scheduleWithFixedDelay(this::renew, millis, millis, TimeUnit.MILLISECONDS);
  }

  private void renewSoon() {
    if (renewing.compareAndSet(false, true)) {
      upkeep.execute(this::renew);
    }
  }

  /** Hears of the log, and lets go of what nobody needs. */
  private void renew() {
    renewing.set(false);
    try {
      need();
      if (facts.clearedTo() < facts.keptFrom()) {
        clear();
      }
    } catch (IOException | RuntimeException e) {
      if (!closed) {
        LOG.warn("the event log at {} does not answer: {}", connection.address(), e.getMessage());
      }
    }
  }

  /** Says what is needed, and hears of the log. */
  private void need() throws IOException {
    LogFacts known = facts;
    told(need.renew(neededFrom, EventNeed.opening(now(), known)), known);
  }

  /** It may take longer than what is needed holds. */
  private void clear() throws IOException {
    long[] renewed = {System.nanoTime()};
    users.clear(
        facts,
        page -> {
          requireOpen();
          if (System.nanoTime() - renewed[0] > period.toNanos()) {
            need();
            renewed[0] = System.nanoTime();
          }
        });
  }

  private long now() {
    return options.clock().millis() / 1000;
  }

  /**
   * Takes in what the log said of itself.
   *
   * @param known what the question said of it; answers may overtake each other
   */
  private synchronized void told(LogFacts news, LogFacts known) {
    if (news.log().equals(facts.log())) {
      facts = facts.and(news);
    } else if (known.log().equals(facts.log())) {
      LOG.error(
          "the event log at {} was lost: it has no events from before {}; extract from a dataset"
              + " that covers them",
          connection.address(),
          Instant.ofEpochSecond(news.from()));
      facts = news;
      upkeep.execute(lost);
    }
  }

  @Override
  public void onLoss(Runnable action) {
    lost = action;
  }

  @Override
  public List<Outcome> append(List<Event> events) throws IOException {
    requireOpen();
    options.requireNotAhead(events);
    if (events.isEmpty()) {
      return List.of();
    }
    List<byte[]> named = new ArrayList<>(List.of(keys.facts(), keys.forgotten(), keys.users()));
    LogFacts known = facts;
    List<byte[]> arguments = new ArrayList<>(EventNeed.opening(now(), known));
    arguments.add(EventReplies.bytes(options.clock().millis()));
    arguments.add(EventReplies.bytes(activeEnd));
    arguments.add(EventReplies.bytes(events.size()));
    Map<String, Integer> places = new LinkedHashMap<>();
    for (Event event : events) {
      int place = places.computeIfAbsent(event.user(), user -> places.size() + 1);
      if (named.size() < 1 + 2 * (place + 1)) {
        named.add(keys.events(event.user()));
        named.add(keys.ids(event.user()));
      }
      arguments.add(EventReplies.bytes(place));
      arguments.add(EventReplies.bytes(event.user()));
      arguments.add(EventReplies.bytes(Tombstones.hash(event.user())));
      arguments.add(event.time() == Event.NOW ? NOTHING : EventReplies.bytes(event.time()));
      arguments.add(value(event));
      arguments.add(event.id() == null ? NOTHING : EventReplies.bytes(event.id()));
    }
    List<?> answer =
        EventReplies.list(connection.runOnce(EventScripts.APPEND.call(named, arguments)));
    long arrival = EventReplies.number(answer.get(1));
    long received = EventReplies.number(answer.get(2));
    if (EventReplies.text(answer.get(0)).equals(known.log())) {
      told(new LogFacts(known.log(), arrival, received, 0, 0, 0), known);
    } else {
      renewSoon();
    }
    return outcomes(EventReplies.text(answer.get(3)));
  }

  /** All but the number in front, which the server gives. */
  private static byte[] value(Event event) {
    byte[] value = new EventValue(event.item(), 0, event.type(), event.id()).encode();
    return Arrays.copyOfRange(value, Long.BYTES, value.length);
  }

  private static List<Outcome> outcomes(String letters) {
    return letters
        .chars()
        .mapToObj(letter ->
            switch (letter) {
              case 'S' -> Outcome.STORED;
              case 'D' -> Outcome.DUPLICATE;
              default -> Outcome.LATE;
            })
        .toList();
  }

  @Override
  public UserEvents since(
      String user,
      GenerationManifest generation,
      int limit,
      Predicate<String> counts,
      long nanoseconds)
      throws IOException {
    requireOpen();
    long start = System.nanoTime();
    String hash = Tombstones.hash(user);
    int count = limit;
    while (true) {
      List<?> answer =
          read(user, hash, generation, count, nanoseconds - (System.nanoTime() - start));
      LogFacts known = facts;
      if (answer.get(0) == null || !EventReplies.text(answer.get(0)).equals(known.log())) {
        renewSoon();
        throw new IOException("the event log at " + connection.address() + " was lost");
      }
      long keptFrom = EventReplies.numberOr(answer.get(1), 0);
      long completeFrom = EventReplies.numberOr(answer.get(2), 0);
      told(new LogFacts(known.log(), 0, 0, keptFrom, completeFrom, 0), known);
      long forgottenAt = EventReplies.numberOr(answer.get(3), Tombstones.NEVER);
      RecentEvents recent = new RecentEvents(generation, known.log(), forgottenAt, limit, counts);
      List<?> events = EventReplies.list(answer.get(4));
      for (int i = 0; i < events.size() && recent.wantsMore(); i += 2) {
        byte[] event = (byte[]) events.get(i);
        recent.take(EventReplies.number(events.get(i + 1)), arrival(event), item(event));
      }
      if (events.size() < 2 * count || !recent.wantsMore()) {
        return recent.events();
      }
      // Many are on unknown items.
      count = RecentEvents.SCANNED * limit;
    }
  }

  private List<?> read(
      String user, String hash, GenerationManifest generation, int count, long nanoseconds)
      throws IOException {
    long from = Math.max(0, generation.representedUntil());
    return EventReplies.list(
        connection.read(
            EventScripts.SINCE.call(
                List.of(keys.facts(), keys.forgotten(), keys.events(user)),
                List.of(
                    EventReplies.bytes(hash), EventReplies.bytes(from), EventReplies.bytes(count))),
            nanoseconds));
  }

  static long arrival(byte[] event) {
    return ByteBuffer.wrap(event).getLong();
  }

  private static String item(byte[] event) {
    return value(event).item();
  }

  static EventValue value(byte[] event) {
    return EventValue.decode(Arrays.copyOfRange(event, ARRIVAL, event.length));
  }

  @Override
  public boolean reachesBackTo(GenerationManifest generation) {
    return generation.representedUntil() >= facts.from();
  }

  @Override
  public long lastArrival() {
    return facts.arrival();
  }

  @Override
  public long lastReceived() throws IOException {
    requireOpen();
    need();
    return facts.received();
  }

  @Override
  public String identity() {
    return facts.log();
  }

  @Override
  public void use(GenerationManifest active, @Nullable GenerationManifest previous)
      throws IOException {
    requireOpen();
    activeEnd = active.representedUntil();
    neededFrom =
        previous == null
            ? EventNeed.ALL
            : Math.min(active.representedUntil(), previous.representedUntil());
    need();
    renewSoon();
  }

  @Override
  public void forget(Map<String, Long> times) throws IOException {
    requireOpen();
    erase(mark(times));
  }

  @Override
  public void forget(String user, long time) throws IOException {
    requireOpen();
    String hash = Tombstones.hash(user);
    Map<String, String> unerased = mark(Map.of(hash, time));
    String since = unerased.get(hash);
    if (since != null) {
      users.erase(List.of(user));
      users.erased(Map.of(hash, since));
    }
  }

  /** Notes who is forgotten; what it answers is whose events may not all be deleted yet. */
  private Map<String, String> mark(Map<String, Long> times) throws IOException {
    Map<String, String> unerased = Map.of();
    for (List<byte[]> some : EventReplies.pairs(times)) {
      List<byte[]> arguments = new ArrayList<>(EventNeed.opening(now(), facts));
      arguments.addAll(some);
      unerased =
          EventReplies.map(
              connection.run(
                  EventScripts.MARK.call(
                      List.of(keys.facts(), keys.forgotten(), keys.unerased()), arguments)));
    }
    return unerased;
  }

  /** Finds the users who are named by their hash, in a pass over all users. */
  private void erase(Map<String, String> unerased) throws IOException {
    if (!unerased.isEmpty()) {
      users.forEachPage(page ->
          users.erase(
              page.stream().filter(user -> unerased.containsKey(Tombstones.hash(user))).toList()));
      users.erased(unerased);
    }
  }

  @Override
  public Map<String, Long> forgotten() throws IOException {
    requireOpen();
    Map<String, Long> times = new HashMap<>();
    EventReplies.map(connection.run(EventScripts.FIELDS.call(List.of(keys.forgotten()), List.of())))
        .forEach((hash, time) -> times.put(hash, Long.parseLong(time)));
    return times;
  }

  @Override
  public long checkpoint(Path target) {
    throw new InputException(
        "the events are on "
            + connection.address()
            + ", which an extraction reads itself: encode extract --events URL");
  }

  @Override
  public EventSource snapshot() throws IOException {
    requireOpen();
    return RedisEventSource.open(connection, keys, users);
  }

  /** Waits until what was let go of is deleted; for tests. */
  void awaitUpkeep() {
    try {
      upkeep.submit(() -> {}).get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the event log is closed");
    }
  }

  @Override
  public void close() {
    if (!closing.compareAndSet(false, true)) {
      return;
    }
    closed = true;
    upkeep.shutdownNow();
    try {
      // What is on its way would say again that something is needed.
      boolean _ = upkeep.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      need.end();
    } catch (IOException | RuntimeException e) {
      LOG.debug("the server is not told that this service needs no events any more", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    connection.close();
  }
}
