package io.encodectr.service;

import io.encodectr.behavior.Event;
import io.encodectr.behavior.EventLog;
import io.encodectr.behavior.Forgetting;
import io.encodectr.behavior.Outcome;
import io.encodectr.generation.InterestStore;
import io.encodectr.scoring.Scorer;
import io.encodectr.scoring.UserEvents;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What users do while the service runs, as the service sees it: a log that may fail without taking
 * scores along. Calls may wait for the disk inside native code, so they belong on platform threads.
 * Thread-safe.
 */
public final class UserBehaviors {
  private static final Logger LOG = LoggerFactory.getLogger(UserBehaviors.class);

  private final EventLog log;
  private final Forgetting forgetting;
  private final ActivePair pairs;
  private final ServiceMetrics metrics;
  private final Occasionally complain = new Occasionally(Duration.ofSeconds(10));
  private final Occasionally remind = new Occasionally(Duration.ofMinutes(5));
  private volatile @Nullable String readFailure;

  /** Apart from reading: a full disk fails writes only, and scores read all the time. */
  private volatile @Nullable String writeFailure;

  /** Behaviors in a log, which stays the caller's to close. */
  public UserBehaviors(EventLog log, ActivePair pairs, ServiceMetrics metrics) {
    this.log = log;
    forgetting = new Forgetting(log);
    this.pairs = pairs;
    this.metrics = metrics;
  }

  /**
   * What a user did that a pair does not represent; nothing if the log cannot be read.
   *
   * @param deadline a quarter of what it leaves is waited for
   * @param degraded is told if it cannot, or if some of it is deleted because the pair is so old
   */
  UserEvents since(String user, ScoringPair pair, Deadline deadline, Set<Degradation> degraded) {
    // The interests have to be read, too, before anything is scored.
    return since(user, pair.scorer(), deadline.remaining() / 4, degraded);
  }

  /** What a user did that a scorer's generation does not represent; nothing without the log. */
  UserEvents since(String user, Scorer scorer) {
    return since(user, scorer, Long.MAX_VALUE, EnumSet.noneOf(Degradation.class));
  }

  private UserEvents since(
      String user, Scorer scorer, long nanoseconds, Set<Degradation> degraded) {
    try {
      UserEvents events = log.since(user, scorer, nanoseconds);
      if (!log.reachesBackTo(scorer.generation().manifest())) {
        degraded.add(Degradation.EVENTS_UNAVAILABLE);
      }
      readFailure = null;
      return events;
    } catch (IOException | RuntimeException e) {
      readFailure = failure("the event log cannot be read: ", e);
      degraded.add(Degradation.EVENTS_UNAVAILABLE);
      return UserEvents.NONE;
    }
  }

  /**
   * Stores events durably.
   *
   * @return what became of each
   * @throws io.encodectr.file.InputException if one cannot be stored; none is then
   * @throws Refusal if the log cannot be written
   */
  public List<Outcome> append(List<Event> events) {
    List<Outcome> outcomes = written(() -> log.append(events));
    for (Outcome outcome : outcomes) {
      metrics.events(outcome.name().toLowerCase(Locale.ROOT), 1);
    }
    return outcomes;
  }

  private interface Writing<T> {
    T write() throws IOException;
  }

  private <T> T written(Writing<T> writing) {
    try {
      T value = writing.write();
      writeFailure = null;
      return value;
    } catch (IOException | IllegalStateException e) {
      writeFailure = failure("the event log cannot be written: ", e);
      throw new Refusal(
          Refusal.Reason.EVENTS_UNAVAILABLE,
          "the service cannot write to its event log; nothing was acknowledged, so try again");
    }
  }

  /**
   * Forgets a user: no score, store or extraction uses what was known until now, at once and for
   * good. Unknown users are remembered as forgotten too.
   *
   * @return whether every record is overwritten; else that is tried again by every further
   *     forgetting and by every activation
   * @throws Refusal if it cannot be written down; then it may be tried again
   */
  public boolean forget(String user) {
    return written(() -> {
      try {
        forgetting.forget(user);
        return true;
      } catch (Forgetting.Unfinished e) {
        tellUnfinished();
        return false;
      }
    });
  }

  /** Lets the log and a store that is about to be read agree on who is forgotten. */
  void join(InterestStore store) throws IOException {
    forgetting.join(store);
    tellUnfinished();
  }

  /** Whether a store has joined. */
  boolean includes(InterestStore store) throws IOException {
    return forgetting.includes(store);
  }

  /** Lets a store go that joined and is not to be scored with. */
  void leave(InterestStore store) {
    try {
      forgetting.leave(store);
    } catch (IOException e) {
      LOG.warn("a store is gone, and nobody is forgotten there", e);
    }
  }

  private void tellUnfinished() {
    String unfinished = unfinished();
    if (unfinished != null && remind.now()) {
      LOG.error("records of forgotten users are not overwritten yet: {}", unfinished);
    }
  }

  /** What keeps records of forgotten users from being overwritten, or null. */
  public @Nullable String unfinished() {
    return forgetting.unfinished();
  }

  /** Tells the log which generations are in use. */
  void inUse() {
    try {
      PairDescription previous = pairs.previous();
      log.use(pairs.read(ScoringPair::manifest), previous == null ? null : previous.manifest());
    } catch (Refusal e) {
      LOG.debug("the service stopped meanwhile");
    } catch (IOException | RuntimeException e) {
      writeFailure = failure("the event log cannot be written: ", e);
    }
  }

  /**
   * Copies the log to a new folder, for an extraction to read.
   *
   * @return arrival number of the last event in it
   * @throws io.encodectr.file.InputException if the folder cannot be used
   * @throws Refusal if the log cannot be copied
   */
  public long checkpoint(Path folder) {
    return written(() -> log.checkpoint(folder));
  }

  /** Arrival number of the last event. */
  public long lastArrival() {
    return log.lastArrival();
  }

  /** What was wrong when the log was last written or read, or null. */
  public @Nullable String failure() {
    String failure = writeFailure;
    return failure == null ? readFailure : failure;
  }

  private String failure(String what, Exception e) {
    if (complain.now()) {
      LOG.error("the event log fails", e);
    }
    return what + e.getMessage();
  }
}
