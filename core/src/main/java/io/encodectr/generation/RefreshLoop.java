package io.encodectr.generation;

import io.encodectr.file.InputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Refreshes a store again and again, beside the service that serves it. A turn begins so long after
 * the one before began, or at once if that took longer; it says in one line of the log what it did.
 * A turn that fails, because a service does not answer or the disk is full, is tried again when the
 * next one is due. Runs once; {@link #stop} may be called by any thread.
 */
public final class RefreshLoop {
  private static final Logger LOG = LoggerFactory.getLogger(RefreshLoop.class);

  private final Duration every;
  private final Turn turn;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile @Nullable Thread thread;

  /** One extraction. */
  @FunctionalInterface
  public interface Turn {
    /**
     * Extracts.
     *
     * @throws GenerationExistsException if there is nothing new
     */
    ExtractionJob.Result extract() throws IOException;
  }

  /**
   * A loop that has not begun.
   *
   * @param every time from the start of a turn to that of the next
   */
  public RefreshLoop(Duration every, Turn turn) {
    this.every = every;
    this.turn = turn;
  }

  /** Takes one turn after the other on this thread until {@link #stop}. */
  public void run() {
    thread = Thread.currentThread();
    try {
      for (long number = 1; !isStopping(); number++) {
        Instant due = Instant.now().plus(every);
        String done = take();
        if (isStopping()) {
          LOG.info("turn {}: {}", number, done);
          return;
        }
        Instant now = Instant.now();
        LOG.info(
            "turn {}: {}; the next at {}",
            number,
            done,
            (due.isBefore(now) ? now : due).truncatedTo(ChronoUnit.SECONDS));
        long left = Math.max(0, Duration.between(now, due).toMillis());
        if (stopping.await(left, TimeUnit.MILLISECONDS)) {
          return;
        }
      }
    } catch (InterruptedException e) {
      stopping.countDown();
    } finally {
      thread = null;
      ended.countDown();
    }
  }

  private String take() {
    long started = System.nanoTime();
    try {
      ExtractionJob.Result result = turn.extract();
      return "generation %s of %,d users, %,d of them as in %s, with %,d events, in %.1f s"
          .formatted(
              result.generation(),
              result.users(),
              result.copiedUsers(),
              result.since() == null ? "no generation before" : result.since(),
              result.events(),
              (System.nanoTime() - started) / 1e9);
    } catch (GenerationExistsException e) {
      return "nothing new since generation " + e.generation();
    } catch (InputException | IOException | UncheckedIOException e) {
      LOG.debug("a turn failed", e);
      return (isStopping() ? "stopped: " : "failed: ") + e.getMessage();
    }
  }

  private boolean isStopping() {
    return stopping.getCount() == 0;
  }

  /**
   * Ends {@link #run}: a turn that is at work stops, and is resumed when the same loop is started
   * again.
   *
   * @param patience how long to wait for the end
   * @return whether it has ended
   */
  public boolean stop(Duration patience) {
    stopping.countDown();
    Thread running = thread;
    if (running != null) {
      running.interrupt();
    } else {
      return true;
    }
    try {
      return ended.await(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
