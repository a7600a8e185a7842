package io.encodectr.service;

import io.encodectr.file.InputException;
import io.encodectr.generation.InterestsUnavailable;
import io.encodectr.generation.UserInterests;
import io.encodectr.scoring.Explanation;
import io.encodectr.scoring.ScoreContext;
import io.encodectr.scoring.Scorer;
import io.encodectr.scoring.UserEvents;
import io.encodectr.service.ServiceMetrics.Stage;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers what users may click. Calls compute in the caller's thread; {@link #admission} bounds how
 * many do so at a time. Thread-safe.
 */
public final class ScoringService {
  private static final Logger LOG = LoggerFactory.getLogger(ScoringService.class);

  private final ActivePair pairs;
  private final UserBehaviors behaviors;
  private final Admission admission;
  private final RequestShapes shapes;
  private final ServiceMetrics metrics;
  private final @Nullable Duration staleAfter;
  private volatile @Nullable String interestsFailure;
  private final Occasionally complain = new Occasionally(Duration.ofSeconds(10));

  /**
   * @param staleAfter age of a generation from which answers are degraded; null: none is too old
   */
  public ScoringService(
      ActivePair pairs,
      UserBehaviors behaviors,
      Admission admission,
      RequestShapes shapes,
      ServiceMetrics metrics,
      @Nullable Duration staleAfter) {
    this.pairs = pairs;
    this.behaviors = behaviors;
    this.admission = admission;
    this.shapes = shapes;
    this.metrics = metrics;
    this.staleAfter = staleAfter;
  }

  /** The pair in service. */
  public ActivePair pairs() {
    return pairs;
  }

  /** What users do meanwhile. */
  public UserBehaviors behaviors() {
    return behaviors;
  }

  /** Where work waits for its turn. */
  public Admission admission() {
    return admission;
  }

  /** Why interests could not be read when they last were, or null. */
  public @Nullable String interestsFailure() {
    return interestsFailure;
  }

  /** What is counted. */
  public ServiceMetrics metrics() {
    return metrics;
  }

  /**
   * Scores candidates. All of an answer comes from one pair.
   *
   * @param deadline as many candidates are scored as it leaves time for; those are answered
   * @throws InputException if the context does not fit the model
   * @throws Refusal if no pair is in service, or the deadline leaves no time for a candidate
   */
  public ScoreAnswer score(ScoreQuery query, Deadline deadline) {
    ScoringPair pair = pairs.acquire();
    try {
      return score(pair, query, deadline);
    } finally {
      pair.release();
    }
  }

  /**
   * All that is known of a user, whether or not anything is.
   *
   * @throws InputException if the user's record is damaged
   * @throws InterestsUnavailable if it cannot be read in time
   * @throws Refusal if no pair is in service
   */
  public UserProfile profile(String user) {
    return pairs.read(pair -> {
      UserEvents events =
          behaviors.since(user, pair, Deadline.NONE, EnumSet.noneOf(Degradation.class));
      UserInterests known = pair.scorer().stored(user, events);
      return UserProfile.of(pair, user, known, events);
    });
  }

  private ScoreAnswer score(ScoringPair pair, ScoreQuery query, Deadline deadline) {
    long start = System.nanoTime();
    shapes.add(query.items().size());
    Set<Degradation> degraded = EnumSet.noneOf(Degradation.class);
    Scorer scorer = pair.scorer();
    UserEvents events = behaviors.since(query.user(), pair, deadline, degraded);
    UserInterests user = stored(scorer, query.user(), events, deadline, degraded);
    if (pair.model().spec().clustered()
        && (user == null || user.count() == 0)
        && !degraded.contains(Degradation.INTERESTS_UNAVAILABLE)) {
      degraded.add(Degradation.NO_INTERESTS);
    }
    ScoreContext context = context(query.context());
    if (isStale(pair, context)) {
      degraded.add(Degradation.STALE_INTERESTS);
    }
    int[] rows = scorer.candidates(query.items());
    start = metrics.stage(Stage.LOOKUP, start);

    float[] logits = logits(scorer, query.user(), user, rows, context, events, deadline);
    if (logits.length < rows.length) {
      degraded.add(Degradation.DEADLINE);
    }
    metrics.stage(Stage.SCORE, start);

    ScoreAnswer answer = answer(pair, query, user, context, events, degraded, rows, logits);
    int unknown = 0;
    for (int i = 0; i < logits.length; i++) {
      unknown += rows[i] == scorer.model().items().unknown() ? 1 : 0;
    }
    metrics.answer(answer, logits.length, unknown);
    return answer;
  }

