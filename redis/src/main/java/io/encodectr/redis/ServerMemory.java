package io.encodectr.redis;

import io.encodectr.file.InputException;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether servers have room for a generation. */
final class ServerMemory {
  private static final Logger LOG = LoggerFactory.getLogger(ServerMemory.class);

  /** What a field of a hash takes beside its bytes, and what allocators round up. */
  private static final long PER_USER = 96;

  private static final double ROUNDED_UP = 1.15;
  private static final double MIB = 1 << 20;

  private ServerMemory() {}

  /** About how much memory records and ids take. */
  static long needed(long users, long bytes) {
    return (long) (ROUNDED_UP * bytes) + PER_USER * users;
  }

  /**
   * Checks that each node has room for its share, and that none would evict it.
   *
   * @param keys some of what will be written, spread as all of it will be
   * @param bytes of all of it
   * @throws InputException if one has not; with the figures
   */
  static void require(RedisConnection connection, List<byte[]> keys, long bytes)
      throws IOException {
    Map<String, Integer> shares = new HashMap<>();
    for (byte[] key : keys) {
      shares.merge(connection.node(key), 1, Integer::sum);
    }
    for (Map.Entry<String, Map<String, String>> node : connection.info("memory").entrySet()) {
      Map<String, String> memory = node.getValue();
      String where = connection.address() + (node.getKey().isEmpty() ? "" : " " + node.getKey());
      requireNoEviction(where, memory, "interests");
      long share = bytes * shares.getOrDefault(node.getKey(), 0) / keys.size();
      long maximum = number(memory, "maxmemory");
      long limit = maximum > 0 ? maximum : number(memory, "total_system_memory");
      long used = number(memory, "used_memory");
      if (limit > 0 && share > limit - used) {
        throw new InputException(
            String.format(
                Locale.ROOT,
                "%s has no room for the generation: it needs about %.1f MiB there, and %.1f of %.1f"
                    + " MiB (%s) are used; raise maxmemory, add nodes, keep fewer generations"
                    + " (--keep), or publish float16 interests",
                where,
                share / MIB,
                used / MIB,
                limit / MIB,
                maximum > 0 ? "maxmemory" : "all memory of the machine"));
      }
      LOG.debug("{} has room: {} of {} bytes used, {} more", where, used, limit, share);
    }
  }

  /**
   * Checks that a server drops nothing when it is full. What is in use never expires, so policies
   * that evict only what does are well.
   *
   * @param memory what it says of its memory
   * @param what would be dropped
   */
  static void requireNoEviction(String where, Map<String, String> memory, String what) {
    String policy = memory.getOrDefault("maxmemory_policy", "noeviction");
    if (policy.startsWith("allkeys")) {
      throw new InputException(
          "%s has the eviction policy %s, so it would drop users' %s when it is full; set maxmemory-policy to noeviction or volatile-ttl"
              .formatted(where, policy, what));
    }
  }

  private static long number(Map<String, String> memory, String field) {
    try {
      return Long.parseLong(memory.getOrDefault(field, "0").strip());
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
