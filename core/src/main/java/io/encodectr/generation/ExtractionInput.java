package io.encodectr.generation;

import io.encodectr.dataset.Dataset;
import io.encodectr.dataset.IdDictionary;
import io.encodectr.dataset.StringList;
import io.encodectr.file.FolderTree;
import io.encodectr.file.InputException;
import io.encodectr.file.Json;
import io.encodectr.file.WorkFolder;
import io.encodectr.generation.UserInterests.Feature;
import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an extraction reads besides the model: the dataset's histories, the events joined to them,
 * and who is forgotten. It is fixed when the extraction begins and kept in the work folder, so that
 * a killed run that goes on reads the same. Thread-safe once it is open.
 *
 * <p>A user's behaviors are those of the dataset before the log's end, then the events since. Of a
 * forgotten user only what came after the forgetting is left.
 */
final class ExtractionInput implements Closeable {
  static final String FILE = "input.json";
  private static final String EVENTS = "events";
  private static final String SCRATCH = "scratch";
  private static final String ADDED = "added";
  private static final long MILLIS = 1000;

  /**
   * What is fixed, {@value #FILE} in the work folder.
   *
   * @param asOf behaviors before this time count
   * @param logEnd those before this time come from the dataset, the others from the events
   * @param eventsLog identity of the log that the events come from; null without events
   * @param eventsThrough arrival number of the last event that may be among them; null without
   *     events
   * @param tombstones how many tombstones are honored, the oldest of the store's
   * @param joined number of events joined
   * @param unknownItems events left out because the model does not know the item
   * @param since the generation that is refreshed; null for none
   */
  record Fixed(
      long asOf,
      long logEnd,
      @Nullable String eventsLog,
      @Nullable Long eventsThrough,
      int tombstones,
      long joined,
      long unknownItems,
      @Nullable String since) {}

  private final Dataset dataset;
  private final Fixed fixed;
  private final Tombstones tombstones;
  private final Arena arena;
  private final Map<Integer, Long> forgotten;
  private final UserFeatures features;
  private final @Nullable JoinedEvents events;
  private final GenerationUsers users;
  private final int[] eventRows;
  private final int addedUsers;

