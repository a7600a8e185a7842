package io.encodectr.http;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import tools.jackson.core.io.NumberOutput;

/**
 * Writes JSON into an array that grows. Numbers are written without a detour through strings, which
 * is most of what an answer of many scores costs. Not thread-safe.
 */
final class JsonBytes {
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final int LONGEST_NUMBER = Math.max(NumberOutput.MAX_FLOAT_BYTES, 32);

  private byte[] bytes;
  private int length;

  JsonBytes(int capacity) {
    bytes = new byte[Math.max(64, capacity)];
  }

  /** Writes ASCII as it is. */
  @SuppressWarnings("deprecation") // Copies the low bytes, which is what ASCII needs.
  JsonBytes raw(String ascii) {
    reserve(ascii.length());
    ascii.getBytes(0, ascii.length(), bytes, length);
    length += ascii.length();
    return this;
  }

  /** Writes JSON that is there already. */
  JsonBytes raw(byte[] json) {
    reserve(json.length);
    System.arraycopy(json, 0, bytes, length, json.length);
    length += json.length;
    return this;
  }

  /** Writes a text in quotes. */
  JsonBytes text(String text) {
    reserve(2 + text.length());
    int at = length;
    bytes[at++] = '"';
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < 0x20 || c >= 0x80 || c == '"' || c == '\\') {
        length = at;
        escaped(text.substring(i));
        return this;
      }
      bytes[at++] = (byte) c;
    }
    bytes[at++] = '"';
    length = at;
    return this;
  }

  private void escaped(String rest) {
    byte[] utf8 = rest.getBytes(StandardCharsets.UTF_8);
    reserve(6 * utf8.length + 1);
    int at = length;
    for (byte b : utf8) {
      if (b == '"' || b == '\\') {
        bytes[at++] = '\\';
        bytes[at++] = b;
      } else if (b >= 0 && b < 0x20) {
        bytes[at++] = '\\';
        bytes[at++] = 'u';
        bytes[at++] = '0';
        bytes[at++] = '0';
        bytes[at++] = HEX[b >> 4];
        bytes[at++] = HEX[b & 15];
      } else {
        bytes[at++] = b;
      }
    }
    bytes[at++] = '"';
    length = at;
  }

  /**
   * Writes a number, as short as it can be read back exactly.
   *
   * @throws IllegalStateException if it is not finite: JSON has no such number
   */
  JsonBytes number(float value) {
    if (!Float.isFinite(value)) {
      throw new IllegalStateException("a score is " + value);
    }
    reserve(LONGEST_NUMBER);
    length = NumberOutput.outputFloat(value, bytes, length);
    return this;
  }

  /** Writes a whole number. */
  JsonBytes number(long value) {
    reserve(LONGEST_NUMBER);
    length = NumberOutput.outputLong(value, bytes, length);
    return this;
  }

  private void reserve(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
    }
  }

  /** What was written: the first {@link #length} bytes of this. */
  byte[] array() {
    return bytes;
  }

  /** How many bytes were written. */
  int length() {
    return length;
  }

  /** Begins anew, in the same array. */
  JsonBytes clear() {
    length = 0;
    return this;
  }

  /** Makes room for so many bytes at once. */
  JsonBytes room(int more) {
    reserve(more);
    return this;
  }
}
