package io.encodectr.http;

import io.helidon.http.Headers;
import io.helidon.http.HttpPrologue;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.Http1ConnectionListener;
import java.time.Duration;
import java.util.Map;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Ends connections whose peer takes too long over one request or over reading its answer. A timeout
 * of single reads does not see a peer that sends a byte now and then; this looks at the whole, and
 * interrupts the connection's thread, which closes its socket. Thread-safe.
 */
final class SlowConnections implements Http1ConnectionListener, AutoCloseable {
  private final Map<Thread, Long> ends = new ConcurrentHashMap<>();
  private final long allowed;
  private final Timer clock = new Timer("encode-slow-connections", true);

  SlowConnections(Duration allowed) {
    this.allowed = allowed.toNanos();
    long period = Math.clamp(allowed.toMillis() / 4, 10, 1000);
    clock.schedule(
        new TimerTask() {
          @Override
          public void run() {
            sweep();
          }
        },
        period,
        period);
  }

  /** The calling connection's thread now waits for its peer. */
  void begin() {
    ends.put(Thread.currentThread(), System.nanoTime() + allowed);
  }

  /** It waits no longer. */
  void end() {
    ends.remove(Thread.currentThread());
  }

  @Override
  public void prologue(ConnectionContext context, HttpPrologue prologue) {
    begin();
  }

  @Override
  public void headers(ConnectionContext context, Headers headers) {
    end();
  }

  private void sweep() {
    long now = System.nanoTime();
    ends.forEach((thread, end) -> {
      if (now - end >= 0 && ends.remove(thread, end)) {
        thread.interrupt();
      }
    });
  }

  @Override
  public void close() {
    clock.cancel();
  }
}
