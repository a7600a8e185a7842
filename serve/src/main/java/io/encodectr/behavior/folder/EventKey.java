package io.encodectr.behavior.folder;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Keys of the log, in the order in which it is read: user, then time, then arrival.
 *
 * <pre>
 * user's UTF-8 bytes, each 00 as 00 FF; 00 01; int64 time; int64 arrival     big-endian
 * </pre>
 *
 * <p>No user's bytes are the beginning of another's, and the order is that of the ids' bytes.
 */
final class EventKey {
  private static final int NUMBERS = 16;

  private EventKey() {}

  /** How all keys of a user begin. */
  static byte[] user(String user) {
    byte[] id = user.getBytes(StandardCharsets.UTF_8);
    int zeros = 0;
    for (byte b : id) {
      zeros += b == 0 ? 1 : 0;
    }
    byte[] prefix = new byte[id.length + zeros + 2];
    int at = 0;
    for (byte b : id) {
      prefix[at++] = b;
      if (b == 0) {
        prefix[at++] = (byte) 0xFF;
      }
    }
    prefix[at + 1] = 1;
    return prefix;
  }

  /** The first key behind all keys that begin like this. */
  static byte[] end(byte[] user) {
    byte[] end = user.clone();
    end[end.length - 1] = 2;
    return end;
  }

  /** The key of an event. */
  static byte[] of(byte[] user, long time, long arrival) {
    return ByteBuffer.allocate(user.length + NUMBERS)
        .put(user)
        .putLong(time)
        .putLong(arrival)
        .array();
  }

  /** The key of an event's id. */
  static byte[] ofId(byte[] user, String id) {
    byte[] bytes = id.getBytes(StandardCharsets.UTF_8);
    byte[] key = Arrays.copyOf(user, user.length + bytes.length);
    System.arraycopy(bytes, 0, key, user.length, bytes.length);
    return key;
  }

  /** The beginning of an event's key that names its user. */
  static byte[] userOf(byte[] key) {
    return Arrays.copyOf(key, key.length - NUMBERS);
  }

  /** The user's id from the beginning of a key. */
  static String id(byte[] user) {
    byte[] id = new byte[user.length];
    int length = 0;
    for (int i = 0; i < user.length - 2; i++) {
      id[length++] = user[i];
      i += user[i] == 0 ? 1 : 0;
    }
    return new String(id, 0, length, StandardCharsets.UTF_8);
  }

  static long time(byte[] key) {
    return ByteBuffer.wrap(key).getLong(key.length - NUMBERS);
  }

  static long arrival(byte[] key) {
    return ByteBuffer.wrap(key).getLong(key.length - 8);
  }
}
