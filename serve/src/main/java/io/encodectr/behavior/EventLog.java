package io.encodectr.behavior;

import io.encodectr.file.InputException;
import io.encodectr.generation.EventSource;
import io.encodectr.generation.GenerationManifest;
import io.encodectr.generation.Tombstones;
import io.encodectr.model.Model;
import io.encodectr.scoring.Scorer;
import io.encodectr.scoring.UserEvents;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The durable log of what users do while a service runs. An event is stored when {@link #append}
 * returns, and from then on {@link #since} sees it.
 *
 * <p>Each event gets the next <i>arrival number</i>, from 1. A generation {@linkplain
 * GenerationManifest#represents stands for} an event by its time or its arrival number; the others
 * of a user's last events are what a score adds. {@link Outcome} tells what happens to repeated and
 * late events. Nothing is deleted but by {@link #use} and by forgetting, see {@link Forgetting}.
 *
 * <p>Thread-safe. After {@link #close} what reads or writes throws {@link IllegalStateException}.
 */
public interface EventLog extends AutoCloseable {
  /**
   * Stores events, all or none of them.
   *
   * @return what became of each; all that was stored is stored for good
   * @throws InputException if an event's time is too far ahead of the clock; none is stored then
   * @throws IOException if the log cannot be written; whether the events are stored is not known
   *     then, and those with ids may be sent again
   */
  List<Outcome> append(List<Event> events) throws IOException;

  /**
   * What a score of a user adds to what a generation holds: of the user's last events, those that
   * the generation does not stand for. Of a user whom the generation's extraction did not yet know
   * to be forgotten, these are all there are. How many events are read, {@link RecentEvents} tells.
   *
   * @param limit how many events on known items are enough
   * @param known whether an item is one of those that count
   * @param nanoseconds how long the caller can wait for another machine; what a log reads from a
   *     disk of this one is not limited
   * @throws IOException if the log cannot be read, or not in time
   */
  UserEvents since(
      String user,
      GenerationManifest generation,
      int limit,
      Predicate<String> known,
      long nanoseconds)
      throws IOException;

  /**
   * The same for a scorer: as many events are enough as its model attends to.
   *
   * @throws IOException as above
   */
  default UserEvents since(String user, Scorer scorer, long nanoseconds) throws IOException {
    Model model = scorer.model().model();
    return since(
        user,
        scorer.generation().manifest(),
        model.spec().recentLength(),
        item -> model.itemIds().indexOf(item) >= 0,
        nanoseconds);
  }

  /**
   * Whether the log still has all that happened since the behaviors of a generation's dataset end.
   * Of a generation that is older than those it was told to {@link #use}, it may not. Does not
   * wait: it is what the last {@link #since} saw.
   */
  boolean reachesBackTo(GenerationManifest generation);

  /**
   * Arrival number of the last event, as far as is known here; 0 before the first. Does not wait.
   */
  long lastArrival();

  /**
   * When the last change reached the log, in milliseconds since the epoch by its own time, which
   * never goes back.
   */
  long lastReceived() throws IOException;

  /** The log's identity, which its copies share. */
  String identity();

  /**
   * Tells the log which generations are in use. Events that the dataset behind {@code active}
   * covers are {@link Outcome#LATE} from now on; those that the datasets behind both generations
   * cover are deleted, in the background.
   *
   * @param active the generation that scores
   * @param previous the one that a rollback leads to; null if there is none: nothing is deleted
   *     then
   */
  void use(GenerationManifest active, @Nullable GenerationManifest previous) throws IOException;

  /**
   * Forgets users: deletes what arrived of them until then. What happened before, but arrives
   * later, is {@link Outcome#LATE}.
   *
   * @param times when, in milliseconds since the epoch, by {@link Tombstones#hash}; users who were
   *     forgotten at that time or later already are left alone
   */
  void forget(Map<String, Long> times) throws IOException;

  /** Forgets one user, whose id is known. */
  void forget(String user, long time) throws IOException;

  /**
   * Everyone the log knows to be forgotten: milliseconds since the epoch by {@link
   * Tombstones#hash}.
   */
  Map<String, Long> forgotten() throws IOException;

  /**
   * Makes a copy of the log as it is now in a folder, which an extraction can read while this one
   * goes on.
   *
   * @param target a folder that does not exist yet, outside the log's own
   * @return arrival number of the last event that the copy surely holds
   * @throws InputException if the target cannot be used, or the log is none of which copies are
   *     made
   */
  long checkpoint(Path target) throws IOException;

  /**
   * Has something done, by another thread, whenever the log turns out to have lost what it held,
   * users who are forgotten among it. A log on this machine's disk is damaged then, and says so
   * otherwise.
   */
  default void onLoss(Runnable action) {}

  /** The log's state now, for an extraction; close it before the log. */
  EventSource snapshot() throws IOException;

  /** Writes what was handed in, and closes. */
  @Override
  void close();
}
