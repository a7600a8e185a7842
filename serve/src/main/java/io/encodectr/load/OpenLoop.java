package io.encodectr.load;

import io.encodectr.progress.Progress;
import java.io.Closeable;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.AbstractHistogram;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests when a schedule says so, however long the answers take: a slow service gets the
 * next request all the same, as from independent people, and every latency counts from the time on
 * the schedule. Steps are run one after the other by one thread; connections stay open between
 * them.
 */
final class OpenLoop implements Closeable {
  /** How the names of the threads begin that talk to the service. */
  static final String THREADS = "load-";

  private static final long STACK = 1 << 18;
  private static final long AHEAD = 20_000_000L;
  private static final long SECOND = 1_000_000_000L;
  private static final long WATCH = 20_000_000L;

  /**
   * What a step left behind.
   *
   * @param result the figures
   * @param scores latencies of score requests, in nanoseconds
   * @param seconds the counted time second by second
   */
  record Outcome(Step.Result result, AbstractHistogram scores, List<Second> seconds) {}

  private final Endpoint endpoint;
  private final Workload workload;
  private final int mostUnderWay;
  private final int timeoutMs;
  private final Thread.Builder.OfPlatform threads;
  private final ConcurrentLinkedDeque<Courier> idle = new ConcurrentLinkedDeque<>();
  private final List<Courier> couriers = new ArrayList<>();
  private final AtomicInteger underWay = new AtomicInteger();
  private final Thread watch;

  /**
   * @param mostUnderWay how many requests, and so connections, there may be at once; what goes
   *     beyond is dropped and counted
   * @param timeoutMs when to give up on an answer
   */
  OpenLoop(Endpoint endpoint, Workload workload, int mostUnderWay, int timeoutMs) {
    this.endpoint = endpoint;
    this.workload = workload;
    this.mostUnderWay = mostUnderWay;
    this.timeoutMs = timeoutMs;
    // Threads of the system, not virtual ones: a reader is woken by the kernel itself, which takes
    // less of the processor (docs/load.md).
    threads = Thread.ofPlatform().daemon().stackSize(STACK).name(THREADS, 0);
    watch = Thread.ofPlatform().daemon().name("watch-load").start(this::watch);
  }

  /**
   * Runs a step and waits until every request has ended.
   *
   * @throws InterruptedIOException if this thread was interrupted
   */
  Outcome run(Step step, Progress progress) throws InterruptedIOException {
    PoissonArrivals arrivals = new PoissonArrivals(step.rate(), step.seed());
    long start = System.nanoTime() + AHEAD;
    Tally tally = new Tally(step, start);
    @Nullable ClientCost cost = null;
    String name = String.format(Locale.ROOT, "%,.1f requests/s", step.rate());
    long whole = Math.max(1, (tally.to() - start) / SECOND);
    try (Progress.Task task = progress.begin(name, whole, "seconds")) {
      long told = 0;
      for (long due = start + arrivals.next(); due < tally.to(); due = start + arrivals.next()) {
        sleepUntil(due);
        if (cost == null && due >= tally.from()) {
          cost = new ClientCost();
        }
        send(due, tally);
        long done = (due - start) / SECOND;
        if (done > told) {
          task.advance(done - told);
          told = done;
          task.note(underWay.get() + " under way");
        }
      }
      sleepUntil(tally.to());
      task.advance(Math.max(0, whole - told));
      ClientCost.Spent spent = (cost == null ? new ClientCost() : cost).until();
      while (underWay.get() > 0) {
        sleepUntil(System.nanoTime() + WATCH);
      }
      return new Outcome(tally.result(spent), tally.scores(), tally.seconds());
    }
  }

  private void send(long due, Tally tally) {
    tally.due(due);
    Call call = workload.next();
    Courier courier = idle.pollFirst();
    if (courier == null) {
      if (couriers.size() >= mostUnderWay) {
        tally.dropped(due);
        return;
      }
      courier = new Courier(endpoint, workload, timeoutMs, threads, this::back);
      synchronized (couriers) {
        couriers.add(courier);
      }
      courier.start();
    }
    underWay.incrementAndGet();
    courier.give(call, due, tally);
  }

  private void back(Courier courier) {
    // The one that came back last goes next: few connections do the work, and those are warm.
    idle.addFirst(courier);
    underWay.decrementAndGet();
  }

  private void watch() {
    while (!Thread.currentThread().isInterrupted()) {
      LockSupport.parkNanos(WATCH);
      synchronized (couriers) {
        long now = System.nanoTime();
        couriers.forEach(courier -> courier.expire(now));
      }
    }
  }

  /** Waits for a time of {@link System#nanoTime}. */
  static void sleepUntil(long time) throws InterruptedIOException {
    for (long left = time - System.nanoTime(); left > 0; left = time - System.nanoTime()) {
      LockSupport.parkNanos(left);
      if (Thread.interrupted()) {
        throw new InterruptedIOException("the load was interrupted");
      }
    }
  }

  /** Ends all threads and connections. */
  @Override
  public void close() {
    watch.interrupt();
    synchronized (couriers) {
      couriers.forEach(Courier::leave);
      couriers.clear();
    }
    idle.clear();
  }
}
