package io.encodectr.explorer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.encodectr.dataset.Dataset;
import io.encodectr.dataset.DatasetFixture;
import io.encodectr.explorer.AttentionView.Candidate;
import io.encodectr.explorer.AttentionView.ClusterFlow;
import io.encodectr.explorer.AttentionView.MemberFlow;
import io.encodectr.explorer.AttentionView.RecentFlow;
import io.encodectr.explorer.UserView.Cluster;
import io.encodectr.explorer.UserView.Member;
import io.encodectr.explorer.UserView.Timeline;
import io.encodectr.file.InputException;
import io.encodectr.generation.UserInterests;
import io.encodectr.item.ItemTable;
import io.encodectr.scoring.ScoreContext;
import io.encodectr.scoring.UserEvents;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExplorerTest {
  private static final long NOW = ExplorerFixture.START + 30_000_000;

  @TempDir private static Path folder;
  private static ExplorerFixture fixture;

  private static LivePairs pairs;
  private static Explorer whole;
  private static Explorer bare;

  @BeforeAll
  static void open() throws IOException {
    fixture = ExplorerFixture.in(folder);
    pairs = fixture.pairs();
    Clock clock = Clock.fixed(Instant.ofEpochSecond(NOW), ZoneOffset.UTC);
    whole = new Explorer(pairs, fixture.dataset(), clock);
    bare = new Explorer(pairs, null);
  }

  @AfterEach
  void forgetEvents() {
    pairs.clear();
  }

  @AfterAll
  static void close() {
    whole.close();
    bare.close();
    pairs.close();
  }

  private static UserInterests stored(String user) {
    return Objects.requireNonNull(pairs.scorer().generation().find(user));
  }

  /** The index of an item in the model. */
  private static int row(UserView view, int item) {
    return pairs.scorer().model().model().itemIds().indexOf(view.items().get(item).item());
  }

  @ParameterizedTest
  @ValueSource(strings = {"u0", "u1", "u9", ExplorerFixture.HOSTILE_USER})
  void everyBehaviorHasTheClusterThatExtractionGaveIt(String user) {
    UserView view = whole.user(user, null);
    UserInterests stored = stored(user);
    assertThat(view.allMembers()).isTrue();
    assertThat(view.wholeTimeline()).isTrue();
    assertThat(view.note()).isNull();
    Timeline timeline = view.timeline();
    assertThat(timeline.items()).hasSize(stored.behaviors());
    assertThat(timeline.times()).isSorted();
    for (int k = 0; k < stored.count(); k++) {
      assertThat(Collections.frequency(timeline.clusters(), k)).isEqualTo(stored.masses()[k]);
      assertThat(view.clusters().get(k).size()).isEqualTo(stored.masses()[k]);
    }
    int represented = view.represented();
    assertThat(
            timeline
                .clusters()
                .subList(timeline.clusters().size() - represented, timeline.clusters().size()))
        .noneMatch(cluster -> cluster < 0);
    assertThat(timeline.clusters().subList(0, timeline.clusters().size() - represented))
        .allMatch(cluster -> cluster < 0);
  }

  /** u_k = Σ w_i·s_i over the members told is the interest that is stored. */
  @Test
  void membersMakeUpTheStoredInterests() {
    UserView view = whole.user("u2", null);
    UserInterests stored = stored("u2");
    ItemTable items = pairs.scorer().model().items().table();
    int d = items.dimension();
    boolean[] complete = new boolean[stored.count()];
    for (int k = 0; k < stored.count(); k++) {
      Cluster cluster = view.clusters().get(k);
      complete[k] = Objects.equals(cluster.distinct(), cluster.members().size());
      if (!complete[k]) {
        continue;
      }
      float total = 0;
      double[] sum = new double[d];
      for (Member member : cluster.members()) {
        total += member.weight();
        for (int c = 0; c < d; c++) {
          sum[c] += member.weight() * items.embeddings()[row(view, member.item()) * d + c];
        }
      }
      assertThat(total).isCloseTo(1f, within(1e-5f));
      for (int c = 0; c < d; c++) {
        assertThat(sum[c]).isCloseTo(stored.vectors()[k * d + c], within(1e-5));
      }
    }
    assertThat(complete).contains(true);
  }

  @Test
  void clustersTellTheirSpanAndCounts() {
    UserView view = whole.user("u3", null);
    for (int k = 0; k < view.clusters().size(); k++) {
      Cluster cluster = view.clusters().get(k);
      List<Long> times = new ArrayList<>();
      Map<Integer, Integer> counts = new HashMap<>();
      for (int i = 0; i < view.timeline().items().size(); i++) {
        if (view.timeline().clusters().get(i) == k) {
          times.add(view.timeline().times().get(i));
          counts.merge(view.timeline().items().get(i), 1, Integer::sum);
        }
      }
      assertThat(cluster.first()).isEqualTo(times.getFirst());
      assertThat(cluster.last()).isEqualTo(times.getLast());
      assertThat(cluster.median()).isBetween(cluster.first(), cluster.last());
      assertThat(cluster.distinct()).isEqualTo(counts.size());
      for (Member member : cluster.members()) {
        assertThat(member.behaviors()).isEqualTo(counts.get(member.item()));
      }
      assertThat(cluster.members())
          .isSortedAccordingTo((a, b) -> Float.compare(b.weight(), a.weight()));
    }
  }

  @Test
  void withoutADatasetTheHeaviestItemsAndTheLastBehaviorsAreKnown() {
    UserView all = whole.user("u9", null);
    UserView view = bare.user("u9", null);
    assertThat(view.allMembers()).isFalse();
    assertThat(view.wholeTimeline()).isFalse();
    assertThat(view.behaviors()).isEqualTo(all.behaviors());
    assertThat(view.timeline().times())
        .isEqualTo(all.timeline().times().subList(all.behaviors() - 50, all.behaviors()));
    for (int k = 0; k < view.clusters().size(); k++) {
      Cluster known = view.clusters().get(k);
      Cluster told = all.clusters().get(k);
      assertThat(known.size()).isEqualTo(told.size());
      assertThat(known.x()).isEqualTo(told.x());
      assertThat(known.median()).isNull();
      assertThat(known.distinct()).isNull();
      assertThat(known.members()).hasSizeLessThanOrEqualTo(8).isNotEmpty();
      for (int i = 0; i < known.members().size(); i++) {
        assertThat(known.members().get(i).weight())
            .isCloseTo(told.members().get(i).weight(), within(1e-6f));
      }
    }
    // What is told of a behavior's cluster is true.
    int offset = all.behaviors() - 50;
    int placed = 0;
    for (int i = 0; i < 50; i++) {
      int cluster = view.timeline().clusters().get(i);
      placed += cluster >= 0 ? 1 : 0;
      assertThat(cluster).isIn(-1, all.timeline().clusters().get(offset + i));
    }
    assertThat(placed).isPositive();
  }

  @Test
  void aShortHistoryIsWholeWithoutADataset() throws IOException {
    Path small = folder.resolve("short");
    try (Dataset data =
        ExplorerFixture.behaviors(1).userIds(user -> "s" + user).open(small.resolve("data"))) {
      String id =
          ExplorerFixture.extract(
              data,
              fixture.model(),
              small.resolve("store"),
              ExplorerFixture.START + ExplorerFixture.STEP * ExplorerFixture.LONG_HISTORY / 10);
      try (LivePairs early = new LivePairs(fixture.model(), small.resolve("store"), id);
          Explorer explorer = new Explorer(early, null)) {
        UserView view = explorer.user("s1", null);
        assertThat(view.behaviors()).isEqualTo(6);
        assertThat(view.wholeTimeline()).isTrue();
      }
    }
  }

  @Test
  void aDatasetOfOtherBehaviorsIsNotTakenForTheTruth() throws IOException {
    Path other = folder.resolve("other");
    ExplorerFixture.behaviors(8).write(other);
    try (Explorer explorer = new Explorer(pairs, other)) {
      UserView view = explorer.user("u4", null);
      assertThat(view.allMembers()).isFalse();
      assertThat(view.note()).contains("other behaviors of this user than the dataset");
      assertThat(view.timeline().items()).hasSize(50);
      assertThat(view.clusters()).isNotEmpty().allMatch(cluster -> cluster.median() == null);
    }
  }

  /** As after an extraction that joined events: the dataset lacks the last behaviors. */
  @Test
  void behaviorsThatOnlyTheGenerationHasAreNoObstacle() throws IOException {
    Path joined = folder.resolve("joined");
    DatasetFixture more = ExplorerFixture.behaviors(7);
    for (int i = 0; i < 10; i++) {
      more.behavior(4, i, NOW + i);
    }
    try (Dataset data = more.open(joined.resolve("data"))) {
      ExplorerFixture.extract(data, fixture.model(), joined.resolve("store"), null);
    }
    try (LivePairs live = new LivePairs(fixture.model(), joined.resolve("store"));
        Explorer explorer = new Explorer(live, fixture.dataset())) {
      UserView view = explorer.user("u4", null);
      assertThat(view.allMembers()).isTrue();
      assertThat(view.timeline().items()).hasSize(130);
      assertThat(view.timeline().times()).isSorted().endsWith(NOW + 8, NOW + 9);
    }
  }

  @Test
  void aDatasetOfOtherItemsTellsNothing() throws IOException {
    Path other = folder.resolve("strange");
    ExplorerFixture.behaviors(8).itemIds(item -> "strange" + item).write(other);
    try (Explorer explorer = new Explorer(pairs, other)) {
      assertThat(explorer.overview().wholeHistories()).isFalse();
      assertThat(explorer.overview().note()).contains("their items differ");
      UserView view = explorer.user("u4", null);
      assertThat(view.timeline().items()).hasSize(50);
      assertThat(view.note()).contains("their items differ");
    }
  }

  @Test
  void anOlderGenerationIsShownAsItWas() {
    pairs.click("u4", "i2", NOW);
    UserView view = whole.user("u4", fixture.older());
    assertThat(view.live()).isFalse();
    assertThat(view.asOf()).isEqualTo(ExplorerFixture.MIDDLE);
    assertThat(view.allMembers()).isTrue();
    assertThat(view.behaviors()).isEqualTo(60);
    assertThat(view.timeline().events()).isZero();
    assertThat(view.timeline().times()).allMatch(time -> time < ExplorerFixture.MIDDLE);
    assertThat(whole.user("u4", fixture.current()).timeline().events()).isZero();
    assertThat(whole.user("u4", null).timeline().events()).isOne();
    assertThatThrownBy(() -> whole.user("u4", "none-of-these"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("none-of-these");
    assertThatThrownBy(() -> whole.user("u4", "../../etc"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("no generation id");
  }

  @Test
  void aGenerationComparedWithItselfHasNotChanged() {
    for (Explorer explorer : List.of(whole, bare)) {
      GenerationComparison same = explorer.generations("u6", fixture.current(), fixture.current());
      for (int k = 0; k < same.origins().size(); k++) {
        GenerationComparison.Origin origin = Objects.requireNonNull(same.origins().get(k));
        assertThat(origin.cluster()).isEqualTo(k);
        assertThat(origin.shared()).isCloseTo(1f, within(1e-5f));
      }
    }
  }

  @Test
  void clustersComeFromThoseThatShareMost() {
    GenerationComparison comparison = whole.generations("u6", fixture.older(), fixture.current());
    UserView from = comparison.from();
    UserView to = comparison.to();
    for (int k = 0; k < to.clusters().size(); k++) {
      // Old behaviors come first in both timelines: count those of the new cluster by old cluster.
      int[] shared = new int[from.clusters().size()];
      for (int old = 0; old < shared.length; old++) {
        for (int item = 0; item < ExplorerFixture.ITEMS; item++) {
          shared[old] += Math.min(count(from, old, "i" + item), count(to, k, "i" + item));
        }
      }
      int most = IntStream.of(shared).max().orElseThrow();
      GenerationComparison.Origin origin = comparison.origins().get(k);
      if (most == 0) {
        assertThat(origin).isNull();
      } else {
        assertThat(shared[Objects.requireNonNull(origin).cluster()]).isEqualTo(most);
        assertThat(origin.shared())
            .isCloseTo((float) most / to.clusters().get(k).size(), within(1e-5f));
      }
    }
  }

  private static int count(UserView view, int cluster, String item) {
    int count = 0;
    for (int i = 0; i < view.timeline().items().size(); i++) {
      boolean same =
          view.timeline().clusters().get(i) == cluster
              && view.items().get(view.timeline().items().get(i)).item().equals(item);
      count += same ? 1 : 0;
    }
    return count;
  }

  @Test
  void scoresAreTheScorers() {
    pairs.click("u3", "i8", NOW - 100);
    UserEvents events = new UserEvents(List.of("i8"), new long[] {NOW - 100}, false);
    List<String> items = List.of("i1", "no such item", "i3");
    AttentionView view = whole.attention("u3", items, null, List.of(), NOW);
    float[] scores = pairs.scorer().score("u3", items, ScoreContext.at(NOW), events);
    float[] logits = pairs.scorer().logits("u3", items, ScoreContext.at(NOW), events);
    assertThat(view.candidates()).hasSize(3);
    for (int i = 0; i < 3; i++) {
      Candidate candidate = view.candidates().get(i);
      assertThat(candidate.probability()).isEqualTo(scores[i]);
      assertThat(candidate.logit()).isEqualTo(logits[i]);
      assertThat(view.items().get(candidate.item()).item()).isEqualTo(items.get(i));
    }
    assertThat(view.items().get(view.candidates().get(1).item()).known()).isFalse();
    assertThat(view.items().get(view.candidates().get(2).item()).facts())
        .extracting(ItemCard.Fact::name)
        .containsExactly("brand", "price");
    assertThat(view.events()).isOne();
  }

  @Test
  void attentionFlowsWithoutLossToMembers() {
    AttentionView view = whole.attention("u9", List.of("i1"), null, List.of(), NOW);
    Candidate candidate = view.candidates().getFirst();
    UserInterests stored = stored("u9");
    float all = 0;
    for (int k = 0; k < candidate.clusters().size(); k++) {
      ClusterFlow flow = candidate.clusters().get(k);
      all += flow.weight();
      float parts = flow.rest();
      for (int i = 0; i < flow.members().size(); i++) {
        MemberFlow member = flow.members().get(i);
        assertThat(member.weight()).isEqualTo(stored.members()[k].weights()[i]);
        assertThat(member.share()).isCloseTo(flow.weight() * member.weight(), within(1e-7f));
        parts += member.share();
      }
      assertThat(parts).isCloseTo(flow.weight(), within(1e-5f));
    }
    assertThat(all).isCloseTo(1f, within(1e-5f));
    assertThat(candidate.recent()).hasSize(50);
    assertThat(candidate.recent().stream().mapToDouble(RecentFlow::weight).sum())
        .isCloseTo(1, within(1e-5));
  }

  @Test
  void aTriedClickIsScoredAndNotStored() {
    AttentionView before = whole.attention("u2", List.of("i6"), null, List.of(), NOW);
    AttentionView tried = whole.attention("u2", List.of("i6"), null, List.of("i6"), NOW);
    AttentionView after = whole.attention("u2", List.of("i6"), null, List.of(), NOW);
    assertThat(after).isEqualTo(before);
    assertThat(tried.tried()).containsExactly("i6");
    assertThat(tried.candidates().getFirst().logit())
        .isNotEqualTo(before.candidates().getFirst().logit());
    pairs.click("u2", "i6", NOW);
    AttentionView recorded = whole.attention("u2", List.of("i6"), null, List.of(), NOW);
    assertThat(recorded.candidates()).isEqualTo(tried.candidates());
    List<RecentFlow> recent = recorded.candidates().getFirst().recent();
    assertThat(recent.getLast().event()).isTrue();
    assertThat(recent.subList(0, recent.size() - 1)).noneMatch(RecentFlow::event);
  }

  @Test
  void anOlderGenerationScoresAsItDid() throws IOException {
    pairs.click("u2", "i6", NOW);
    AttentionView view = whole.attention("u2", List.of("i6"), fixture.older(), List.of(), NOW);
    try (LivePairs then = new LivePairs(fixture.model(), fixture.store(), fixture.older())) {
      float[] logits = then.scorer().logits("u2", List.of("i6"), ScoreContext.at(NOW));
      assertThat(view.candidates().getFirst().logit()).isEqualTo(logits[0]);
    }
    assertThat(view.events()).isZero();
  }

  @Test
  void eventsFollowTheHistory() {
    pairs.click("u2", "i6", NOW);
    pairs.click("u2", "an item nobody knows", NOW + 1);
    UserView view = whole.user("u2", null);
    Timeline timeline = view.timeline();
    assertThat(timeline.events()).isEqualTo(2);
    assertThat(timeline.times()).endsWith(NOW, NOW + 1).isSorted();
    assertThat(
            timeline.clusters().subList(timeline.clusters().size() - 2, timeline.clusters().size()))
        .containsExactly(-1, -1);
    ItemCard last = view.items().get(timeline.items().getLast());
    assertThat(last.item()).isEqualTo("an item nobody knows");
    assertThat(last.known()).isFalse();
  }

  @Test
  void ofAForgottenUserNothingIsTold() {
    pairs.forget("u2");
    pairs.click("u2", "i6", NOW);
    for (String generation : Arrays.asList(null, fixture.current(), fixture.older())) {
      UserView view = whole.user("u2", generation);
      assertThat(view.forgotten()).isTrue();
      assertThat(view.known()).isFalse();
      assertThat(view.behaviors()).isZero();
      assertThat(view.clusters()).isEmpty();
      assertThat(view.timeline().items()).hasSize(generation == null ? 1 : 0);
    }
    assertThat(whole.users("u2", 20)).extracting(UserSearch.Found::user).doesNotContain("u2");
    assertThat(whole.users("", 20)).extracting(UserSearch.Found::user).doesNotContain("u2");
    assertThat(
            whole
                .attention("u2", List.of("i1"), fixture.older(), List.of(), NOW)
                .candidates()
                .getFirst()
                .clusters())
        .isEmpty();
  }

  @Test
  void unknownUsersAndThoseWithoutHistoryAreShownEmpty() {
    UserView unknown = whole.user("nobody", null);
    assertThat(unknown.known()).isFalse();
    assertThat(unknown.clusters()).isEmpty();
    UserView empty = whole.user("u5", null);
    assertThat(empty.known()).isTrue();
    assertThat(empty.clusters()).isEmpty();
    assertThat(whole.attention("u5", List.of("i1"), null, List.of(), NOW).candidates())
        .singleElement()
        .satisfies(candidate -> {
          assertThat(candidate.clusters()).isEmpty();
          assertThat(candidate.recent()).isEmpty();
        });
  }

  @Test
  void suggestionsAreTheBestOfAllItems() {
    List<String> items =
        IntStream.range(0, ExplorerFixture.ITEMS).mapToObj(item -> "i" + item).toList();
    List<Explorer.Suggestion> best = whole.suggestions("u1", 5);
    float[] all = pairs.scorer().score("u1", items, ScoreContext.at(NOW));
    List<Integer> order =
        IntStream.range(0, all.length)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer i) -> -all[i]))
            .toList();
    for (int i = 0; i < 5; i++) {
      assertThat(best.get(i).probability()).isEqualTo(all[order.get(i)]);
      assertThat(best.get(i).card().item()).isEqualTo("i" + order.get(i));
    }
  }

  @Test
  void usersAreFoundByTheBeginningThenTheMiddleOfTheirIds() {
    assertThat(whole.users("u1", 20))
        .extracting(UserSearch.Found::user)
        .containsExactly("u1", "u10", "u11");
    assertThat(whole.users("U1", 2)).hasSize(2);
    assertThat(whole.users("ONERROR", 20))
        .extracting(UserSearch.Found::user)
        .containsExactly(ExplorerFixture.HOSTILE_USER);
    assertThat(whole.users("zzz", 20)).isEmpty();
    assertThat(whole.users("", 3).getFirst())
        .isEqualTo(new UserSearch.Found("u0", ExplorerFixture.LONG_HISTORY, stored("u0").count()));
  }

  @Test
  void itemsAreFoundByIdAndName() {
    assertThat(whole.items("i12", 3)).first().extracting(ItemCard::item).isEqualTo("i12");
    assertThat(whole.items("thing 1", 100))
        .allMatch(card -> Objects.requireNonNull(card.name()).contains("thing 1"))
        .hasSize(11);
    assertThat(whole.items("<script>", 5))
        .singleElement()
        .extracting(ItemCard::name)
        .isEqualTo(ExplorerFixture.HOSTILE_NAME);
    assertThat(whole.items("", 7)).hasSize(7);
  }

  @Test
  void theMapHoldsItemsAndInterestsOnTheSameAxes() {
    MapView map = whole.map();
    assertThat(map.present()).isTrue();
    assertThat(map.share()).isBetween(0.4, 1.0);
    assertThat(map.x()).hasSameSizeAs(map.y()).hasSizeLessThanOrEqualTo(ExplorerFixture.ITEMS);
    UserView view = whole.user("u2", null);
    for (Cluster cluster : view.clusters()) {
      if (Objects.equals(cluster.distinct(), 1)) {
        ItemCard only = view.items().get(cluster.members().getFirst().item());
        assertThat(cluster.x()).isCloseTo(only.x(), within(1e-5f));
        assertThat(cluster.y()).isCloseTo(only.y(), within(1e-5f));
      }
    }
    assertThat(view.clusters()).anyMatch(cluster -> Objects.equals(cluster.distinct(), 1));
  }

  @Test
  void overviewNamesTheGenerationsOfTheModel() {
    Overview overview = whole.overview();
    assertThat(overview.generation()).isEqualTo(fixture.current());
    assertThat(overview.wholeHistories()).isTrue();
    assertThat(overview.generations())
        .extracting(Overview.GenerationFacts::id)
        .containsExactly(fixture.older(), fixture.current());
    assertThat(overview.generations())
        .extracting(Overview.GenerationFacts::live)
        .containsExactly(false, true);
    assertThat(overview.model().clusters()).isEqualTo(30);
  }

  @Test
  void aModelWithoutInterestsHasNoMap() throws IOException {
    ExplorerFixture din = ExplorerFixture.in(folder.resolve("din"), "din");
    try (LivePairs recent = din.pairs();
        Explorer explorer = new Explorer(recent, din.dataset())) {
      assertThat(explorer.map().present()).isFalse();
      UserView view = explorer.user("u2", null);
      assertThat(view.clusters()).isEmpty();
      assertThat(view.timeline().items()).hasSize(80);
      Candidate candidate =
          explorer.attention("u2", List.of("i1"), null, List.of(), NOW).candidates().getFirst();
      assertThat(candidate.clusters()).isEmpty();
      assertThat(candidate.recent()).hasSize(50);
    }
  }
}
