package io.encodectr.http;

import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * Arrays that answers are written into, used again: an answer of thousands of scores takes hundreds
 * of kilobytes, which cost more to clear than to write. Thread-safe.
 */
final class AnswerBuffers {
  private static final int MOST = 32;
  private static final int LARGEST = 1 << 20;

  private final BlockingQueue<JsonBytes> idle = new ArrayBlockingQueue<>(MOST);

  /** An empty one, of the caller's alone until it is given back. */
  JsonBytes take() {
    return Objects.requireNonNullElseGet(idle.poll(), () -> new JsonBytes(0));
  }

  /** Gives one back that nobody reads any more. */
  void giveBack(JsonBytes buffer) {
    if (buffer.array().length <= LARGEST) {
      idle.offer(buffer.clear());
    }
  }
}