  @SuppressWarnings("MustBeClosedChecker") // The input owns the arena and closes it.
  private ExtractionInput(Dataset dataset, Path work, Fixed fixed, Tombstones tombstones)
      throws IOException {
    this.dataset = dataset;
    this.fixed = fixed;
    this.tombstones = tombstones;
    features = new UserFeatures(dataset.schema().user(), dataset.userFeatures());
    arena = Arena.ofShared();
    try {
      forgotten = forgotten(dataset.userIds(), tombstones);
      events = fixed.eventsThrough == null ? null : JoinedEvents.map(work.resolve(EVENTS), arena);
      int[] rowsInDataset = new int[events == null ? 0 : dataset.users()];
      Arrays.fill(rowsInDataset, GenerationUsers.ABSENT);
      List<Integer> rowsAdded = new ArrayList<>();
      for (int row = 0; events != null && row < events.users(); row++) {
        int user = dataset.userIds().indexOf(events.user(row));
        if (user < 0) {
          rowsAdded.add(row);
        } else {
          rowsInDataset[user] = row;
        }
      }
      addedUsers = rowsAdded.size();
      users =
          new GenerationUsers(dataset.userIds(), leftOut(rowsInDataset), added(work, rowsAdded));
      eventRows = new int[events == null ? 0 : users.size()];
      for (int i = 0; i < eventRows.length; i++) {
        int user = users.inDataset(i);
        eventRows[i] =
            user == GenerationUsers.ABSENT
                ? rowsAdded.get(i - (users.size() - addedUsers))
                : rowsInDataset[user];
      }
    } catch (IOException | RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  /**
   * Opens what an earlier run fixed in the work folder, or fixes it.
   *
   * @param asOf behaviors before this time count; null: all
   * @param items the model's items
   * @param since the generation that is to be refreshed, unless a run that goes on began with
   *     another; null for none
   */
  static ExtractionInput open(
      Dataset dataset,
      IdDictionary items,
      @Nullable Long asOf,
      @Nullable EventInput input,
      @Nullable String since,
      Path work,
      Store store)
      throws IOException {
    Tombstones tombstones = store.tombstones();
    if (!isFixed(work)) {
      long datasetEnd = Math.addExact(dataset.info().lastTime(), 1);
      Fixed fixed =
          input == null
              ? plain(asOf == null ? datasetEnd : asOf, datasetEnd, tombstones.count(), since)
              : join(items, input, asOf, datasetEnd, tombstones, since, work);
      Json.write(work.resolve(FILE), fixed);
    }
    Fixed fixed = Json.read(work.resolve(FILE), Fixed.class);
    return new ExtractionInput(dataset, work, fixed, tombstones.first(fixed.tombstones));
  }

  private static Fixed plain(long asOf, long datasetEnd, int tombstones, @Nullable String since) {
    return new Fixed(asOf, Math.min(asOf, datasetEnd), null, null, tombstones, 0, 0, since);
  }

  private static Fixed join(
      IdDictionary items,
      EventInput input,
      @Nullable Long asOf,
      long datasetEnd,
      Tombstones tombstones,
      @Nullable String since,
      Path work)
      throws IOException {
    Path scratch = work.resolve(SCRATCH);
    FolderTree.delete(scratch);
    try (EventSource source = input.open(scratch);
        WorkFolder folder = WorkFolder.create(work.resolve(EVENTS), true)) {
      long end = asOf == null ? datasetEnd : Math.min(asOf, datasetEnd);
      requireNoGap(end, asOf, source.from());
      EventSelection selection = new EventSelection(items.hashed(), tombstones, end, asOf);
      try (JoinedEvents.Writer writer = new JoinedEvents.Writer(folder.path())) {
        source.read(
            (user, item, time, received) -> selection.take(user, item, time, received, writer));
      }
      folder.commit();
      return new Fixed(
          asOf == null ? Math.max(end, selection.last() + 1) : asOf,
          end,
          source.log(),
          source.through(),
          tombstones.count(),
          selection.joined(),
          selection.unknownItems(),
          since);
    } finally {
      FolderTree.delete(scratch);
    }
  }

  /** What the log has deleted must be in the dataset, or it would be missing for good. */
  private static void requireNoGap(long end, @Nullable Long asOf, long kept) {
    boolean needed = asOf == null || asOf > end;
    if (needed && end < kept) {
      throw new InputException(
          "the dataset ends at %s, and the event log no longer has what happened from then to %s: it was deleted because the datasets behind the generations in use cover it; extract from a dataset that reaches to %s or beyond"
              .formatted(
                  Instant.ofEpochSecond(end),
                  Instant.ofEpochSecond(kept),
                  Instant.ofEpochSecond(kept)));
    }
  }

  /** Users of the dataset who were forgotten, and when. */
  private static Map<Integer, Long> forgotten(IdDictionary ids, Tombstones tombstones) {
    Map<Integer, Long> forgotten = new HashMap<>();
    for (int user = 0; !tombstones.isEmpty() && user < ids.size(); user++) {
      long at = tombstones.forgottenAt(ids.id(user));
      if (at != Tombstones.NEVER) {
        forgotten.put(user, at);
      }
    }
    return forgotten;
  }

  /** Forgotten users of the dataset of whom nothing is left. */
  private int[] leftOut(int[] eventRows) {
    return forgotten.keySet().stream()
        .filter(user -> firstBehavior(user) == datasetEnd(user))
        .filter(user -> events == null || eventRows[user] == GenerationUsers.ABSENT)
        .mapToInt(user -> user)
        .sorted()
        .toArray();
  }

  private @Nullable StringList added(Path work, List<Integer> rows) throws IOException {
    if (events == null) {
      return null;
    }
    try (StringList.Writer writer = new StringList.Writer(work, ADDED)) {
      for (int row : rows) {
        writer.add(events.user(row));
      }
    }
    return StringList.map(work, ADDED, arena);
  }

  /**
   * How many tombstones the run in a work folder honors, as far as it has begun.
   *
   * @return 0 if it has not fixed its input, or that cannot be read
   */
  static int tombstones(Path work) {
    try {
      return isFixed(work) ? Json.read(work.resolve(FILE), Fixed.class).tombstones : 0;
    } catch (InputException | IOException e) {
      return 0; // Nobody can go on with it either.
    }
  }

  /** Whether an earlier run fixed its input in a work folder. */
  static boolean isFixed(Path work) {
    return Files.exists(work.resolve(FILE));
  }

  /** The tombstones honored. */
  Tombstones tombstones() {
    return tombstones;
  }

  Fixed fixed() {
    return fixed;
  }

  GenerationUsers users() {
    return users;
  }

  /** How many users only the events know. */
  int addedUsers() {
    return addedUsers;
  }

  /** The joined events; null without any. */
  @Nullable JoinedEvents events() {
    return events;
  }

  /** The row of a user's joined events; {@link GenerationUsers#ABSENT} for none. */
  int eventRow(int index) {
    return events == null ? GenerationUsers.ABSENT : eventRows[index];
  }

  /** The first of a dataset user's behaviors that counts. */
  int firstBehavior(int user) {
    Long at = forgotten.get(user);
    return at == null
        ? 0
        : Math.min(
            dataset.behaviors().countBefore(user, Math.floorDiv(at, MILLIS) + 1), datasetEnd(user));
  }

  /** The end of a dataset user's behaviors that count. */
  int datasetEnd(int user) {
    return dataset.behaviors().countBefore(user, fixed.logEnd);
  }

  /** A user's columns, by the place among the users; a forgotten one's say what was before. */
  Feature[] features(int index) {
    int user = users.inDataset(index);
    return user == GenerationUsers.ABSENT || forgotten.containsKey(user)
        ? UserFeatures.missing(dataset.schema().user())
        : features.of(user);
  }

  @Override
  public void close() {
    arena.close();
  }
}
