package io.encodectr.service;

import io.encodectr.file.InputException;
import io.encodectr.generation.InterestStore;
import io.encodectr.redis.SharedStores;
import io.encodectr.scoring.ScoringOptions;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
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
  private static final Duration WARM_UP = Duration.ofMillis(300);

  private final ActivePair pairs;
  private final RequestShapes shapes;
  private final ServiceMetrics metrics;
  private final UserBehaviors behaviors;
  private final ArtifactFolders folders;
  private final SharedStores stores;
  private final ScoringOptions scoring;
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

  /** A pair could not be loaded for want of memory or of a working disk, and may be tried again. */
  public static final class LoadFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    LoadFailure(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * Brings pairs into service from some folders, and tells the behaviors' log of them.
   *
   * @param stores what opens stores
   * @param scoring how models are made ready
   */
  public Activation(
      ActivePair pairs,
      UserBehaviors behaviors,
      RequestShapes shapes,
      ServiceMetrics metrics,
      ArtifactFolders folders,
      SharedStores stores,
      ScoringOptions scoring) {
    this.pairs = pairs;
    this.behaviors = behaviors;
    this.shapes = shapes;
    this.metrics = metrics;
    this.folders = folders;
    this.stores = stores;
    this.scoring = scoring;
  }

  /**
   * Loads a pair and puts it in service; returns when it is. The pair that is in service already is
   * read again, and a rollback leads where it led before.
   *
   * @throws InputException if it cannot be used; what was in service still is
   * @throws LoadFailure if the machine did not let it be read; what was in service still is
   * @throws Busy if another one is being loaded
   */
  public void activate(PairLocation location) {
    if (!busy.tryLock()) {
      throw new Busy();
    }
    try {
      if (load(location)) {
        activeSince = Instant.now();
        metrics.swap(ServiceMetrics.Swap.ACTIVATED);
      }
    } catch (InputException e) {
      String reason = String.valueOf(e.getMessage());
      refuse(location, reason);
      throw new InputException(reason, e);
    } catch (IOException | RuntimeException | OutOfMemoryError | InternalError e) {
      // A file that shrinks under its mapping is an InternalError; a model too large for the heap
      // must not end a service that still has a smaller one.
      String reason = "cannot load " + location.model() + " with " + location.store() + ": " + e;
      LOG.warn("cannot load a pair", e);
      refuse(location, reason);
      throw new LoadFailure(reason, e);
    } finally {
      busy.unlock();
    }
  }

  /** Whether another pair than before is in service then. */
  private boolean load(PairLocation asked) throws IOException {
    PairLocation location =
        new PairLocation(
            folders.existing(asked.model()), folders.existing(asked.store()), asked.generation());
    InterestStore store = stores.open(location.store());
    boolean joins = !behaviors.includes(store);
    // Before the pair is checked, because this repairs records whose erasure was cut off.
    behaviors.join(store);
    boolean used = false;
    ScoringPair loaded = pairs.isPresent() ? pairs.acquire() : null;
    try {
      ScoringPair pair = ScoringPair.open(store, location, loaded, scoring);
      boolean same = loaded != null && pair.isSameAs(loaded);
      try {
        warmUp(pair);
        if (same) {
          pairs.renew(pair);
        } else {
          pairs.activate(pair);
        }
      } catch (RuntimeException | Error e) {
        pair.release();
        throw e;
      }
      used = true;
      settle(store);
      return !same;
    } finally {
      if (loaded != null) {
        loaded.release();
      }
      if (joins && !used) {
        behaviors.leave(store);
      }
    }
  }

  /** After a swap. Nothing of it undoes the swap, so nothing of it fails the activation. */
  private void settle(InterestStore store) {
    behaviors.inUse();
    try {
      // Whoever was forgotten while the pair was loading is forgotten in its store as well.
      behaviors.join(store);
    } catch (IOException | RuntimeException e) {
      LOG.error("the pair is in service, but its store cannot note who is forgotten", e);
    }
  }

  private void warmUp(ScoringPair pair) {
    long start = System.nanoTime();
    int requests = new WarmUp(pair.scorer(), shapes.recent()).run(WARM_UP);
    LOG.info(
        "generation {} of model {} is warm after {} requests in {} ms",
        pair.generation(),
        pair.fingerprint().substring(0, 12),
        requests,
        (System.nanoTime() - start) / 1_000_000);
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
      behaviors.inUse();
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
