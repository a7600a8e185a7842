package io.encodectr.load;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The bytes of one request, in a buffer that is used again. Not thread-safe. */
final class RequestBuffer {
  private byte[] bytes = new byte[1 << 14];
  private int size;

  void clear() {
    size = 0;
  }

  RequestBuffer add(byte[] more) {
    return add(more, more.length);
  }

  private RequestBuffer add(byte[] more, int count) {
    if (bytes.length - size < count) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, size + count));
    }
    System.arraycopy(more, 0, bytes, size, count);
    size += count;
    return this;
  }

  RequestBuffer add(long number) {
    return add(ascii(Long.toString(number)));
  }

  /** The buffer; the request is its first {@link #size} bytes. */
  byte[] bytes() {
    return bytes;
  }

  int size() {
    return size;
  }

  /** ASCII text as bytes. */
  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
