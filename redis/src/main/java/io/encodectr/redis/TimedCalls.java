package io.encodectr.redis;

import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Calls that nobody waits for longer than agreed, whatever the server or the client library does:
 * each is done by a virtual thread of its own, and abandoned when the time is over. A node that
 * does not answer is left alone by all but a probe, see {@link CircuitBreaker}. Thread-safe.
 */
final class TimedCalls implements AutoCloseable {
  /** Connections that a restarted server has closed are found out one by one. */
  private static final int BROKEN_CONNECTIONS = 128;

  private final long timeout;
  private final String shown;
  private final Map<String, CircuitBreaker> breakers = new ConcurrentHashMap<>();

  TimedCalls(Duration timeout, String shown) {
    this.timeout = timeout.toNanos();
    this.shown = shown;
  }

  /** Somebody who waits for an answer. */
  static final class Waiting {
    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicBoolean counted = new AtomicBoolean();

    /**
     * To be asked before anything is sent.
     *
     * @throws JedisException if the caller has given up
     */
    void requireWaiting() {
      if (over.get()) {
        throw new JedisException("nobody waits for it any more");
      }
    }
  }

  /** Reads, again where a connection turns out to be broken. */
  <T> T read(String node, long nanoseconds, Supplier<T> read) throws StoreSilent {
    return call(node, nanoseconds, waiting -> persistent(read), read);
  }

  /**
   * Does something once at most.
   *
   * @param probe shows whether the node answers again
   */
  <T> T once(String node, Function<Waiting, T> call, Supplier<?> probe) throws StoreSilent {
    return call(node, timeout, call, probe);
  }

  private <T> T call(String node, long nanoseconds, Function<Waiting, T> call, Supplier<?> probe)
      throws StoreSilent {
    String name = node.isEmpty() ? shown : shown + ", node " + node;
    CircuitBreaker breaker = breakers.computeIfAbsent(name, CircuitBreaker::new);
    if (breaker.isOpen()) {
      throw new StoreSilent(name + " does not answer; it is tried again by and by");
    }
    long limit = Math.min(nanoseconds, timeout);
    if (limit <= 0) {
      throw new StoreSilent("the request has no time left to ask " + shown);
    }
    CompletableFuture<T> answer = new CompletableFuture<>();
    Waiting waiting = new Waiting();
    Thread.startVirtualThread(() -> {
      try {
        T value = call.apply(waiting);
        breaker.succeeded();
        answer.complete(value);
      } catch (RuntimeException | Error e) {
        failed(breaker, waiting, probe);
        answer.completeExceptionally(e);
      }
    });
    try {
      return answer.get(limit, TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      waiting.over.set(true);
      if (limit == timeout) {
        failed(breaker, waiting, probe);
      }
      throw new StoreSilent("%s did not answer within %.1f ms".formatted(name, limit / 1e6));
    } catch (ExecutionException e) {
      throw new StoreSilent(name + ": " + e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreSilent("interrupted while waiting for " + shown);
    }
  }

  /** A call that took too long, and then fails, is one failure. */
  private static void failed(CircuitBreaker breaker, Waiting waiting, Supplier<?> probe) {
    if (waiting.counted.compareAndSet(false, true)) {
      breaker.failed(() -> persistent(probe));
    }
  }

  private static <T> T persistent(Supplier<T> read) {
    for (int attempt = 1; ; attempt++) {
      try {
        return read.get();
      } catch (JedisConnectionException e) {
        if (attempt == BROKEN_CONNECTIONS || !isBroken(e)) {
          throw e;
        }
      }
    }
  }

  /** Whether the server closed a connection, rather than being late or not there at all. */
  private static boolean isBroken(JedisConnectionException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof SocketTimeoutException || cause instanceof java.net.ConnectException) {
        return false;
      }
    }
    String message = String.valueOf(e.getMessage());
    return message.contains("end of stream")
        || message.contains("reset")
        || message.contains("Broken");
  }

  @Override
  public void close() {
    breakers.values().forEach(CircuitBreaker::close);
  }
}
