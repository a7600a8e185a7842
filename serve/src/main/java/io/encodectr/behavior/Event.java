package io.encodectr.behavior;

import io.encodectr.file.InputException;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A user's behavior on an item, as it is told to an {@link EventLog}. Every type of event counts as
 * a behavior; send only what a history should hold.
 *
 * @param id what makes sending it twice harmless: one event of a user is kept per id; null for an
 *     event that is never taken for a repetition. 1 to {@value #MAX_ID} bytes of UTF-8
 * @param user 1 to {@value #MAX_NAME} bytes
 * @param item 1 to {@value #MAX_NAME} bytes; the model need not know it
 * @param time when it happened, in seconds since the epoch; {@link #NOW}: when the log takes it
 * @param type a word of the caller's, kept with the event, without effect; null, or 1 to {@value
 *     #MAX_TYPE} bytes
 */
public record Event(
    @Nullable String id, String user, String item, long time, @Nullable String type) {
  /** The time of an event that brings none: the log's own clock decides. */
  public static final long NOW = Long.MIN_VALUE;

  /** Longest user or item, in bytes. */
  public static final int MAX_NAME = 1024;

  /** Longest event id, in bytes. */
  public static final int MAX_ID = 256;

  /** Longest type, in bytes. */
  public static final int MAX_TYPE = 64;

  /**
   * Checks the fields.
   *
   * @throws InputException if a text is empty, too long or no Unicode, or the time is negative
   */
  public Event {
    requireText("user", user, MAX_NAME);
    requireText("item", item, MAX_NAME);
    if (id != null) {
      requireText("event_id", id, MAX_ID);
    }
    if (type != null) {
      requireText("type", type, MAX_TYPE);
    }
    if (time < 0 && time != NOW) {
      throw new InputException("time " + time + " is before 1970; give seconds since 1970");
    }
  }

  private static void requireText(String field, String value, int most) {
    int length;
    try {
      length = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(value)).remaining();
    } catch (CharacterCodingException e) {
      throw new InputException(field + " is not valid Unicode: it has half a character", e);
    }
    if (length == 0 || length > most) {
      throw new InputException(
          "%s has %d bytes of UTF-8; it needs 1 to %d".formatted(field, length, most));
    }
  }
}
