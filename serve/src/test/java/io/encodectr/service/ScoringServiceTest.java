package io.encodectr.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.encodectr.behavior.Event;
import io.encodectr.behavior.Outcome;
import io.encodectr.behavior.folder.FolderEventLog;
import io.encodectr.file.InputException;
import io.encodectr.generation.Generation;
import io.encodectr.generation.Store;
import io.encodectr.online.ServedWorld;
import io.encodectr.scoring.Explanation;
import io.encodectr.scoring.ScoreContext;
import io.encodectr.scoring.UserEvents;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rules of an answer: who is known, how fresh it is, what it covers. */
class ScoringServiceTest {
  private static final ScoreContext CONTEXT = ScoreContext.at(ServedWorld.NOW);

  @TempDir private static Path folder;
  private static ServedWorld world;

  @TempDir private Path logFolder;
  private final ActivePair pairs = new ActivePair();
  private final ServiceMetrics metrics = new ServiceMetrics();
  private FolderEventLog log;
  private ScoringPair pair;
  private ScoringService service;

  @BeforeAll
  static void make() throws IOException {
    world = ServedWorld.in(folder);
  }

  @AfterAll
  static void end() {
    world.close();
  }

  @BeforeEach
  void open() throws IOException {
    log = FolderEventLog.open(logFolder.resolve("events"));
    pair = ServedWorld.open(world.pair(1));
    service = service(null);
    pairs.activate(pair);
    service.behaviors().inUse();
  }

  private ScoringService service(@Nullable Duration staleAfter) {
    return new ScoringService(
        pairs,
        new UserBehaviors(log, pairs, metrics),
        new Admission("test", 1, 1, Duration.ofSeconds(1)),
        new RequestShapes(),
        metrics,
        staleAfter);
  }

  @AfterEach
  void close() {
    pairs.close();
    log.close();
    metrics.close();
  }

  private static ScoreQuery query(String user, List<String> items) {
    return new ScoreQuery(user, items, CONTEXT, null, false);
  }

