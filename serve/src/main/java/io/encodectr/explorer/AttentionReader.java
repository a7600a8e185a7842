package io.encodectr.explorer;

import io.encodectr.explorer.AttentionView.Candidate;
import io.encodectr.explorer.AttentionView.ClusterFlow;
import io.encodectr.explorer.AttentionView.MemberFlow;
import io.encodectr.explorer.AttentionView.RecentFlow;
import io.encodectr.scoring.Explanation;
import io.encodectr.scoring.UserEvents;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Makes one {@link AttentionView} of the scorer's explanation. One a request. */
final class AttentionReader {
  private final ItemMap map;
  private final List<ItemCard> cards = new ArrayList<>();
  private final Map<String, Integer> cardOf = new HashMap<>();

  /** An event as it may occur among the real-time behaviors. */
  private record Occurrence(String item, long time) {}

  AttentionReader(ItemMap map) {
    this.map = map;
  }

  /**
   * Reads an explanation.
   *
   * @param events those that it was made with, tried clicks included
   */
  AttentionView read(
      Explanation explanation,
      String generation,
      boolean live,
      UserEvents events,
      List<String> tried) {
    // First, so that candidates' cards are those with facts.
    explanation.candidates().forEach(candidate -> card(candidate.item(), true));
    boolean[] isEvent = events(explanation, events);
    List<Candidate> candidates = new ArrayList<>();
    for (Explanation.Candidate candidate : explanation.candidates()) {
      candidates.add(
          new Candidate(
              card(candidate.item(), false),
              candidate.probability(),
              candidate.logit(),
              clusters(explanation, candidate),
              recent(explanation, candidate, isEvent)));
    }
    return new AttentionView(
        explanation.user(),
        generation,
        live,
        explanation.time(),
        events.count(),
        tried,
        candidates,
        cards);
  }

  private List<ClusterFlow> clusters(Explanation explanation, Explanation.Candidate candidate) {
    List<ClusterFlow> flows = new ArrayList<>();
    for (int k = 0; k < candidate.interestAttention().size(); k++) {
      float weight = candidate.interestAttention().get(k);
      float rest = weight;
      List<MemberFlow> members = new ArrayList<>();
      for (Explanation.Member member : explanation.interests().get(k).members()) {
        float share = weight * member.weight();
        rest -= share;
        members.add(new MemberFlow(card(member.item(), false), member.weight(), share));
      }
      flows.add(new ClusterFlow(weight, members, Math.max(0f, rest)));
    }
    return flows;
  }

  private List<RecentFlow> recent(
      Explanation explanation, Explanation.Candidate candidate, boolean[] isEvent) {
    List<RecentFlow> flows = new ArrayList<>();
    for (int i = 0; i < candidate.recentAttention().size(); i++) {
      Explanation.Behavior behavior = explanation.recent().get(i);
      flows.add(
          new RecentFlow(
              card(behavior.item(), false),
              behavior.time(),
              candidate.recentAttention().get(i),
              isEvent[i]));
    }
    return flows;
  }

  /** Which real-time behaviors are events; of equal ones the later, as the scorer orders them. */
  private static boolean[] events(Explanation explanation, UserEvents events) {
    Map<Occurrence, Integer> left = new HashMap<>();
    for (int i = 0; i < events.count(); i++) {
      left.merge(new Occurrence(events.items().get(i), events.times()[i]), 1, Integer::sum);
    }
    boolean[] isEvent = new boolean[explanation.recent().size()];
    for (int i = isEvent.length - 1; i >= 0; i--) {
      Explanation.Behavior behavior = explanation.recent().get(i);
      Occurrence occurrence = new Occurrence(behavior.item(), behavior.time());
      if (left.getOrDefault(occurrence, 0) > 0) {
        left.merge(occurrence, -1, Integer::sum);
        isEvent[i] = true;
      }
    }
    return isEvent;
  }

  private int card(String item, boolean facts) {
    return cardOf.computeIfAbsent(
        item,
        id -> {
          cards.add(map.card(id, facts));
          return cards.size() - 1;
        });
  }
}
