package io.encodectr.behavior;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What a log holds of an event besides its user, time and arrival, big-endian:
 *
 * <pre>
 * int64 received; int16 length, item; int16 length, type; int16 length, event id     0 = none
 * </pre>
 *
 * @param item the item
 * @param received when it reached the log, in milliseconds since the epoch; never before the event
 *     that arrived before it
 * @param type the caller's word, or null
 * @param id the event's id, or null
 */
public record EventValue(String item, long received, @Nullable String type, @Nullable String id) {
  private static final int LENGTH = 2;

  /** The bytes. */
  public byte[] encode() {
    byte[] itemBytes = bytes(item);
    byte[] typeBytes = bytes(type);
    byte[] idBytes = bytes(id);
    ByteBuffer out =
        ByteBuffer.allocate(
            Long.BYTES + 3 * LENGTH + itemBytes.length + typeBytes.length + idBytes.length);
    out.putLong(received);
    out.putShort((short) itemBytes.length).put(itemBytes);
    out.putShort((short) typeBytes.length).put(typeBytes);
    out.putShort((short) idBytes.length).put(idBytes);
    return out.array();
  }

  /** What bytes of {@link #encode} say. */
  public static EventValue decode(byte[] value) {
    ByteBuffer in = ByteBuffer.wrap(value);
    long received = in.getLong();
    String item = text(in);
    String type = text(in);
    String id = text(in);
    return new EventValue(item, received, type.isEmpty() ? null : type, id.isEmpty() ? null : id);
  }

  /** The item alone, which is all that a score needs. */
  public static String item(byte[] value) {
    int length = ByteBuffer.wrap(value).getShort(Long.BYTES);
    return new String(value, Long.BYTES + LENGTH, length, StandardCharsets.UTF_8);
  }

  private static byte[] bytes(@Nullable String text) {
    return text == null ? new byte[0] : text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(ByteBuffer in) {
    byte[] bytes = new byte[in.getShort()];
    in.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
