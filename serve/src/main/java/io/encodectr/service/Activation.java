package io.encodectr.service;

import io.encodectr.file.InputException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings new pairs into service while the old one goes on serving: opens, checks and warms up in
 * the caller's thread, then swaps. A pair that cannot be used is refused and changes nothing.
 * Thread-safe; one activation at a time.
 */
public final class Activation {
  private static final Logger LOG = LoggerFactory.getLogger(Activation.class);
  private static final Duration FIRST = Duration.ofSeconds(2);
  private static final Duration LATER = Duration.ofMillis(300);

  private final ActivePair pairs;
  private final RequestShapes shapes;
  private final ServiceMetrics metrics;
  private final List<Path> roots;
  private final ReentrantLock busy = new ReentrantLock();
  private volatile @Nullable Failure lastRefused;
  private volatile @Nullable Instant activeSince;

  /**
   * A pair that was refused.
   *
   * @param at when
   * @param reason what was wrong with it
   */
  public record Failure(Instant at, PairLocation location, String reason) {}

  /** Another activation is under way. */
  public static final class Busy extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Busy() {
      super("another pair is being loaded; try again when it is in service or refused");
    }
  }

  /**
   * @param roots folders that models and stores must lie in, symbolic links resolved; empty:
   *     anywhere
   */
  public Activation(
      ActivePair pairs, RequestShapes shapes, ServiceMetrics metrics, List<Path> roots) {
    this.pairs = pairs;
    this.shapes = shapes;
    this.metrics = metrics;
    this.roots = List.copyOf(roots);
  }

  /**
   * Loads a pair and puts it in service; returns when it is.
   *
   * @throws InputException if it cannot be used; what was in service still is
   * @throws Busy if another one is being loaded
   */
  public void activate(PairLocation location) {
    if (!busy.tryLock()) {
      throw new Busy();
    }
    try {
      load(location);
      activeSince = Instant.now();
      metrics.swap(ServiceMetrics.Swap.ACTIVATED);
    } catch (InputException e) {
      refuse(location, String.valueOf(e.getMessage()));
      throw e;
    } catch (IOException | RuntimeException | OutOfMemoryError | InternalError e) {
      // A file that shrinks under its mapping is an InternalError; a model too large for the heap
      // must not end a service that still has a smaller one.
      InputException refused =
          new InputException("cannot load " + location.model() + " with " + location.store(), e);
      LOG.warn("cannot load a pair", e);
      refuse(location, refused.getMessage() + ": " + e);
      throw refused;
    } finally {
      busy.unlock();
    }
  }

  private void load(PairLocation asked) throws IOException {
    PairLocation location =
        new PairLocation(within(asked.model()), within(asked.store()), asked.generation());
    ScoringPair loaded = pairs.isPresent() ? pairs.acquire() : null;
    try {
      ScoringPair pair = ScoringPair.open(location, loaded);
      try {
        long start = System.nanoTime();
        int requests =
            new WarmUp(pair.scorer(), shapes.recent()).run(loaded == null ? FIRST : LATER);
        pairs.activate(pair);
        LOG.info(
            "generation {} of model {} is in service (warmed up by {} requests in {} ms)",
            pair.generation(),
            pair.fingerprint().substring(0, 12),
            requests,
            (System.nanoTime() - start) / 1_000_000);
      } catch (RuntimeException | Error e) {
        pair.release();
        throw e;
      }
    } finally {
      if (loaded != null) {
        loaded.release();
      }
    }
  }

  /** The real folder, so that no symbolic link leads out of the roots. */
  private Path within(Path folder) throws IOException {
    if (roots.isEmpty()) {
      return folder;
    }
    Path real;
    try {
      real = folder.toRealPath();
    } catch (IOException e) {
      throw new InputException("there is no folder " + folder, e);
    }
    for (Path root : roots) {
      if (real.startsWith(root.toRealPath())) {
        return real;
      }
    }
    throw new InputException(
        folder
            + " lies outside the folders that may hold models and stores; start the service with"
            + " --artifacts to name another");
  }

  private void refuse(PairLocation location, String reason) {
    lastRefused = new Failure(Instant.now(), location, reason);
    metrics.swap(ServiceMetrics.Swap.REFUSED);
    LOG.warn("a pair was refused: {}", reason);
  }

  /**
   * Puts the previous pair back in service, at once.
   *
   * @throws InputException if there is none
   * @throws Busy if a pair is being loaded
   */
  public void rollback() {
    if (!busy.tryLock()) {
      throw new Busy();
    }
    try {
      pairs.rollback();
      activeSince = Instant.now();
      metrics.swap(ServiceMetrics.Swap.ROLLED_BACK);
      LOG.info("rolled back to the previous pair");
    } finally {
      busy.unlock();
    }
  }

  /** Whether a pair is being loaded. */
  public boolean isBusy() {
    return busy.isLocked();
  }

  /** The last pair that was refused, or null. */
  public @Nullable Failure lastRefused() {
    return lastRefused;
  }

  /** When the pair in service came into service, or null before the first. */
  public @Nullable Instant activeSince() {
    return activeSince;
  }
}
