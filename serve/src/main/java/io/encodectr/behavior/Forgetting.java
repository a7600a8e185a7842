package io.encodectr.behavior;

import io.encodectr.file.InputException;
import io.encodectr.generation.InterestStore;
import io.encodectr.generation.StoreLocation;
import io.encodectr.generation.Tombstones;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Forgets users everywhere: in the event log, and in every generation of the stores that are in
 * use. The order makes each step safe to be cut off by a crash, because {@link #join} finishes what
 * was begun: first the stores note it durably, then the log deletes what it has and tells every
 * score to read nothing stored of the user, then the records are overwritten. Thread-safe.
 */
public final class Forgetting {
  private static final Logger LOG = LoggerFactory.getLogger(Forgetting.class);

  private final EventLog log;
  private final InstantSource clock;
  private final Map<StoreLocation, InterestStore> stores = new LinkedHashMap<>();

  /** Why erasing is not finished, by the store. */
  private volatile Map<StoreLocation, String> unfinished = Map.of();

  /** Forgetting in a log and the stores that {@link #join} it. */
  public Forgetting(EventLog log) {
    this(log, InstantSource.system());
  }

  Forgetting(EventLog log, InstantSource clock) {
    this.log = log;
    this.clock = clock;
    log.onLoss(this::joinAgain);
  }

  /**
   * Takes a store in, before a generation of it is scored with: whoever is forgotten by the store
   * or by the log is forgotten by both afterwards, and by all stores that joined before. May be
   * called again for the same store. A record that cannot be overwritten keeps no store out: no
   * score reads it, and {@link #unfinished} tells of it.
   *
   * @throws InputException if what the store says of the forgotten is damaged
   * @throws IOException if the store cannot note who is forgotten
   */
  public synchronized void join(InterestStore store) throws IOException {
    log.forget(store.tombstones().times());
    Map<String, Long> forgotten = log.forgotten();
    store.beginForgetting(forgotten);
    stores.put(store.location(), store);
    dropDeleted();
    Map<StoreLocation, String> failed = new LinkedHashMap<>();
    inStores(
        failed,
        each -> {
          each.beginForgetting(forgotten);
          each.finishForgetting();
        });
    unfinished = Collections.unmodifiableMap(failed);
  }

  /** A log that has lost who is forgotten hears it from the stores. */
  private synchronized void joinAgain() {
    Map.copyOf(stores)
        .forEach((location, store) -> {
          try {
            join(store);
          } catch (IOException | RuntimeException e) {
            LOG.error("the event log is not told whom {} has forgotten", location, e);
          }
        });
  }

  /**
   * Lets a store go that will not be scored with. It hears of what it missed when it joins again.
   */
  public synchronized void leave(InterestStore store) throws IOException {
    stores.remove(store.location());
    Map<StoreLocation, String> left = new LinkedHashMap<>(unfinished);
    left.keySet().retainAll(stores.keySet());
    unfinished = Collections.unmodifiableMap(left);
  }

  /** Whether a store has joined. */
  public synchronized boolean includes(InterestStore store) throws IOException {
    return stores.containsKey(store.location());
  }

  /**
   * Forgets a user. When this returns, no generation of the stores and no event tells anything the
   * user did; behaviors from before will not come back by any extraction. The bytes of deleted
   * events leave the log's files in the background.
   *
   * @throws Unfinished if a record could not be overwritten: no score reads it, all else is done,
   *     and the next call or {@link #join} tries again
   * @throws IOException if the log cannot be written: stores may have noted the forgetting then,
   *     and {@link #join} finishes it
   */
  public synchronized void forget(String user) throws IOException {
    dropDeleted();
    // A store that fails once is left to the next call, as each attempt may take a while.
    Map<StoreLocation, String> failed = new LinkedHashMap<>();
    long time = time(failed);
    Map<String, Long> noted = Map.of(Tombstones.hash(user), time);
    inStores(failed, store -> store.beginForgetting(noted));
    log.forget(user, time);
    inStores(failed, store -> store.finishForgetting(user));
    unfinished = Collections.unmodifiableMap(failed);
    String left = unfinished();
    if (left != null) {
      throw new Unfinished(left);
    }
  }

  /**
   * The time of a forgetting now. The log dates what it takes by its own time, which stays where it
   * is when the clock steps back. Times of different forgettings differ, so that a generation's
   * newest one names them all.
   */
  private long time(Map<StoreLocation, String> failed) throws IOException {
    long[] time = {Math.max(clock.millis(), log.lastReceived())};
    inStores(failed, store -> time[0] = Math.max(time[0], store.tombstones().last() + 1));
    return time[0];
  }

  /** What keeps records of forgotten users from being overwritten, or null. Does not wait. */
  public @Nullable String unfinished() {
    Map<StoreLocation, String> left = unfinished;
    return left.isEmpty() ? null : String.join("; ", left.values());
  }

  /** All that scores and extractions read is forgotten, but a record is not overwritten yet. */
  public static final class Unfinished extends InputException {
    private static final long serialVersionUID = 1L;

    Unfinished(String reason) {
      super(reason);
    }
  }

  private interface Step {
    void take(InterestStore store) throws IOException;
  }

  /** Takes a step with all stores but those that failed, and notes which fail and why. */
  private void inStores(Map<StoreLocation, String> failed, Step step) {
    stores.forEach((location, store) -> {
      if (failed.containsKey(location)) {
        return;
      }
      try {
        step.take(store);
      } catch (IOException | RuntimeException e) {
        failed.put(
            location,
            e instanceof InputException ? String.valueOf(e.getMessage()) : location + ": " + e);
      }
    });
  }

  /** A store whose folder was deleted holds nothing any more. */
  private void dropDeleted() {
    stores.values().removeIf(InterestStore::isGone);
  }
}
