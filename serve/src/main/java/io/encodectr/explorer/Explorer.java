package io.encodectr.explorer;

import io.encodectr.explorer.Overview.GenerationFacts;
import io.encodectr.explorer.Overview.ModelFacts;
import io.encodectr.file.InputException;
import io.encodectr.generation.GenerationManifest;
import io.encodectr.generation.InterestStore;
import io.encodectr.generation.Tombstones;
import io.encodectr.generation.UserInterests;
import io.encodectr.model.Model;
import io.encodectr.model.ModelSpec;
import io.encodectr.scoring.Explanation;
import io.encodectr.scoring.ScoreContext;
import io.encodectr.scoring.Scorer;
import io.encodectr.scoring.UserEvents;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Answers what a person asks of the service about users, items and scores. Thread-safe; close it
 * after the last call has returned.
 */
public final class Explorer implements AutoCloseable {
  /** Candidates of one question. */
  static final int CANDIDATES = 8;

  private static final int POOL = 2000;
  private static final String STRANGE =
      "the generation was made of other behaviors of this user than the dataset has";

  private static final String FORGOTTEN =
      "this user was forgotten; the dataset may still have what was before, so it is not shown";

  private final ServedPairs pairs;
  private final @Nullable WholeHistories histories;
  private final Clock clock;
  private final PastGenerations past = new PastGenerations();
  private volatile @Nullable KnownMap known;

  /** The map of the model that was looked at last. */
  private record KnownMap(String fingerprint, ItemMap map) {}

  /** A generation that is looked at. */
  private record Look(
      Scorer scorer, InterestStore store, String generation, boolean live, UserEvents events) {
    GenerationManifest manifest() {
      return scorer.generation().manifest();
    }
  }

  private interface Looking<T> {
    T at(Look look);
  }

  /**
   * An explorer of what is in service.
   *
   * @param dataset tells whole histories; null: only what generations hold is shown
   * @throws InputException if the dataset cannot be used
   */
  public Explorer(ServedPairs pairs, @Nullable Path dataset) throws IOException {
    this(pairs, dataset, Clock.systemUTC());
  }

  Explorer(ServedPairs pairs, @Nullable Path dataset, Clock clock) throws IOException {
    this.pairs = pairs;
    this.clock = clock;
    histories = dataset == null ? null : WholeHistories.open(dataset);
  }

  private ItemMap map(Scorer scorer) {
    String fingerprint = scorer.model().model().fingerprint();
    KnownMap last = known;
    if (last == null || !last.fingerprint().equals(fingerprint)) {
      last = new KnownMap(fingerprint, new ItemMap(scorer.model()));
      known = last;
    }
    return last.map();
  }

  private long now() {
    return clock.instant().getEpochSecond();
  }

  /**
   * Looks at a user.
   *
   * @param generation null: the one in service, with the user's events; another one is looked at as
   *     it was, without events
   */
  private <T> T look(String user, @Nullable String generation, Looking<T> looking) {
    return pairs.read(pair -> {
      if (generation == null) {
        UserEvents events = pairs.events(user, pair.scorer());
        return looking.at(new Look(pair.scorer(), pair.store(), pair.generation(), true, events));
      }
      if (generation.equals(pair.generation())) {
        return looking.at(alone(pair, pair.scorer(), generation, user));
      }
      return past.read(
          pair, generation, scorer -> looking.at(alone(pair, scorer, generation, user)));
    });
  }

  private Look alone(ServedPair pair, Scorer scorer, String generation, String user) {
    boolean forgotten = pairs.events(user, scorer).forgotten();
    UserEvents events = forgotten ? new UserEvents(List.of(), new long[0], true) : UserEvents.NONE;
    return new Look(scorer, pair.store(), generation, false, events);
  }

  /** What is in service. */
  public Overview overview() {
    return pairs.read(pair -> {
      Model model = pair.scorer().model().model();
      ModelSpec spec = model.spec();
      GenerationManifest manifest = pair.scorer().generation().manifest();
      String note = histories == null ? null : histories.objection(model);
      return new Overview(
          new ModelFacts(
              model.fingerprint(),
              spec.method(),
              model.items(),
              spec.dimension(),
              spec.lowDimension(),
              spec.clustered() ? spec.clusters() : 0,
              spec.recentLength(),
              spec.longLength(),
              spec.beta()),
          pair.generation(),
          manifest.asOf(),
          manifest.users(),
          histories != null && note == null,
          note,
          generations(pair));
    });
  }

  private static List<GenerationFacts> generations(ServedPair pair) {
    String fingerprint = pair.scorer().model().model().fingerprint();
    List<GenerationFacts> found = new ArrayList<>();
    for (String id : ids(pair.store())) {
      GenerationManifest manifest = manifest(pair.store(), id);
      if (manifest != null && manifest.modelFingerprint().equals(fingerprint)) {
        found.add(
            new GenerationFacts(
                id, manifest.asOf(), manifest.users(), id.equals(pair.generation())));
      }
    }
    found.sort(Comparator.comparingLong(GenerationFacts::asOf));
    return found;
  }

