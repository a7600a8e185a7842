package io.encodectr.load;

import java.io.IOException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread with its connection: takes a call when it is given one, sends it, waits for the answer
 * and counts it. Connects on first use and again when the service has closed the connection.
 */
final class Courier {
  private static final Logger LOG = LoggerFactory.getLogger(Courier.class);

  /** What an answer keeps of its body: enough for what stands before the scores. */
  private static final int KEEP = 1 << 12;

  private static final long NEVER = Long.MAX_VALUE;

  private record Errand(Call call, long due, Tally tally) {}

  private final Endpoint endpoint;
  private final Workload workload;
  private final int timeoutMs;
  private final Consumer<Courier> back;
  private final RequestBuffer request = new RequestBuffer();
  private final Thread thread;
  private volatile @Nullable Errand errand;
  private volatile boolean leaving;
  private boolean faulty;

  // Guarded by this: who watches the time closes the connection of this very errand, not the next.
  private @Nullable HttpConnection connection;
  private long expiry = NEVER;
  private boolean expired;

  /**
   * @param timeoutMs how long an errand may take
   * @param back is told when an errand has ended and the next may be given
   */
  Courier(
      Endpoint endpoint,
      Workload workload,
      int timeoutMs,
      Thread.Builder.OfPlatform threads,
      Consumer<Courier> back) {
    this.endpoint = endpoint;
    this.workload = workload;
    this.timeoutMs = timeoutMs;
    this.back = back;
    thread = threads.unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /**
   * Gives an errand; only after the one before has ended.
   *
   * @param due when the request was to be sent
   */
  void give(Call call, long due, Tally tally) {
    errand = new Errand(call, due, tally);
    LockSupport.unpark(thread);
  }

  /** Ends the thread, which closes its connection; an errand under way is broken off. */
  void leave() {
    leaving = true;
    LockSupport.unpark(thread);
    expire(NEVER);
  }

  private void run() {
    while (!leaving) {
      Errand given = errand;
      if (given == null) {
        LockSupport.park(this);
        continue;
      }
      try {
        deliver(given);
      } catch (RuntimeException | Error e) {
        // The thread goes on: whoever waits for its errand, or gives it the next, would wait
        // forever.
        if (!faulty) {
          LOG.warn("the client itself failed at a request", e);
        }
        faulty = true;
      } finally {
        errand = null;
        back.accept(this);
      }
    }
    drop();
  }

  private void deliver(Errand given) {
    long now = System.nanoTime();
    given.tally().taken(given.due(), now);
    begin(now + timeoutMs * 1_000_000L);
    try {
      workload.write(given.call(), endpoint, request);
      Answer answer = exchange(given);
      given.tally().answered(given.call(), given.due(), System.nanoTime(), answer);
      if (!answer.reusable()) {
        drop();
      }
    } catch (IOException e) {
      fail(given, failure());
    } catch (RuntimeException | Error e) {
      fail(given, Tally.Failure.CLIENT);
      throw e;
    } finally {
      end();
    }
  }

  private void fail(Errand given, Tally.Failure failure) {
    given.tally().failed(given.call(), given.due(), System.nanoTime(), failure);
    drop();
  }

  private Answer exchange(Errand given) throws IOException {
    HttpConnection kept = current();
    if (kept != null) {
      try {
        return kept.exchange(request.bytes(), request.size());
      } catch (IOException e) {
        // A service may close a connection that nobody uses at any time. The request is sent
        // again, as any client would; asking twice does no harm, since events have ids. It is
        // counted, because a service that drops requests it has taken looks the same.
        if (kept.answerBegun() || isExpired()) {
          throw e;
        }
        given.tally().sentAgain(given.due());
        drop();
      }
    }
    return connected(given).exchange(request.bytes(), request.size());
  }

  private HttpConnection connected(Errand given) throws IOException {
    given.tally().connected(given.due());
    HttpConnection opened = HttpConnection.open(endpoint, timeoutMs, KEEP);
    synchronized (this) {
      connection = opened;
      if (expired || leaving) {
        opened.close();
      }
    }
    return opened;
  }

  private Tally.Failure failure() {
    if (isExpired()) {
      return Tally.Failure.TIMEOUT;
    }
    return current() == null ? Tally.Failure.CONNECT : Tally.Failure.BROKEN;
  }

  private synchronized @Nullable HttpConnection current() {
    return connection;
  }

  private synchronized boolean isExpired() {
    return expired;
  }

  private synchronized void begin(long until) {
    expiry = until;
    expired = false;
  }

  private synchronized void end() {
    expiry = NEVER;
  }

  /** Breaks off the errand under way if its time is over. */
  synchronized void expire(long now) {
    if (expiry != NEVER && now >= expiry && !expired) {
      expired = true;
      close();
    }
  }

  private synchronized void drop() {
    close();
    connection = null;
  }

  private void close() {
    try {
      if (connection != null) {
        connection.close();
      }
    } catch (IOException e) {
      // It is not used again.
    }
  }
}
