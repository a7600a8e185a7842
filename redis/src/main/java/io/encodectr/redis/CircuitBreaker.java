package io.encodectr.redis;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps requests from waiting for a node that does not answer. After some failures in a row it is
 * open: nobody asks but a probe in the background, which repeats the read that failed after pauses
 * that grow to a second; the first answer closes it. So no request pays for finding out that the
 * node is back. Thread-safe.
 */
final class CircuitBreaker {
  private static final Logger LOG = LoggerFactory.getLogger(CircuitBreaker.class);
  private static final int FAILURES = 3;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

  private final String node;
  private final AtomicInteger failures = new AtomicInteger();
  private volatile boolean open;
  private volatile boolean closed;

  CircuitBreaker(String node) {
    this.node = node;
  }

  /** Whether the node is not to be asked. */
  boolean isOpen() {
    return open;
  }

  void succeeded() {
    failures.set(0);
    open = false;
  }

  /**
   * Counts a failure.
   *
   * @param probe what to try until it succeeds, if this was one failure too many
   */
  void failed(Runnable probe) {
    if (failures.incrementAndGet() >= FAILURES && begin()) {
      LOG.warn("{} does not answer; requests do without it", node);
      Thread.ofVirtual().name("encode-probe").start(() -> probe(probe));
    }
  }

  private synchronized boolean begin() {
    if (open || closed) {
      return false;
    }
    open = true;
    return true;
  }

  private void probe(Runnable probe) {
    Duration pause = FIRST_PAUSE;
    while (open && !closed) {
      try {
        Thread.sleep(pause);
        probe.run();
        succeeded();
        LOG.info("{} answers again", node);
        return;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      } catch (RuntimeException | Error e) {
        LOG.debug("{} still does not answer", node, e);
        pause = pause.multipliedBy(2);
        pause = pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
      }
    }
  }

  /** Ends the probe. */
  void close() {
    closed = true;
  }
}
