package io.encodectr.explorer;

import io.encodectr.explorer.UserView.CategoryShare;
import io.encodectr.explorer.UserView.Cluster;
import io.encodectr.explorer.UserView.Member;
import io.encodectr.explorer.UserView.Timeline;
import io.encodectr.generation.UserInterests;
import io.encodectr.generation.UserInterests.Members;
import io.encodectr.model.Model;
import io.encodectr.scoring.UserEvents;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Makes one {@link UserView}. One a request. */
final class UserReader {
  /** At most so many behaviors of a timeline; no person looks at more. */
  static final int LONGEST = 10_000;

  private static final int MEMBERS = 12;
  private static final int CATEGORIES = 6;

  private final Model model;
  private final ItemMap map;
  private final List<ItemCard> cards = new ArrayList<>();
  private final Map<String, Integer> cardOf = new HashMap<>();

  /**
   * Where a user stands.
   *
   * @param stored what the generation holds; null for nothing, or of a forgotten user
   * @param history the whole history, where a dataset tells it
   */
  record Source(
      String user,
      String generation,
      boolean live,
      long asOf,
      @Nullable UserInterests stored,
      @Nullable TracedHistory history,
      UserEvents events,
      @Nullable String note) {}

  UserReader(Model model, ItemMap map) {
    this.model = model;
    this.map = map;
  }

  UserView read(Source source) {
    UserInterests stored = source.stored();
    TracedHistory history = source.history();
    int[] items = {};
    long[] times = {};
    int[] clusters = {};
    if (history != null) {
      items = history.items();
      times = history.times();
      clusters = history.clusters();
    } else if (stored != null) {
      items = stored.recentItems();
      times = stored.recentTimes();
      clusters = byMembers(stored, items);
    }
    List<Cluster> read = new ArrayList<>();
    List<float @Nullable []> places =
        stored == null ? List.of() : map.places(stored.vectors(), stored.count());
    for (int k = 0; stored != null && k < stored.count(); k++) {
      float[] place = places.isEmpty() ? null : places.get(k);
      read.add(history != null ? traced(stored, k, place, history) : heaviest(stored, k, place));
    }
    return new UserView(
        source.user(),
        stored != null,
        source.events().forgotten(),
        source.generation(),
        source.live(),
        source.asOf(),
        stored == null ? 0 : stored.behaviors(),
        stored == null ? 0 : stored.represented(),
        stored == null || stored.behaviors() <= items.length,
        stored == null || history != null || stored.count() == 0,
        source.note(),
        read,
        timeline(items, times, clusters, source.events()),
        cards);
  }

  /** The cluster of each item that is among the heaviest of one; −1 for the others. */
  private static int[] byMembers(UserInterests stored, int[] items) {
    Map<Integer, Integer> clusterOf = new HashMap<>();
    for (int k = 0; k < stored.count(); k++) {
      for (int item : stored.members()[k].items()) {
        clusterOf.putIfAbsent(item, k);
      }
    }
    return Arrays.stream(items).map(item -> clusterOf.getOrDefault(item, -1)).toArray();
  }

  private Timeline timeline(int[] items, long[] times, int[] clusters, UserEvents events) {
    int from = Math.max(0, items.length - LONGEST);
    List<Integer> cardIndices = new ArrayList<>();
    List<Long> allTimes = new ArrayList<>();
    List<Integer> allClusters = new ArrayList<>();
    for (int i = from; i < items.length; i++) {
      cardIndices.add(card(model.itemIds().id(items[i])));
      allTimes.add(times[i]);
      allClusters.add(clusters[i]);
    }
    for (int i = 0; i < events.count(); i++) {
      cardIndices.add(card(events.items().get(i)));
      allTimes.add(events.times()[i]);
      allClusters.add(-1);
    }
    return new Timeline(cardIndices, allTimes, allClusters, events.count(), from);
  }

  private int card(String item) {
    return cardOf.computeIfAbsent(
        item,
        id -> {
          cards.add(map.card(id));
          return cards.size() - 1;
        });
  }

  /** A cluster of which every behavior is known. */
  private Cluster traced(
      UserInterests stored, int k, float @Nullable [] place, TracedHistory history) {
    int[] clusters = history.clusters();
    int[] own = IntStream.range(0, clusters.length).filter(i -> clusters[i] == k).toArray();
    Map<Integer, Float> weights = new HashMap<>();
    Map<Integer, Integer> counts = new HashMap<>();
    for (int i : own) {
      weights.merge(history.items()[i], history.weights()[i], Float::sum);
      counts.merge(history.items()[i], 1, Integer::sum);
    }
    List<Member> members =
        weights.entrySet().stream()
            .sorted(
                Map.Entry.<Integer, Float>comparingByValue(Comparator.reverseOrder())
                    .thenComparing(Map.Entry.comparingByKey()))
            .limit(MEMBERS)
            .map(entry ->
                new Member(
                    card(model.itemIds().id(entry.getKey())),
                    entry.getValue(),
                    counts.get(entry.getKey())))
            .toList();
    return new Cluster(
        stored.masses()[k],
        place == null ? null : place[0],
        place == null ? null : place[1],
        own.length == 0 ? null : history.times()[own[0]],
        own.length == 0 ? null : history.times()[own[own.length / 2]],
        own.length == 0 ? null : history.times()[own[own.length - 1]],
        map.themes().of(weights),
        categories(weights),
        members,
        weights.size());
  }

  /** A cluster of which the heaviest items are known. */
  private Cluster heaviest(UserInterests stored, int k, float @Nullable [] place) {
    Members known = stored.members()[k];
    Map<Integer, Float> weights = new HashMap<>();
    List<Member> members = new ArrayList<>();
    for (int i = 0; i < known.items().length; i++) {
      weights.put(known.items()[i], known.weights()[i]);
      members.add(new Member(card(model.itemIds().id(known.items()[i])), known.weights()[i], null));
    }
    return new Cluster(
        stored.masses()[k],
        place == null ? null : place[0],
        place == null ? null : place[1],
        null,
        null,
        null,
        map.themes().of(weights),
        categories(weights),
        members,
        null);
  }

  /** An item of several categories counts for each of them in part. */
  private List<CategoryShare> categories(Map<Integer, Float> weights) {
    Map<String, Double> sums = new HashMap<>();
    double total = 0;
    for (Map.Entry<Integer, Float> entry : weights.entrySet()) {
      List<String> categories = map.categories(entry.getKey());
      for (String category : categories) {
        sums.merge(category, (double) entry.getValue() / categories.size(), Double::sum);
      }
      total += entry.getValue();
    }
    double all = total;
    return sums.entrySet().stream()
        .sorted(
            Map.Entry.<String, Double>comparingByValue(Comparator.reverseOrder())
                .thenComparing(Map.Entry.comparingByKey()))
        .limit(CATEGORIES)
        .map(entry -> new CategoryShare(entry.getKey(), (float) (entry.getValue() / all)))
        .toList();
  }
}
