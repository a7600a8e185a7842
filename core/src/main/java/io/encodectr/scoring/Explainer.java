package io.encodectr.scoring;

import io.encodectr.attention.TargetAttention;
import io.encodectr.dataset.Column;
import io.encodectr.generation.InterestSource;
import io.encodectr.generation.UserInterests;
import io.encodectr.generation.UserInterests.Members;
import io.encodectr.interest.ClusterMass;
import io.encodectr.model.Layout;
import io.encodectr.model.Model;
import io.encodectr.scoring.Explanation.Behavior;
import io.encodectr.scoring.Explanation.Candidate;
import io.encodectr.scoring.Explanation.InputPart;
import io.encodectr.scoring.Explanation.Interest;
import io.encodectr.scoring.Explanation.Member;
import io.encodectr.sequence.AttentionSequence;
import io.encodectr.sequence.InterestSequence;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Reads an explanation off a scorer that holds a user. One a request. */
final class Explainer {
  private final ScoringModel scoring;
  private final Model model;
  private final InterestSource generation;
  private final Scorer.UserState state;

  Explainer(ScoringModel scoring, InterestSource generation, Scorer.UserState state) {
    this.scoring = scoring;
    this.generation = generation;
    this.state = state;
    model = scoring.model();
  }

  Explanation explain(String userId, List<String> items) {
    UserInterests user = state.user;
    return new Explanation(
        userId,
        user != null,
        model.spec().method(),
        generation.manifest().asOf(),
        state.time,
        user == null ? 0 : user.behaviors(),
        user == null ? 0 : user.represented(),
        user == null ? List.of() : interests(user),
        recent(),
        inputParts(),
        items.stream().map(this::candidate).toList());
  }

  private List<Interest> interests(UserInterests user) {
    int d = generation.dimension();
    ClusterMass mass = ClusterMass.named(model.spec().mass());
    List<Interest> interests = new ArrayList<>();
    for (int k = 0; k < user.count(); k++) {
      Members stored = user.members()[k];
      List<Member> members = new ArrayList<>();
      for (int i = 0; i < stored.items().length; i++) {
        int item = stored.items()[i];
        members.add(
            new Member(model.itemIds().id(item), model.itemName(item), stored.weights()[i]));
      }
      interests.add(
          new Interest(
              user.masses()[k],
              mass.logitFactor(state.interests, k),
              mass.logitTerm(state.interests, k, model.spec().sequence().relevance().scale()),
              list(user.vectors(), k * d, d),
              members));
    }
    return interests;
  }

  private List<Behavior> recent() {
    List<Behavior> behaviors = new ArrayList<>();
    for (int i = 0; i < state.recent.count(); i++) {
      int item = state.recent.rows()[i];
      behaviors.add(
          new Behavior(model.itemIds().id(item), model.itemName(item), state.recent.times()[i]));
    }
    return behaviors;
  }

  private Candidate candidate(String item) {
    int index = model.itemIds().indexOf(item);
    int row = index < 0 ? scoring.items().unknown() : index;
    float[] logit = new float[1];
    state.scorer.score(state.userContext, true, new int[] {row}, 0, 1, logit, 0);
    float[] input = state.scorer.input(state.userContext, row);
    return new Candidate(
        item,
        index < 0 ? null : model.itemName(index),
        index >= 0,
        Probability.of(logit[0]),
        logit[0],
        interestAttention(),
        recentAttention(),
        list(input, 0, input.length));
  }

  private List<Float> interestAttention() {
    if (!(state.scorer.longSequence() instanceof InterestSequence sequence)) {
      return List.of();
    }
    TargetAttention attention = sequence.attention();
    return attention.size() == 0 ? List.of() : list(attention.weights(), 0, attention.size());
  }

  /**
   * In the order of the behaviors; the keys are in ascending item row, equal items weigh the same.
   */
  private List<Float> recentAttention() {
    AttentionSequence sequence = state.scorer.recent();
    int count = state.recent.count();
    List<Float> weights = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int key = Arrays.binarySearch(sequence.sortedRows(), 0, count, state.recent.rows()[i]);
      weights.add(sequence.attention().weights()[key]);
    }
    return weights;
  }

  private List<InputPart> inputParts() {
    Layout layout = model.layout();
    int d = model.spec().dimension();
    List<InputPart> parts = new ArrayList<>();
    List<Column> users = model.spec().schema().user();
    for (int c = 0; c < users.size(); c++) {
      parts.add(part("user." + users.get(c).name(), layout.userOffset(c), users.get(c)));
    }
    List<Column> contexts = model.spec().schema().context();
    for (int c = 0; c < contexts.size(); c++) {
      parts.add(
          part("context." + contexts.get(c).name(), layout.contextOffset(c), contexts.get(c)));
    }
    int at = layout.userContextWidth();
    parts.add(new InputPart("item", at, d));
    at += d;
    for (Column column : model.spec().schema().item()) {
      if (!column.categorical()) {
        parts.add(new InputPart("item." + column.name(), at++, 1));
      }
    }
    for (String name : layout.hasLong() ? List.of("recent", "long") : List.of("recent")) {
      parts.add(new InputPart(name, at, d));
      parts.add(new InputPart(name + "*item", at + d, d));
      at += 2 * d;
    }
    return parts;
  }

  private InputPart part(String name, int from, Column column) {
    return new InputPart(name, from, column.categorical() ? model.spec().featureWidth() : 1);
  }

  private static List<Float> list(float[] values, int from, int count) {
    List<Float> list = new ArrayList<>(count);
    for (int i = from; i < from + count; i++) {
      list.add(values[i]);
    }
    return list;
  }
}
