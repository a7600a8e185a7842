package io.encodectr.load;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.util.Arrays;
import java.util.Locale;

/**
 * Reads HTTP/1.1 answers from one connection: with a length, in chunks, or up to the end of the
 * connection. Keeps the beginning of a body and drops the rest as it comes. Not thread-safe.
 */
final class AnswerReader {
  private static final int LONGEST_HEAD = 1 << 16;
  private static final int BUFFER = 1 << 16;

  /** The length of a body that ends with the connection. */
  private static final long TO_THE_END = -1;

  /** The length of a body that comes in chunks. */
  private static final long CHUNKED = -2;

  private final InputStream in;
  private final int keep;
  private final byte[] buffer = new byte[BUFFER];
  private int position;
  private int limit;
  private byte[] kept = new byte[1 << 12];
  private int keptBytes;
  private boolean begun;

  /**
   * @param keep how many bytes of a body to keep, at most
   */
  AnswerReader(InputStream in, int keep) {
    this.in = in;
    this.keep = keep;
  }

  /** Expects the next answer: none of its bytes has come yet. */
  void expect() {
    begun = false;
  }

  /** Whether a byte of the answer that is expected, under way or last read has come. */
  boolean begun() {
    return begun;
  }

  /**
   * Reads an answer to its end.
   *
   * @throws EOFException if the connection ends before the answer does
   * @throws ProtocolException if what comes is no HTTP/1 answer
   */
  Answer read() throws IOException {
    expect();
    keptBytes = 0;
    while (true) {
      String line = line();
      int status = status(line);
      boolean reusable = line.startsWith("HTTP/1.1");
      long length = TO_THE_END;
      for (String header = line(); !header.isEmpty(); header = line()) {
        int colon = header.indexOf(':');
        if (colon < 1) {
          throw new ProtocolException("\"" + header + "\" is no header");
        }
        String name = header.substring(0, colon).toLowerCase(Locale.ROOT);
        String value = header.substring(colon + 1).strip().toLowerCase(Locale.ROOT);
        switch (name) {
          case "content-length" -> length = length == CHUNKED ? CHUNKED : number(value, 10);
          case "transfer-encoding" -> length = value.endsWith("chunked") ? CHUNKED : TO_THE_END;
          case "connection" -> reusable &= !value.contains("close");
          default -> {}
        }
      }
      if (status >= 200) {
        return body(status, status == 204 || status == 304 ? 0 : length, reusable);
      }
    }
  }

  private Answer body(int status, long length, boolean reusable) throws IOException {
    long bytes;
    if (length == CHUNKED) {
      bytes = chunks();
    } else if (length == TO_THE_END) {
      bytes = rest();
    } else {
      take(length);
      bytes = length;
    }
    return new Answer(status, bytes, kept, keptBytes, reusable && length != TO_THE_END);
  }

  private long chunks() throws IOException {
    long bytes = 0;
    while (true) {
      String line = line();
      int extension = line.indexOf(';');
      long size = number((extension < 0 ? line : line.substring(0, extension)).strip(), 16);
      if (size == 0) {
        while (!line().isEmpty()) {
          // A trailer says nothing that is asked here.
        }
        return bytes;
      }
      take(size);
      bytes += size;
      if (!line().isEmpty()) {
        throw new ProtocolException("a chunk is longer than it says");
      }
    }
  }

  private long rest() throws IOException {
    long bytes = 0;
    while (position < limit || fill()) {
      int count = limit - position;
      keep(count);
      position = limit;
      bytes += count;
    }
    return bytes;
  }

  private void take(long length) throws IOException {
    long left = length;
    while (left > 0) {
      need();
      int count = (int) Math.min(left, limit - position);
      keep(count);
      position += count;
      left -= count;
    }
  }

  private void keep(int available) {
    int count = Math.min(available, keep - keptBytes);
    if (count > 0) {
      if (kept.length - keptBytes < count) {
        kept = Arrays.copyOf(kept, Math.max(2 * kept.length, keptBytes + count));
      }
      System.arraycopy(buffer, position, kept, keptBytes, count);
      keptBytes += count;
    }
  }

  /** The next line without its end. */
  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    while (true) {
      need();
      char c = (char) (buffer[position++] & 0xff);
      if (c == '\n') {
        int end = line.length();
        return end > 0 && line.charAt(end - 1) == '\r'
            ? line.substring(0, end - 1)
            : line.toString();
      }
      if (line.length() == LONGEST_HEAD) {
        throw new ProtocolException("a line of the answer's head is longer than " + LONGEST_HEAD);
      }
      line.append(c);
    }
  }

  private void need() throws IOException {
    if (position == limit && !fill()) {
      throw new EOFException("the connection was closed within an answer");
    }
  }

  private boolean fill() throws IOException {
    int count = in.read(buffer);
    if (count <= 0) {
      return false;
    }
    begun = true;
    position = 0;
    limit = count;
    return true;
  }

  private static int status(String line) throws ProtocolException {
    if (!line.startsWith("HTTP/1.") || line.length() < 12 || line.charAt(8) != ' ') {
      throw new ProtocolException("\"" + line + "\" does not begin an HTTP/1 answer");
    }
    int status = (int) number(line.substring(9, 12), 10);
    if (status < 100) {
      throw new ProtocolException("status " + status);
    }
    return status;
  }

  private static long number(String text, int radix) throws ProtocolException {
    try {
      long number = Long.parseLong(text, radix);
      if (number >= 0 && !text.startsWith("+")) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Told below.
    }
    throw new ProtocolException("\"" + text + "\" is no length or status");
  }
}