  private static List<String> items(int count) {
    List<String> items = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      items.add("i" + i % ServedWorld.ITEMS);
    }
    return items;
  }

  private static void assertCounted(ServiceMetrics metrics, String line) {
    assertThat(metrics.text().lines()).contains(line);
  }

  @Test
  void scoresAreThoseOfTheScorerInTheOrderAsked() {
    List<String> asked = List.of("i7", "i3", "unheard of", "i7", "i299");
    ScoreAnswer answer = service.score(query("u9", asked), Deadline.NONE);
    assertThat(answer.logits()).isEqualTo(pair.scorer().logits("u9", asked, CONTEXT));
    assertThat(answer.items()).isEqualTo(asked);
    assertThat(answer.known()).containsExactly(true, true, false, true, true);
    assertThat(answer.model()).isEqualTo(pair.fingerprint());
    assertThat(answer.generation()).isEqualTo(pair.generation());
    assertThat(answer.userKnown()).isTrue();
    assertThat(answer.asOf()).isEqualTo(ServedWorld.NOW);
    assertThat(answer.degraded()).isEmpty();
    assertThat(answer.coverage()).isEqualTo(1);
    assertThat(answer.explanation()).isNull();
    assertCounted(metrics, "encode_candidates_total{known=\"false\"} 1.0");
    assertCounted(metrics, "encode_candidates_total{known=\"true\"} 4.0");
    assertCounted(metrics, "encode_users_total{known=\"true\"} 1.0");
  }

  @Test
  void theBestComeFirstAndEarlierOnesFirstInTies() {
    List<String> asked = new ArrayList<>(items(200));
    asked.add(0, "new one");
    asked.add("new two");
    ScoreAnswer all = service.score(query("u30", asked), Deadline.NONE);
    ScoreAnswer best =
        service.score(new ScoreQuery("u30", asked, CONTEXT, 500, false), Deadline.NONE);
    List<Integer> expected = new ArrayList<>();
    for (int i = 0; i < asked.size(); i++) {
      expected.add(i);
    }
    expected.sort((a, b) -> Float.compare(all.logits()[b], all.logits()[a]));
    assertThat(best.items()).isEqualTo(expected.stream().map(asked::get).toList());
    for (int i = 0; i < expected.size(); i++) {
      assertThat(best.logits()[i]).isEqualTo(all.logits()[expected.get(i)]);
      assertThat(best.known()[i]).isEqualTo(all.known()[expected.get(i)]);
    }
    assertThat(best.items().indexOf("new one")).isLessThan(best.items().indexOf("new two"));
    ScoreAnswer three =
        service.score(new ScoreQuery("u30", asked, CONTEXT, 3, true), Deadline.NONE);
    assertThat(three.items()).isEqualTo(best.items().subList(0, 3));
    assertThat(three.coverage()).isEqualTo(1);
    assertThat(three.explanation().candidates())
        .extracting(Explanation.Candidate::item)
        .isEqualTo(three.items());
    assertThat(three.explanation().candidates().get(1).logit()).isEqualTo(three.logits()[1]);
  }

  @Test
  void aNewUserIsScoredAndMarked() {
    ScoreAnswer answer = service.score(query("nobody", List.of("i1")), Deadline.NONE);
    assertThat(answer.userKnown()).isFalse();
    assertThat(answer.degraded()).containsExactly(Degradation.NO_INTERESTS);
    assertThat(answer.logits()).isEqualTo(pair.scorer().logits("nobody", List.of("i1"), CONTEXT));
    String withoutHistory = "u" + (ServedWorld.USERS - 1);
    ScoreAnswer known = service.score(query(withoutHistory, List.of("i1")), Deadline.NONE);
    assertThat(known.userKnown()).isTrue();
    assertThat(known.degraded()).containsExactly(Degradation.NO_INTERESTS);
    assertCounted(metrics, "encode_degraded_total{reason=\"no_interests\"} 2.0");
    assertCounted(metrics, "encode_users_total{known=\"false\"} 1.0");
  }

  @Test
  void aMethodWithoutInterestsMissesNone() throws IOException {
    Path model = world.model("din", 5);
    Path store = world.store("din-store", model, ServedWorld.NOW);
    pairs.activate(ServedWorld.open(new PairLocation(model, store, null)));
    assertThat(service.score(query("nobody", List.of("i1")), Deadline.NONE).degraded()).isEmpty();
  }

  @Test
  void aRequestWithoutItemsIsAnsweredWithoutScores() {
    ScoreAnswer answer =
        service.score(
            query("u1", List.of()), Deadline.after(System.nanoTime(), Duration.ofHours(1)));
    assertThat(answer.items()).isEmpty();
    assertThat(answer.coverage()).isEqualTo(1);
    assertThat(answer.degraded()).isEmpty();
  }

  @Test
  void aRequestWithoutATimeHappensNow() {
    ScoreQuery now =
        new ScoreQuery("u9", List.of("i1"), new ScoreContext(null, Map.of()), null, true);
    ScoreAnswer answer = service.score(now, Deadline.NONE);
    long seconds = System.currentTimeMillis() / 1000;
    assertThat(answer.explanation().time()).isBetween(seconds - 60, seconds);
  }

  @Test
  void interestsAreStaleFromTheAgeThatWasChosen() {
    ScoringService strict = service(Duration.ofDays(7));
    long limit = ServedWorld.NOW + 7 * 86_400;
    for (long late : new long[] {0, 1}) {
      ScoreQuery query =
          new ScoreQuery("u9", List.of("i1"), ScoreContext.at(limit + late), null, false);
      assertThat(strict.score(query, Deadline.NONE).degraded())
          .isEqualTo(late == 0 ? Set.of() : Set.of(Degradation.STALE_INTERESTS));
      assertThat(service.score(query, Deadline.NONE).degraded()).isEmpty();
    }
  }

  @Test
  void aWrongContextIsNamed() {
    ScoreQuery wrong =
        new ScoreQuery(
            "u9",
            List.of("i1"),
            new ScoreContext(ServedWorld.NOW, Map.of("devise", "x")),
            null,
            false);
    assertThatThrownBy(() -> service.score(wrong, Deadline.NONE))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("'devise'");
  }

  /** What a deadline must leave for the answer to 2,000 candidates. */
  private static final long KEPT = Pace.ANSWER + 2000 * Pace.CANDIDATE;

  /** Looks at the clock before the first candidate: for events, for interests, for the pace. */
  private static final long LOOKS = 3;

  /** The clock of this deadline moves on by one each time somebody looks. */
  @Test
  void aDeadlineLeavesTheFirstCandidatesScored() {
    List<String> asked = items(2000);
    float[] all = service.score(query("u9", asked), Deadline.NONE).logits();
    int before = -1;
    for (int looks = 1; looks < 10; looks++) {
      AtomicLong clock = new AtomicLong();
      Deadline deadline = Deadline.on(clock::incrementAndGet, KEPT + looks + LOOKS);
      ScoreAnswer answer = service.score(query("u9", asked), deadline);
      int scored = answer.logits().length;
      assertThat(scored).isGreaterThanOrEqualTo(Math.max(1, before));
      before = scored;
      assertThat(answer.coverage()).isEqualTo(scored / 2000.0);
      assertThat(answer.items()).isEqualTo(asked.subList(0, scored));
      assertThat(answer.logits()).isEqualTo(java.util.Arrays.copyOf(all, scored));
      assertThat(answer.degraded().contains(Degradation.DEADLINE)).isEqualTo(scored < 2000);
    }
    assertThat(before).as("enough looks for all").isEqualTo(2000);
    assertThatThrownBy(() -> service.score(query("u9", asked), Deadline.on(() -> 5, 5 + KEPT)))
        .isInstanceOfSatisfying(
            Refusal.class, e -> assertThat(e.reason()).isEqualTo(Refusal.Reason.DEADLINE));
  }

  @Test
  void theBestOfWhatTheDeadlineLeftAreAnswered() {
    List<String> asked = items(2000);
    AtomicLong clock = new AtomicLong();
    ScoreAnswer answer =
        service.score(
            new ScoreQuery("u9", asked, CONTEXT, 5, false),
            Deadline.on(clock::incrementAndGet, KEPT + 1 + LOOKS));
    assertThat(answer.items()).hasSize(5);
    assertThat(answer.coverage()).isLessThan(1).isPositive();
    assertThat(answer.degraded()).containsExactly(Degradation.DEADLINE);
  }

  @Test
  void aUserReadsTheirOwnWrites() throws IOException {
    List<String> asked = items(50);
    float[] before = service.score(query("u9", asked), Deadline.NONE).logits();
    List<Event> events =
        List.of(
            new Event("e1", "u9", "i5", ServedWorld.NOW + 10, null),
            new Event("e2", "u9", "i200", ServedWorld.NOW + 20, "click"));
    assertThat(service.behaviors().append(events)).containsExactly(Outcome.STORED, Outcome.STORED);
    assertThat(service.behaviors().append(events.subList(1, 2))).containsExactly(Outcome.DUPLICATE);
    ScoreAnswer answer = service.score(query("u9", asked), Deadline.NONE);
    assertThat(answer.eventsSince()).isEqualTo(2);
    UserEvents same =
        new UserEvents(
            List.of("i5", "i200"), new long[] {ServedWorld.NOW + 10, ServedWorld.NOW + 20}, false);
    assertThat(answer.logits())
        .isEqualTo(pair.scorer().logits("u9", asked, CONTEXT, same))
        .isNotEqualTo(before);
    assertThat(service.score(query("u10", asked), Deadline.NONE).eventsSince()).isZero();
    assertCounted(metrics, "encode_events_total{outcome=\"stored\"} 2.0");
    assertCounted(metrics, "encode_events_total{outcome=\"duplicate\"} 1.0");
    UserProfile profile = service.profile("u9");
    assertThat(profile.events())
        .extracting(UserProfile.Behavior::item)
        .containsExactly("i5", "i200");
    assertThat(profile.events().get(1).name()).isEqualTo("Item number 200");
  }

  @Test
  void aLogThatFailsDegradesScoresButDoesNotStopThem() {
    List<String> asked = items(20);
    float[] before = service.score(query("u9", asked), Deadline.NONE).logits();
    assertThat(service.behaviors().failure()).isNull();
    log.close();
    ScoreAnswer answer = service.score(query("u9", asked), Deadline.NONE);
    assertThat(answer.degraded()).containsExactly(Degradation.EVENTS_UNAVAILABLE);
    assertThat(answer.logits()).isEqualTo(before);
    assertThat(service.behaviors().failure()).contains("closed");
    assertThatThrownBy(() ->
            service
                .behaviors()
                .append(List.of(new Event(null, "u9", "i5", ServedWorld.NOW + 10, null))))
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> assertThat(refusal.reason()).isEqualTo(Refusal.Reason.EVENTS_UNAVAILABLE));
  }

  @Test
  void aForgottenUserIsANewUser() throws IOException {
    PairLocation location = copy("forgetting");
    ScoringPair own = ServedWorld.open(location);
    pairs.activate(own);
    service.behaviors().join(own.store());
    service.behaviors().inUse();
    service.behaviors().append(List.of(new Event("e1", "u20", "i5", ServedWorld.NOW + 10, null)));
    assertThat(service.profile("u20").known()).isTrue();
    service.behaviors().forget("u20");
    ScoreAnswer answer = service.score(query("u20", List.of("i1")), Deadline.NONE);
    assertThat(answer.userKnown()).isFalse();
    assertThat(answer.eventsSince()).isZero();
    assertThat(answer.degraded()).containsExactly(Degradation.NO_INTERESTS);
    assertThat(answer.logits())
        .isEqualTo(
            own.scorer()
                .logits(
                    "u20", List.of("i1"), CONTEXT, new UserEvents(List.of(), new long[0], true)));
    UserProfile profile = service.profile("u20");
    assertThat(profile.known()).isFalse();
    assertThat(profile.behaviors()).isZero();
    assertThat(profile.interests()).isEmpty();
    assertThat(profile.recent()).isEmpty();
    assertThat(profile.features()).isEmpty();
    assertThat(service.score(query("u21", List.of("i1")), Deadline.NONE).userKnown()).isTrue();
  }

  private PairLocation copy(String name) throws IOException {
    Path model = world.model("encode", 1);
    return new PairLocation(model, world.store(name, model, ServedWorld.NOW), null);
  }

  @Test
  void aUserWhoseRecordIsDamagedIsScoredWithoutIt() throws IOException {
    PairLocation location = copy("to-be-damaged");
    ScoringPair own = ServedWorld.open(location);
    pairs.activate(own);
    Store store = Store.open(own.location().store().folder());
    Path file = store.generation(store.current()).resolve(Generation.FILE);
    // The last record lies before index and footer; flip a byte in every record but keep the rest.
    byte[] bytes = Files.readAllBytes(file);
    for (int at = 128 + 40; at < bytes.length / 2; at += 16) {
      bytes[at] ^= 1;
    }
    Files.write(file, bytes);
    ScoreAnswer answer = service.score(query("u0", List.of("i1")), Deadline.NONE);
    assertThat(answer.degraded()).containsExactly(Degradation.NO_INTERESTS);
    assertThat(answer.logits()).hasSize(1);
    assertThatThrownBy(() -> service.profile("u0")).isInstanceOf(InputException.class);
  }

  @Test
  void aProfileTellsAllThatIsKnown() {
    UserProfile profile = service.profile("u9");
    assertThat(profile.known()).isTrue();
    assertThat(profile.behaviors()).isEqualTo(28);
    assertThat(profile.represented()).isEqualTo(28);
    assertThat(profile.recent()).hasSize(28);
    assertThat(profile.recent().getLast().time()).isLessThan(ServedWorld.NOW);
    assertThat(profile.interests().stream().mapToInt(UserProfile.Interest::mass).sum())
        .isEqualTo(28);
    assertThat(profile.features()).containsKeys("country", "age");
    assertThat(profile.features().get("country")).isEqualTo(List.of("v2"));
    UserProfile nobody = service.profile("nobody");
    assertThat(nobody.known()).isFalse();
    assertThat(nobody.id()).isEqualTo("nobody");
    assertThat(nobody.interests()).isEmpty();
  }
}
