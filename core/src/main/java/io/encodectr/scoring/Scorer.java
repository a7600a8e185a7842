package io.encodectr.scoring;

import io.encodectr.dataset.IdDictionary;
import io.encodectr.file.InputException;
import io.encodectr.generation.InterestSource;
import io.encodectr.generation.InterestStore;
import io.encodectr.generation.Store;
import io.encodectr.generation.UserInterests;
import io.encodectr.interest.Interests;
import io.encodectr.model.Model;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Scores candidates from a model and a generation of stored interests, the dataset absent: what a
 * service embeds.
 *
 * <p>A user whom the generation does not know has no behaviors and no features (the model's default
 * vectors and missing values stand in). An item the model does not know gets the out-of-vocabulary
 * embedding and no categories. Thread-safe; close it after the last call has returned.
 *
 * <p>What happened after the generation was made is given as {@link UserEvents}: the real-time
 * behaviors are then the last ones of the stored ones and the events, in the order of their times,
 * the stored ones first where times are equal. Events on items that the model does not know are
 * left out. Of a user who was forgotten nothing stored is read. Calls without events mean {@link
 * UserEvents#NONE}.
 */
public final class Scorer implements AutoCloseable {
  /** Candidates between two questions whether to go on: half a millisecond. */
  private static final int STRETCH = 480;

  private final ScoringModel model;
  private final InterestSource generation;
  private final RequestInput input;
  private final boolean interests;
  private final Queue<UserState> idle = new ConcurrentLinkedQueue<>();

  /** One request's buffers; a request takes an idle one or makes its own. */
  static final class UserState {
    final CandidateScorer scorer;
    final Interests interests;
    final float[] userContext;
    final RecentBehaviors recent;
    @Nullable UserInterests user;
    long time;

    UserState(ScoringModel model, int width) {
      scorer = new CandidateScorer(model);
      interests = new Interests(model.model().spec().clusters(), model.model().spec().dimension());
      userContext = new float[width];
      recent = new RecentBehaviors(model.model().itemIds(), model.model().spec().recentLength());
    }
  }

  private Scorer(ScoringModel model, InterestSource generation) {
    this.model = model;
    this.generation = generation;
    input = new RequestInput(model);
    interests = model.model().spec().clustered();
  }

  /**
   * Opens a model folder and the generation in use of a store.
   *
   * @throws InputException if one of them cannot be used, or they do not belong together
   */
  public static Scorer open(Path model, Path store) throws IOException {
    return open(model, store, ScoringOptions.DEFAULT);
  }

  /**
   * The same with the model made ready in another way.
   *
   * @throws InputException if one of them cannot be used, or they do not belong together
   */
  public static Scorer open(Path model, Path store, ScoringOptions options) throws IOException {
    return open(model, Store.open(store), options);
  }

  /**
   * The same with a store that is open, which stays the caller's to close.
   *
   * @throws InputException if model or generation cannot be used, or they do not belong together
   */
  public static Scorer open(Path model, InterestStore store, ScoringOptions options)
      throws IOException {
    ScoringModel loaded = ScoringModel.of(Model.load(model), options);
    InterestSource generation = store.openGeneration(store.current());
    try {
      return of(loaded, generation);
    } catch (RuntimeException e) {
      generation.close();
      throw e;
    }
  }

  /**
   * A scorer of a loaded model and an open generation, which it closes.
   *
   * @throws InputException if the generation was made by another model, or the method needs more
   *     than a generation holds
   */
  public static Scorer of(ScoringModel model, InterestSource generation) {
    Model loaded = model.model();
    String made = generation.manifest().modelFingerprint();
    if (!made.equals(loaded.fingerprint())) {
      throw new InputException(
          "the generation was made by the model with fingerprint %s, but %s has fingerprint %s; extract again with this model, or score with the other one"
              .formatted(made, loaded.path(), loaded.fingerprint()));
    }
    if (generation.manifest().items() != loaded.items()
        || generation.dimension() != loaded.spec().dimension()) {
      throw new InputException(
          "the generation has %d items of dimension %d, the model %d of %d; extract again"
              .formatted(
                  generation.manifest().items(),
                  generation.dimension(),
                  loaded.items(),
                  loaded.spec().dimension()));
    }
    if (generation.maxInterests() > loaded.spec().clusters()) {
      throw new InputException(
          "the generation has up to %d interests a user, the model up to %d; extract again"
              .formatted(generation.maxInterests(), loaded.spec().clusters()));
    }
    if (loaded.spec().storesMassStatistics() && !generation.massStatistics()) {
      throw new InputException(
          "the generation holds no mass statistics, which the model's mass "
              + loaded.spec().mass()
              + " needs; extract again");
    }
    if (!loaded.spec().clustered() && loaded.layout().hasLong()) {
      throw new InputException(
          "method " + loaded.spec().method() + " cannot score from stored interests");
    }
    return new Scorer(model, generation);
  }

  /** The model. */
  public ScoringModel model() {
    return model;
  }

  /** The stored interests. */
  public InterestSource generation() {
    return generation;
  }

  /** {@link #score(String, List, ScoreContext, UserEvents)} without events. */
  public float[] score(String user, List<String> items, ScoreContext context) {
    return score(user, items, context, UserEvents.NONE);
  }

  /**
   * Click probabilities.
   *
   * @return one for each of {@code items}, in [0, 1]
   * @throws InputException if the context does not fit the model, or the user's record is damaged
   */
  public float[] score(String user, List<String> items, ScoreContext context, UserEvents events) {
    float[] scores = logits(user, items, context, events);
    for (int i = 0; i < scores.length; i++) {
      scores[i] = Probability.of(scores[i]);
    }
    return scores;
  }

  /** {@link #logits(String, List, ScoreContext, UserEvents)} without events. */
  public float[] logits(String user, List<String> items, ScoreContext context) {
    return logits(user, items, context, UserEvents.NONE);
  }

  /**
   * Logits, the log-odds of a click.
   *
   * @return one for each of {@code items}
   * @throws InputException if the context does not fit the model, or the user's record is damaged
   */
  public float[] logits(String user, List<String> items, ScoreContext context, UserEvents events) {
    return logits(user, candidates(items), context, events);
  }

  /**
   * Logits of candidates by row: nothing is allocated per candidate but the result.
   *
   * @param candidateRows rows of {@link #candidate}
   * @return one for each of {@code candidateRows}
   * @throws InputException if the context does not fit the model, or the user's record is damaged
   * @throws IndexOutOfBoundsException if a row is none of the model's
   */
  public float[] logits(String user, int[] candidateRows, ScoreContext context, UserEvents events) {
    return logits(user, stored(user, events), candidateRows, context, events, () -> true);
  }

  /**
   * Logits of the first candidates, or of all: for answers that have a deadline, and for callers
   * that have read the user's record.
   *
   * @param stored what {@link #stored} gave, or null to score without it
   * @param goOn asked before the first candidate and after each few hundred whether to score more
   * @return one for each candidate that was scored, in the order of {@code candidateRows}
   * @throws InputException if the context does not fit the model
   * @throws IndexOutOfBoundsException if a row is none of the model's
   */
  public float[] logits(
      String user,
      @Nullable UserInterests stored,
      int[] candidateRows,
      ScoreContext context,
      UserEvents events,
      BooleanSupplier goOn) {
    int rows = model.items().table().rows();
    for (int row : candidateRows) {
      Objects.checkIndex(row, rows);
    }
    return with(
        user,
        stored,
        context,
        events,
        state -> {
          float[] logits = new float[candidateRows.length];
          int done = 0;
          while (done < logits.length && goOn.getAsBoolean()) {
            int n = Math.min(STRETCH, logits.length - done);
            state.scorer.score(state.userContext, true, candidateRows, done, n, logits, done);
            done += n;
          }
          return done == logits.length ? logits : Arrays.copyOf(logits, done);
        });
  }

  /** {@link #explain(String, List, ScoreContext, UserEvents)} without events. */
  public Explanation explain(String user, List<String> items, ScoreContext context) {
    return explain(user, items, context, UserEvents.NONE);
  }

  /**
   * Scores candidates and tells how the scores came to be.
   *
   * @throws InputException as {@link #score}
   */
  public Explanation explain(
      String user, List<String> items, ScoreContext context, UserEvents events) {
    return explain(user, stored(user, events), items, context, events);
  }

  /**
   * The same for callers that have read the user's record.
   *
   * @param stored what {@link #stored} gave, or null to score without it
   * @throws InputException if the context does not fit the model
   */
  public Explanation explain(
      String user,
      @Nullable UserInterests stored,
      List<String> items,
      ScoreContext context,
      UserEvents events) {
    return with(
        user,
        stored,
        context,
        events,
        state -> new Explainer(model, generation, state).explain(user, items));
  }

  /**
   * What the generation holds of a user.
   *
   * @return null if it holds nothing, or the user was forgotten since
   * @throws InputException if the user's record is damaged
   * @throws io.encodectr.generation.InterestsUnavailable if the interests cannot be read
   */
  public @Nullable UserInterests stored(String user, UserEvents events) {
    return stored(user, events, InterestSource.ANY_TIME);
  }

  /**
   * The same for callers that cannot wait for long.
   *
   * @param nanoseconds how long to wait for interests that other machines hold
   * @throws InputException if the user's record is damaged
   * @throws io.encodectr.generation.InterestsUnavailable if the interests cannot be read in time
   */
  public @Nullable UserInterests stored(String user, UserEvents events, long nanoseconds) {
    return events.forgotten() ? null : generation.find(user, nanoseconds);
  }

  /** Item row of an id; the row of unknown items for one that the model does not know. */
  public int candidate(String item) {
    int index = model.model().itemIds().indexOf(item);
    return index < 0 ? model.items().unknown() : index;
  }

  /** {@link #candidate} of each id. */
  public int[] candidates(List<String> items) {
    int[] rows = model.model().itemIds().indicesOf(items);
    for (int i = 0; i < rows.length; i++) {
      rows[i] = rows[i] < 0 ? model.items().unknown() : rows[i];
    }
    return rows;
  }

  /** How many of the events are on items that the model does not know, and so have no effect. */
  public int unknown(UserEvents events) {
    int unknown = 0;
    for (String item : events.items()) {
      unknown += model.model().itemIds().indexOf(item) < 0 ? 1 : 0;
    }
    return unknown;
  }

  private <T> T with(
      String user,
      @Nullable UserInterests stored,
      ScoreContext context,
      UserEvents events,
      Function<UserState, T> work) {
    UserState state = idle.poll();
    if (state == null) {
      state = new UserState(model, input.width());
    }
    prepare(state, user, stored, context, events);
    T result = work.apply(state);
    idle.add(state);
    return result;
  }

  private void prepare(
      UserState state,
      String userId,
      @Nullable UserInterests user,
      ScoreContext context,
      UserEvents events) {
    Long time = context.time();
    state.user = user;
    state.time = time != null ? time : generation.manifest().asOf();
    input.user(user, state.userContext);
    input.context(state.time, context.values(), state.userContext);
    RecentBehaviors recent = state.recent;
    recent.merge(user, events);
    long hash = IdDictionary.hash(userId);
    if (interests) {
      int count = user == null ? 0 : user.count();
      if (user != null) {
        System.arraycopy(user.vectors(), 0, state.interests.vectors(), 0, user.vectors().length);
        System.arraycopy(user.masses(), 0, state.interests.masses(), 0, count);
        float[] effective = user.massStatistics();
        System.arraycopy(effective, 0, state.interests.massStatistics(), 0, effective.length);
      }
      state.interests.complete(count);
      state.scorer.interests(state.interests, recent.rows(), 0, recent.count(), hash);
    } else {
      state.scorer.history(recent.rows(), 0, recent.count(), hash);
    }
  }

  @Override
  public void close() {
    generation.close();
  }
}
