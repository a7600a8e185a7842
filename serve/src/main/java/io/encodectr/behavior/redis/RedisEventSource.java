package io.encodectr.behavior.redis;

import io.encodectr.behavior.EventValue;
import io.encodectr.generation.EventSource;
import io.encodectr.redis.RedisConnection;
import io.encodectr.redis.RedisScript;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A log on a server as it was at one moment: later arrivals are left out, and nothing is deleted
 * until it is closed, but for users who are forgotten meanwhile. One thread reads it.
 */
final class RedisEventSource implements EventSource {
  private static final Logger LOG = LoggerFactory.getLogger(RedisEventSource.class);
  private static final int PAGE = 1000;

  private final RedisConnection connection;
  private final EventKeys keys;
  private final EventUsers users;
  private final EventNeed need;
  private final LogFacts facts;
  private final ScheduledExecutorService renewal =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("encode-events-reader").factory());

  private RedisEventSource(
      RedisConnection connection, EventKeys keys, EventUsers users, EventNeed need)
      throws IOException {
    this.connection = connection;
    this.keys = keys;
    this.users = users;
    this.need = need;
    facts = need.renew(EventNeed.ALL, EventNeed.opening(now(), null));
  }

  static RedisEventSource open(RedisConnection connection, EventKeys keys, EventUsers users)
      throws IOException {
    RedisEventSource source =
        new RedisEventSource(
            connection, keys, users, new EventNeed(connection, keys, EventNeed.LEASE));
    long period = EventNeed.LEASE.toSeconds() / 20;
    var _ = source.renewal.scheduleWithFixedDelay(source::renew, period, period, TimeUnit.SECONDS);
    return source;
  }

  private static long now() {
    return System.currentTimeMillis() / 1000;
  }

  private LogFacts again() throws IOException {
    return need.renew(EventNeed.ALL, EventNeed.opening(now(), facts));
  }

  private void renew() {
    try {
      again();
    } catch (IOException | RuntimeException e) {
      LOG.warn(
          "{} is not told that its events are being read: {}", connection.address(), e.toString());
    }
  }

  @Override
  public String log() {
    return facts.log();
  }

  @Override
  public long from() {
    return facts.from();
  }

  @Override
  public long through() {
    return facts.arrival();
  }

  /**
   * {@inheritDoc}
   *
   * @throws IOException also if events were deleted meanwhile, because the server lost them or did
   *     not hear of this reader for long
   */
  @Override
  public void read(Reader reader) throws IOException {
    // What is before was let go of, and is being deleted: it would shift what is counted here.
    String begin = Long.toString(facts.keptFrom());
    users.forEachPage(page -> {
      List<Object> first =
          connection.runEach(page.stream().map(user -> events(user, begin, 0)).toList());
      for (int i = 0; i < page.size(); i++) {
        read(page.get(i), EventReplies.list(first.get(i)), reader);
      }
    });
    LogFacts now = again();
    if (!now.log().equals(facts.log()) || now.from() != facts.from()) {
      throw new IOException(
          "events at " + connection.address() + " were deleted while they were read; try again");
    }
  }

  private RedisScript.Call events(String user, String from, int past) {
    return EventScripts.EVENTS.call(
        List.of(keys.events(user)),
        List.of(EventReplies.bytes(from), EventReplies.bytes(past), EventReplies.bytes(PAGE)));
  }

  /** Reads on at the last event's time, behind as many as were read at that time. */
  private void read(String user, List<?> first, Reader reader) throws IOException {
    List<?> events = first;
    String time = "";
    int atTime = 0;
    while (true) {
      for (int i = 0; i < events.size(); i += 2) {
        String happened = EventReplies.text(events.get(i + 1));
        atTime = happened.equals(time) ? atTime + 1 : 1;
        time = happened;
        byte[] event = (byte[]) events.get(i);
        if (RedisEventLog.arrival(event) <= facts.arrival()) {
          EventValue value = RedisEventLog.value(event);
          reader.event(user, value.item(), Long.parseLong(time), value.received());
        }
      }
      if (events.size() < 2 * PAGE) {
        return;
      }
      events = EventReplies.list(connection.run(events(user, time, atTime)));
    }
  }

  @Override
  public void close() {
    renewal.shutdownNow();
    try {
      need.end();
    } catch (IOException | RuntimeException e) {
      LOG.debug("the server is not told that its events are read", e);
    }
  }
}
