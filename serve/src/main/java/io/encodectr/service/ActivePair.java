package io.encodectr.service;

import io.encodectr.file.InputException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The pair in service and the one before it, which is kept open so that a rollback takes no time.
 * Reading never waits for a swap: a request keeps the pair it began with. Thread-safe.
 */
public final class ActivePair implements AutoCloseable {
  private volatile @Nullable ScoringPair current;
  private @Nullable ScoringPair previous;
  private boolean closed;

  /** Without a pair; nothing can be scored until the first {@link #activate}. */
  public ActivePair() {}

  /**
   * Reads the pair in service, which stays open and the same until {@code work} returns.
   *
   * @throws Refusal if there is none
   */
  public <T> T read(Function<ScoringPair, T> work) {
    ScoringPair pair = acquire();
    try {
      return work.apply(pair);
    } finally {
      pair.release();
    }
  }

  /**
   * The pair in service, retained; the caller releases it.
   *
   * @throws Refusal if there is none
   */
  public ScoringPair acquire() {
    while (true) {
      ScoringPair pair = current;
      if (pair == null) {
        throw new Refusal(Refusal.Reason.NOT_READY, "no model is in service");
      }
      // A pair that was swapped out and closed since it was read is not retained; the next one is.
      if (pair.retain()) {
        return pair;
      }
    }
  }

  /** Whether a pair is in service. */
  public boolean isPresent() {
    return current != null;
  }

  /**
   * Puts a pair in service and takes over the caller's reference to it. What was in service becomes
   * the previous pair, and the one before that is closed when its last request ends.
   *
   * @throws IllegalStateException once closed
   */
  public synchronized void activate(ScoringPair next) {
    if (closed) {
      throw new IllegalStateException("the service is stopped");
    }
    ScoringPair dropped = previous;
    previous = current;
    current = next;
    if (dropped != null) {
      dropped.release();
    }
  }

  /**
   * Puts another opening of the pair in service in its place, and takes over the caller's reference
   * to it. What a rollback leads to stays what it was.
   *
   * @throws IllegalStateException once closed, or if no pair is in service
   */
  synchronized void renew(ScoringPair again) {
    ScoringPair replaced = current;
    if (closed || replaced == null) {
      throw new IllegalStateException("no pair is in service");
    }
    current = again;
    replaced.release();
  }

  /**
   * Puts the previous pair back in service; what was in service becomes the previous one.
   *
   * @throws InputException if there is no previous pair
   */
  public synchronized void rollback() {
    if (previous == null) {
      throw new InputException("there is no pair to roll back to: one has been in service so far");
    }
    ScoringPair back = previous;
    previous = current;
    current = back;
  }

  /** The pair that a rollback would put in service, or null if there is none. */
  public synchronized @Nullable PairDescription previous() {
    return previous == null ? null : PairDescription.of(previous);
  }

  /** Takes both pairs out of service; each is closed when its last request ends. */
  @Override
  public synchronized void close() {
    closed = true;
    ScoringPair[] open = {current, previous};
    current = null;
    previous = null;
    for (ScoringPair pair : open) {
      if (pair != null) {
        pair.release();
      }
    }
  }
}
