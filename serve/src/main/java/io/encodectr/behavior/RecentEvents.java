package io.encodectr.behavior;

import io.encodectr.generation.GenerationManifest;
import io.encodectr.scoring.UserEvents;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Takes a user's events, the last one first, as long as a score wants more: until as many are on
 * known items as the model attends to, however many others lie between, up to {@value #SCANNED}
 * times that number. Not thread-safe.
 */
public final class RecentEvents {
  /** Events read for one that counts. */
  public static final int SCANNED = 20;

  private final GenerationManifest generation;
  private final String log;
  private final boolean forgotten;
  private final int limit;
  private final Predicate<String> known;
  private final List<String> items = new ArrayList<>();
  private final List<Long> times = new ArrayList<>();
  private int counted;
  private int read;

  /**
   * Before the first event.
   *
   * @param generation what it stands for is not added to it
   * @param log identity of the log
   * @param forgottenAt when the user was forgotten, or {@link
   *     io.encodectr.generation.Tombstones#NEVER}
   * @param limit how many events on known items are enough
   * @param known whether an item is one of those that count
   */
  public RecentEvents(
      GenerationManifest generation,
      String log,
      long forgottenAt,
      int limit,
      Predicate<String> known) {
    this.generation = generation;
    this.log = log;
    forgotten = !generation.honors(forgottenAt);
    this.limit = limit;
    this.known = known;
  }

  /** Whether an earlier event may be needed. */
  public boolean wantsMore() {
    return counted < limit && read < SCANNED * limit;
  }

  /** Takes the event before those that were taken. */
  public void take(long time, long arrival, String item) {
    read++;
    // What the generation stands for counts too: it is among the stored behaviors.
    counted += known.test(item) ? 1 : 0;
    if (forgotten || !generation.represents(log, time, arrival)) {
      times.add(time);
      items.add(item);
    }
  }

  /** What a score adds; what was read but is not represented is among it, known or not. */
  public UserEvents events() {
    if (items.isEmpty() && !forgotten) {
      return UserEvents.NONE;
    }
    return new UserEvents(
        items.reversed(),
        times.reversed().stream().mapToLong(Long::longValue).toArray(),
        forgotten);
  }
}