  private static List<String> ids(InterestStore store) {
    try {
      return store.ids();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list the generations", e);
    }
  }

  /** Null for a generation that was deleted meanwhile or is damaged: nobody can look at it. */
  private static @Nullable GenerationManifest manifest(InterestStore store, String id) {
    try {
      return store.manifest(id);
    } catch (InputException | IOException e) {
      return null;
    }
  }

  /** The ground of the map. */
  public MapView map() {
    return pairs.read(pair -> map(pair.scorer()).view());
  }

  /** Users by a part of their ids; without a text, some with long histories. */
  public List<UserSearch.Found> users(String text, int limit) {
    return pairs.read(pair -> {
      return new UserSearch(
              pair.scorer().generation(), user -> pairs.events(user, pair.scorer()).forgotten())
          .find(text, limit);
    });
  }

  /** Items by a part of their ids or names. */
  public List<ItemCard> items(String text, int limit) {
    return pairs.read(pair -> {
      Model model = pair.scorer().model().model();
      ItemMap map = map(pair.scorer());
      return new ItemSearch(model)
          .find(text, limit).stream().map(item -> map.card(model.itemIds().id(item))).toList();
    });
  }

  /**
   * A user.
   *
   * @param generation null for the one in service
   * @throws InputException if there is no such generation, or the user's record is damaged
   */
  public UserView user(String user, @Nullable String generation) {
    return look(user, generation, look -> view(user, look));
  }

  private UserView view(String user, Look look) {
    UserInterests stored = look.scorer().stored(user, look.events());
    TracedHistory history = null;
    String note = null;
    if (histories != null && stored != null) {
      note = objection(histories, user, look);
      if (note == null) {
        history = histories.trace(look.scorer(), user, stored);
        note = history == null ? STRANGE : null;
      }
    }
    return new UserReader(look.scorer().model().model(), map(look.scorer()))
        .read(
            new UserReader.Source(
                user,
                look.generation(),
                look.live(),
                look.manifest().asOf(),
                stored,
                history,
                look.events(),
                note));
  }

  private static @Nullable String objection(WholeHistories histories, String user, Look look) {
    try {
      boolean wasForgotten = look.store().tombstones().forgottenAt(user) != Tombstones.NEVER;
      return wasForgotten ? FORGOTTEN : histories.objection(look.scorer().model().model());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read who is forgotten", e);
    }
  }

  /**
   * A user in two generations.
   *
   * @throws InputException as {@link #user}
   */
  public GenerationComparison generations(String user, String from, String to) {
    return GenerationComparison.of(user(user, from), user(user, to));
  }

  /**
   * How candidates get their scores.
   *
   * @param generation null for the one in service, with the user's events
   * @param clicks items whose click just now is tried; nothing is stored
   * @param time of the request, seconds since the epoch; null: now
   * @throws InputException if there is no such generation, or the user's record is damaged
   */
  public AttentionView attention(
      String user,
      List<String> items,
      @Nullable String generation,
      List<String> clicks,
      @Nullable Long time) {
    return look(
        user,
        generation,
        look -> {
          long at = time != null ? time : now();
          UserEvents events = withClicks(look, clicks, at);
          Explanation explanation = look.scorer().explain(user, items, ScoreContext.at(at), events);
          return new AttentionReader(map(look.scorer()))
              .read(explanation, look.generation(), look.live(), events, clicks);
        });
  }

  /** Events and after them the clicks. */
  private static UserEvents withClicks(Look look, List<String> clicks, long time) {
    UserEvents events = look.events();
    if (clicks.isEmpty()) {
      return events;
    }
    List<String> items = new ArrayList<>(events.items());
    items.addAll(clicks);
    long[] times = Arrays.copyOf(events.times(), items.size());
    long last = events.count() == 0 ? look.manifest().asOf() : times[events.count() - 1];
    Arrays.fill(times, events.count(), times.length, Math.max(last, time));
    return new UserEvents(items, times, events.forgotten());
  }

  /**
   * The candidates that score best for a user now, of the whole catalog, or of some thousand items
   * spread evenly over a larger one.
   */
  public List<Suggestion> suggestions(String user, int limit) {
    return look(
        user,
        null,
        look -> {
          Model model = look.scorer().model().model();
          int step = Math.ceilDiv(model.items(), POOL);
          List<String> pool =
              IntStream.range(0, model.items())
                  .filter(item -> item % step == 0)
                  .mapToObj(item -> model.itemIds().id(item))
                  .toList();
          float[] scores =
              look.scorer().score(user, pool, new ScoreContext(now(), Map.of()), look.events());
          ItemMap map = map(look.scorer());
          return IntStream.range(0, scores.length)
              .boxed()
              .sorted(
                  Comparator.comparingDouble((Integer i) -> -scores[i]).thenComparingInt(i -> i))
              .limit(limit)
              .map(i -> new Suggestion(map.card(pool.get(i)), scores[i]))
              .toList();
        });
  }

  /** A candidate that scores well; its probability of a click. */
  public record Suggestion(ItemCard card, float probability) {}

  @Override
  public void close() {
    past.close();
    if (histories != null) {
      histories.close();
    }
  }
}
