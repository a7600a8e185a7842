package io.encodectr.behavior.redis;

import io.encodectr.generation.Tombstones;
import io.encodectr.redis.RedisConnection;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All users of a log, in the unsigned order of their ids' UTF-8 bytes, and what is done for many of
 * them. Whatever it does may be done again. Thread-safe.
 */
final class EventUsers {
  private static final Logger LOG = LoggerFactory.getLogger(EventUsers.class);
  private static final int PAGE = 512;
  private static final byte[] FIRST = {'-'};

  private final RedisConnection connection;
  private final EventKeys keys;

  EventUsers(RedisConnection connection, EventKeys keys) {
    this.connection = connection;
    this.keys = keys;
  }

  /** Takes some users. */
  interface Page {
    void take(List<String> users) throws IOException;
  }

  /** Goes over all users who are there all the time. */
  void forEachPage(Page page) throws IOException {
    byte[] from = FIRST;
    while (true) {
      byte[] low = from;
      List<?> ids =
          EventReplies.list(
              connection.run(
                  EventScripts.USERS.call(
                      List.of(keys.users()), List.of(low, EventReplies.bytes(PAGE)))));
      page.take(ids.stream().map(EventReplies::text).toList());
      if (ids.size() < PAGE) {
        return;
      }
      from = after((byte[]) ids.getLast());
    }
  }

  private static byte[] after(byte[] id) {
    byte[] bound = new byte[id.length + 1];
    bound[0] = '(';
    System.arraycopy(id, 0, bound, 1, id.length);
    return bound;
  }

  /** Deletes what arrived of users before they were forgotten. */
  void erase(List<String> users) throws IOException {
    connection.runEach(
        users.stream()
            .map(user ->
                EventScripts.ERASE.call(
                    List.of(keys.forgotten(), keys.users(), keys.events(user), keys.ids(user)),
                    List.of(EventReplies.bytes(user), EventReplies.bytes(Tombstones.hash(user)))))
            .toList());
  }

  /** Notes that forgotten users are erased, unless they were forgotten again meanwhile. */
  void erased(Map<String, String> times) throws IOException {
    for (List<byte[]> some : EventReplies.pairs(times)) {
      connection.run(EventScripts.ERASED.call(List.of(keys.unerased()), some));
    }
  }

  /**
   * Deletes the events that were let go of.
   *
   * @param between is called now and then
   */
  void clear(LogFacts facts, Page between) throws IOException {
    long[] deleted = {0};
    forEachPage(page -> {
      between.take(page);
      List<Object> counts =
          connection.runEach(
              page.stream()
                  .map(user ->
                      EventScripts.CLEAR.call(
                          List.of(keys.facts(), keys.users(), keys.events(user), keys.ids(user)),
                          List.of(EventReplies.bytes(user))))
                  .toList());
      for (Object count : counts) {
        deleted[0] += (Long) count;
      }
    });
    connection.run(
        EventScripts.CLEARED.call(
            List.of(keys.facts()),
            List.of(EventReplies.bytes(facts.log()), EventReplies.bytes(facts.keptFrom()))));
    LOG.info(
        "Deleted {} events before {}, which the datasets in use cover",
        deleted[0],
        facts.keptFrom());
  }
}
