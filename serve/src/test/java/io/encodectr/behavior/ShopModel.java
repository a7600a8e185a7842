package io.encodectr.behavior;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a log, a store and datasets should say together, in plain collections: nothing is indexed,
 * merged or numbered by the rules under test. A dataset is the log of a site, which forgets
 * nothing.
 */
final class ShopModel {
  /** A behavior, wherever it is known from. */
  record Behavior(String user, String item, long time) {}

  private record Logged(Behavior behavior, String id) {}

  /** A dataset: all that the site had logged before its end. */
  record Cut(List<Behavior> behaviors, long end) {}

  private final Set<String> items;
  private final List<Behavior> site = new ArrayList<>();
  private final List<Logged> log = new ArrayList<>();
  private final Set<String> ids = new HashSet<>();
  private final Map<String, Long> forgotten = new HashMap<>();
  private long activeEnd;
  private long keptFrom;

  ShopModel(Set<String> items) {
    this.items = items;
  }

  /** A behavior that only the site's logs know. */
  void siteLogs(Behavior behavior) {
    site.add(behavior);
  }

  Outcome append(String id, Behavior behavior) {
    if (items.contains(behavior.item)) {
      site.add(behavior);
    }
    if (id != null && ids.contains(behavior.user + " " + id)) {
      return Outcome.DUPLICATE;
    }
    if (behavior.time <= forgotten.getOrDefault(behavior.user, -1L) || behavior.time < keptFrom) {
      return Outcome.LATE;
    }
    if (id != null) {
      ids.add(behavior.user + " " + id);
    }
    log.add(new Logged(behavior, id));
    return behavior.time < activeEnd ? Outcome.LATE : Outcome.STORED;
  }

  /** Forgets a user in a second. */
  void forget(String user, long second) {
    forgotten.put(user, second);
    log.removeIf(each -> each.behavior.user.equals(user));
    ids.removeIf(id -> id.startsWith(user + " "));
  }

  /** When an event without a time of this user happens, if the clock says {@code now}. */
  long nowOf(String user, long now) {
    return Math.max(now, forgotten.getOrDefault(user, -1L) + 1);
  }

  /** A dataset of all that the site has logged. */
  Cut cut() {
    List<Behavior> behaviors =
        site.stream().sorted(Comparator.comparingLong(Behavior::time)).toList();
    return new Cut(behaviors, behaviors.getLast().time + 1);
  }

  void use(long end, Long previousEnd) {
    activeEnd = end;
    if (previousEnd != null && Math.min(end, previousEnd) > keptFrom) {
      keptFrom = Math.min(end, previousEnd);
      for (Logged each : List.copyOf(log)) {
        if (each.behavior.time < keptFrom) {
          log.remove(each);
          ids.remove(each.behavior.user + " " + each.id);
        }
      }
    }
  }

  /**
   * All that a user did as far as it may be known: the dataset's behaviors, then the log's since,
   * without those on unknown items and those before a forgetting.
   */
  List<Behavior> history(String user, Cut dataset) {
    List<Behavior> history = new ArrayList<>();
    for (Behavior each : dataset.behaviors) {
      if (each.user.equals(user) && each.time > forgotten.getOrDefault(user, -1L)) {
        history.add(each);
      }
    }
    history.addAll(logged(user, dataset));
    history.sort(Comparator.comparingLong(Behavior::time));
    return history;
  }

  /** The part of a history that the log holds. */
  List<Behavior> logged(String user, Cut dataset) {
    return log.stream()
        .map(Logged::behavior)
        .filter(each -> each.user.equals(user) && each.time >= dataset.end)
        .filter(each -> items.contains(each.item))
        .sorted(Comparator.comparingLong(Behavior::time))
        .toList();
  }
}