  /** A request without a time happens now. */
  private static ScoreContext context(ScoreContext asked) {
    return asked.time() != null
        ? asked
        : new ScoreContext(System.currentTimeMillis() / 1000, asked.values());
  }

  private boolean isStale(ScoringPair pair, ScoreContext context) {
    Long time = context.time();
    return staleAfter != null
        && time != null
        && time - pair.manifest().asOf() > staleAfter.toSeconds();
  }

  /**
   * What the generation holds of a user; a record that is damaged, or cannot be read in half of the
   * time that is left, is done without.
   */
  private @Nullable UserInterests stored(
      Scorer scorer, String user, UserEvents events, Deadline deadline, Set<Degradation> degraded) {
    try {
      UserInterests stored = scorer.stored(user, events, deadline.remaining() / 2);
      interestsFailure = null;
      return stored;
    } catch (InterestsUnavailable e) {
      interestsFailure = e.getMessage();
      if (complain.now()) {
        LOG.warn("users are scored without their interests: {}", e.getMessage());
      }
      degraded.add(Degradation.INTERESTS_UNAVAILABLE);
      return null;
    } catch (InputException e) {
      if (complain.now()) {
        LOG.error("a user's record in the generation is damaged; the user is scored without it");
      }
      return null;
    }
  }

  /** Logits of the first candidates: all, or as many as the deadline leaves time for. */
  private static float[] logits(
      Scorer scorer,
      String user,
      @Nullable UserInterests stored,
      int[] rows,
      ScoreContext context,
      UserEvents events,
      Deadline deadline) {
    Pace pace = new Pace(deadline, rows.length);
    float[] logits = scorer.logits(user, stored, rows, context, events, pace::leavesTime);
    if (logits.length == 0 && rows.length > 0) {
      throw new Refusal(Refusal.Reason.DEADLINE, "the deadline left no time to score a candidate");
    }
    return logits;
  }

  private static ScoreAnswer answer(
      ScoringPair pair,
      ScoreQuery query,
      @Nullable UserInterests stored,
      ScoreContext context,
      UserEvents events,
      Set<Degradation> degraded,
      int[] rows,
      float[] logits) {
    int[] order = order(logits, query.topN());
    String[] items = new String[order.length];
    float[] ordered = new float[order.length];
    boolean[] known = new boolean[order.length];
    int unknownRow = pair.scorer().model().items().unknown();
    for (int i = 0; i < order.length; i++) {
      items[i] = query.items().get(order[i]);
      ordered[i] = logits[order[i]];
      known[i] = rows[order[i]] != unknownRow;
    }
    List<String> answered = List.of(items);
    Explanation explanation =
        query.explain()
            ? pair.scorer().explain(query.user(), stored, answered, context, events)
            : null;
    return new ScoreAnswer(
        pair.fingerprint(),
        pair.generation(),
        query.user(),
        stored != null,
        pair.manifest().asOf(),
        events.count(),
        degraded,
        rows.length == 0 ? 1 : (double) logits.length / rows.length,
        answered,
        ordered,
        known,
        explanation);
  }

  /**
   * Indices in the order of the answer: as asked, or the best first, earlier ones first in ties.
   */
  private static int[] order(float[] logits, @Nullable Integer topN) {
    if (topN == null) {
      return IntStream.range(0, logits.length).toArray();
    }
    long[] keys = new long[logits.length];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = (long) descending(logits[i]) << 32 | i;
    }
    Arrays.sort(keys);
    int[] order = new int[Math.min(topN, keys.length)];
    for (int i = 0; i < order.length; i++) {
      order[i] = (int) keys[i];
    }
    return order;
  }

  /** An integer that is smaller the larger the number is. */
  private static int descending(float value) {
    int bits = Float.floatToIntBits(value);
    return ~(bits ^ (bits >> 31 & Integer.MAX_VALUE));
  }
}
