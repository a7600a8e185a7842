package io.encodectr.service;

import io.encodectr.behavior.Event;
import io.encodectr.behavior.EventLog;
import io.encodectr.behavior.Forgetting;
import io.encodectr.behavior.Outcome;
import io.encodectr.generation.Store;
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
  private volatile @Nullable String failure;

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
   * @param degraded is told if it cannot, or if some of it is deleted because the pair is so old
   */
  UserEvents since(String user, ScoringPair pair, Set<Degradation> degraded) {
    return since(user, pair.scorer(), degraded);
  }

  /** What a user did that a scorer's generation does not represent; nothing without the log. */
  UserEvents since(String user, Scorer scorer) {
    return since(user, scorer, EnumSet.noneOf(Degradation.class));
  }

  private UserEvents since(String user, Scorer scorer, Set<Degradation> degraded) {
    try {
      UserEvents events = log.since(user, scorer);
      if (!log.reachesBackTo(scorer.generation().manifest())) {
        degraded.add(Degradation.EVENTS_UNAVAILABLE);
      }
      failure = null;
      return events;
    } catch (IOException | RuntimeException e) {
      failed(e);
      degraded.add(Degradation.EVENTS_UNAVAILABLE);
      return UserEvents.NONE;
    }
  }

  /**
   * Stores events durably.
   *
   * @return what became of each
   * @throws io.encodectr.file.InputException if one cannot be stored; none is then
   * @throws IOException if the log cannot be written
   */
  public List<Outcome> append(List<Event> events) throws IOException {
    try {
      List<Outcome> outcomes = log.append(events);
      for (Outcome outcome : outcomes) {
        metrics.events(outcome.name().toLowerCase(Locale.ROOT), 1);
      }
      failure = null;
      return outcomes;
    } catch (IOException | IllegalStateException e) {
      failed(e);
      throw e;
    }
  }

  /**
   * Forgets a user: no score, store or extraction uses what was known until now, at once and for
   * good. Unknown users are remembered as forgotten too.
   *
   * @throws IOException if it cannot be written down; then it may be tried again
   */
  public void forget(String user) throws IOException {
    forgetting.forget(user);
  }

  /** Lets the log and a store that is about to be read agree on who is forgotten. */
  void join(Store store) throws IOException {
    forgetting.join(store);
  }

  /** Tells the log which generations are in use. */
  void inUse() {
    try {
      PairDescription previous = pairs.previous();
      log.use(pairs.read(ScoringPair::manifest), previous == null ? null : previous.manifest());
    } catch (Refusal e) {
      LOG.debug("the service stopped meanwhile");
    } catch (IOException | RuntimeException e) {
      failed(e);
    }
  }

  /**
   * Copies the log to a new folder, for an extraction to read.
   *
   * @return arrival number of the last event in it
   */
  public long checkpoint(Path folder) throws IOException {
    return log.checkpoint(folder);
  }

  /** Arrival number of the last event. */
  public long lastArrival() {
    return log.lastArrival();
  }

  /** What was wrong when the log was last used, or null. */
  public @Nullable String failure() {
    return failure;
  }

  private void failed(Exception e) {
    failure = "the event log fails: " + e.getMessage();
    if (complain.now()) {
      LOG.error("the event log fails", e);
    }
  }
}
