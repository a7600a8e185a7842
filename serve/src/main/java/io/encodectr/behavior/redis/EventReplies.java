package io.encodectr.behavior.redis;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Arguments and answers of scripts, which are texts. */
final class EventReplies {
  private static final int TOGETHER = 5000;

  private EventReplies() {}

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static byte[] bytes(long number) {
    return bytes(Long.toString(number));
  }

  static List<?> list(@Nullable Object answer) {
    if (answer instanceof List<?> list) {
      return list;
    }
    throw unexpected(answer);
  }

  /** Fields and values in turn, not too many at a time. */
  static List<List<byte[]>> pairs(Map<String, ?> map) {
    List<List<byte[]>> all = new ArrayList<>();
    List<byte[]> some = new ArrayList<>();
    for (Map.Entry<String, ?> each : map.entrySet()) {
      if (some.size() >= 2 * TOGETHER) {
        all.add(some);
        some = new ArrayList<>();
      }
      some.add(bytes(each.getKey()));
      some.add(bytes(String.valueOf(each.getValue())));
    }
    all.add(some);
    return all;
  }

  /** Fields and values that come in turn. */
  static Map<String, String> map(@Nullable Object answer) {
    List<?> all = list(answer);
    Map<String, String> map = new HashMap<>();
    for (int i = 0; i < all.size(); i += 2) {
      map.put(text(all.get(i)), text(all.get(i + 1)));
    }
    return map;
  }

  static String text(@Nullable Object answer) {
    if (answer instanceof byte[] bytes) {
      return new String(bytes, StandardCharsets.UTF_8);
    }
    throw unexpected(answer);
  }

  static long number(@Nullable Object answer) {
    return Long.parseLong(text(answer));
  }

  static long numberOr(@Nullable Object answer, long absent) {
    return answer == null ? absent : number(answer);
  }

  private static IllegalStateException unexpected(@Nullable Object answer) {
    return new IllegalStateException("the server gave no answer of an event log: " + answer);
  }
}
