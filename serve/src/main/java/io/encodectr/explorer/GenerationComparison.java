package io.encodectr.explorer;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A user in two generations of one model, drawn on the same axes.
 *
 * @param from the user in the one
 * @param to the user in the other
 * @param origins for each cluster of {@code to}, which of {@code from} it comes from
 */
public record GenerationComparison(UserView from, UserView to, List<@Nullable Origin> origins) {

  /**
   * Where a cluster comes from: the cluster that shares most with it.
   *
   * @param cluster of {@code from}
   * @param shared how much of the new cluster's known members were there, in (0, 1]: behaviors
   *     where all are known, else weights of the heaviest items
   */
  public record Origin(int cluster, float shared) {}

  /** Compares. */
  static GenerationComparison of(UserView from, UserView to) {
    boolean behaviors = from.allMembers() && to.allMembers();
    List<Map<String, Float>> before = contents(from, behaviors);
    List<Map<String, Float>> after = contents(to, behaviors);
    List<@Nullable Origin> origins = new ArrayList<>();
    for (Map<String, Float> cluster : after) {
      origins.add(origin(cluster, before));
    }
    return new GenerationComparison(from, to, origins);
  }

  private static @Nullable Origin origin(
      Map<String, Float> cluster, List<Map<String, Float>> before) {
    float total = 0;
    for (float value : cluster.values()) {
      total += value;
    }
    int best = -1;
    float most = 0;
    for (int k = 0; k < before.size(); k++) {
      float shared = 0;
      for (Map.Entry<String, Float> entry : cluster.entrySet()) {
        shared += Math.min(entry.getValue(), before.get(k).getOrDefault(entry.getKey(), 0f));
      }
      if (shared > most) {
        best = k;
        most = shared;
      }
    }
    return best < 0 ? null : new Origin(best, Math.min(1f, most / total));
  }

  /** What each cluster holds of each item: behaviors, or weight. */
  private static List<Map<String, Float>> contents(UserView view, boolean behaviors) {
    List<Map<String, Float>> contents = new ArrayList<>();
    for (UserView.Cluster cluster : view.clusters()) {
      Map<String, Float> content = new HashMap<>();
      for (UserView.Member member : behaviors ? List.<UserView.Member>of() : cluster.members()) {
        content.put(view.items().get(member.item()).item(), member.weight());
      }
      contents.add(content);
    }
    UserView.Timeline timeline = view.timeline();
    for (int i = 0; behaviors && i < timeline.items().size(); i++) {
      int cluster = timeline.clusters().get(i);
      if (cluster >= 0) {
        String item = view.items().get(timeline.items().get(i)).item();
        contents.get(cluster).merge(item, 1f, Float::sum);
      }
    }
    return contents;
  }
}
