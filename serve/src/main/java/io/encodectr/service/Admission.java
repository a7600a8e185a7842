package io.encodectr.service;

import io.encodectr.file.InputException;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Who may work, who waits and who is refused: a fixed number of platform threads behind a queue of
 * fixed length. Work beyond both is refused at once, and so is work for which the queue is too
 * long: by what such work took lately, its turn would come after the patience, or its end after the
 * deadline. Should it be slower than that, work that has waited so long is taken out of the queue
 * and refused. Work that has begun is never cut off.
 *
 * <p>Platform threads, because scoring computes: on virtual threads any number of requests would
 * share the cores and all be late together. Thread-safe.
 */
public final class Admission implements AutoCloseable {
  /** Most threads. */
  public static final int MOST_WORKERS = 1024;

  /** Longest queue. */
  public static final int LONGEST_QUEUE = 1 << 16;

  private final BlockingQueue<Runnable> queue;
  private final ThreadPoolExecutor workers;
  private final long patience;
  private final AtomicInteger inside = new AtomicInteger();

  /** Nanoseconds that all work inside usually takes. */
  private final AtomicLong ahead = new AtomicLong();

  /**
   * @param name of the threads
   * @param workers how many threads, from 1 to 1024
   * @param queue how many may wait, from 1 to 65536
   * @param patience how long one may wait
   * @throws InputException if a number is out of its range
   */
  public Admission(String name, int workers, int queue, Duration patience) {
    require("workers", workers, 1, MOST_WORKERS);
    require("queue", queue, 1, LONGEST_QUEUE);
    this.queue = new ArrayBlockingQueue<>(queue);
    this.patience = patience.toNanos();
    AtomicInteger number = new AtomicInteger();
    this.workers =
        new ThreadPoolExecutor(
            workers,
            workers,
            0,
            TimeUnit.SECONDS,
            this.queue,
            work ->
                Thread.ofPlatform()
                    .name(name + "-" + number.incrementAndGet())
                    .daemon()
                    .unstarted(work));
    this.workers.prestartAllCoreThreads();
  }

  private static void require(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw new InputException(
          "%s is %d; give a number from %d to %d".formatted(name, value, least, most));
    }
  }

  /**
   * Runs work on one of the threads and waits for it.
   *
   * @param usual how long such work takes; learns from this one
   * @throws Refusal if it cannot begin in time, or not end by the deadline
   * @throws InterruptedException if the waiting thread is interrupted; work that has not begun then
   *     never does
   * @throws Exception what the work throws
   */
  public <T> T run(ServiceTime usual, Deadline deadline, Callable<T> work) throws Exception {
    long cost = usual.nanos();
    int before = inside.getAndIncrement();
    long turn = ahead.getAndAdd(cost) / workers();
    try {
      // Whatever the means say, an idle worker takes what comes, so a wrong mean corrects itself.
      // Half more than reckoned: under overload the threads share their cores with those that
      // read, answer and refuse.
      long expected = turn + turn / 2;
      if (before >= workers() && expected > Math.min(patience, deadline.remaining() - cost)) {
        throw new Refusal(
            Refusal.Reason.OVERLOADED,
            "about %d ms of work is ahead of it, longer than it can wait"
                .formatted(TimeUnit.NANOSECONDS.toMillis(turn)));
      }
      Ticket<T> ticket = new Ticket<>(usual, work);
      workers.execute(ticket);
      return await(ticket, deadline);
    } catch (RejectedExecutionException e) {
      throw workers.isShutdown()
          ? new Refusal(Refusal.Reason.NOT_READY, "the service is stopping")
          : new Refusal(Refusal.Reason.OVERLOADED, "all workers are busy and the queue is full");
    } finally {
      ahead.addAndGet(-cost);
      inside.decrementAndGet();
    }
  }

  /**
   * Runs work of which nobody knows how long it takes; only the queue and the patience bound it.
   *
   * @throws Exception as the other {@code run}
   */
  public <T> T run(Deadline deadline, Callable<T> work) throws Exception {
    return run(new ServiceTime(), deadline, work);
  }

  private <T> T await(Ticket<T> ticket, Deadline deadline) throws Exception {
    long wait = Math.min(patience, deadline.remaining());
    try {
      if (!ticket.done.await(wait, TimeUnit.NANOSECONDS) && ticket.withdraw()) {
        queue.remove(ticket);
        throw deadline.passed()
            ? new Refusal(Refusal.Reason.DEADLINE, "the deadline passed in the queue")
            : new Refusal(
                Refusal.Reason.EXPIRED,
                "it waited %d ms for a worker".formatted(TimeUnit.NANOSECONDS.toMillis(patience)));
      }
      ticket.done.await();
      return ticket.result();
    } catch (InterruptedException e) {
      if (ticket.withdraw()) {
        queue.remove(ticket);
      }
      throw e;
    }
  }

  /** How many requests are waiting or being worked on. */
  public int inside() {
    return inside.get();
  }

  /** Seconds until a request that came now would begin, by what work takes. */
  public double expectedWait() {
    return inside() < workers() ? 0 : ahead.get() / 1e9 / workers();
  }

  /** How many requests are waiting. */
  public int waiting() {
    return queue.size();
  }

  /** Number of threads. */
  public int workers() {
    return workers.getMaximumPoolSize();
  }

  /** Refuses what comes from now on; what is inside is finished. */
  @Override
  public void close() {
    workers.shutdown();
  }

  /** One request's turn. */
  private static final class Ticket<T> implements Runnable {
    private enum State {
      WAITING,
      BEGUN,
      WITHDRAWN
    }

    private final ServiceTime usual;
    private final Callable<T> work;
    private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);
    private final CountDownLatch done = new CountDownLatch(1);
    private @Nullable T value;
    private @Nullable Throwable failure;

    Ticket(ServiceTime usual, Callable<T> work) {
      this.usual = usual;
      this.work = work;
    }

    boolean withdraw() {
      return state.compareAndSet(State.WAITING, State.WITHDRAWN);
    }

    @Override
    public void run() {
      if (!state.compareAndSet(State.WAITING, State.BEGUN)) {
        return;
      }
      long begun = System.nanoTime();
      try {
        value = work.call();
      } catch (Throwable e) {
        failure = e;
      } finally {
        usual.add(System.nanoTime() - begun);
        done.countDown();
      }
    }

    @SuppressWarnings("NullAway") // The work gives a value wherever T is not nullable.
    T result() throws Exception {
      return switch (failure) {
        case null -> value;
        case Exception e -> throw e;
        case Error e -> throw e;
        default -> throw new IllegalStateException(failure);
      };
    }
  }
}
