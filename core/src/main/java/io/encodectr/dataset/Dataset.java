package io.encodectr.dataset;

import io.encodectr.file.Damage;
import io.encodectr.file.InputException;
import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A dataset folder, open for reading. All columns are memory-mapped; whoever opens the dataset
 * closes it, once no thread reads any more: a read after that throws {@link IllegalStateException}.
 * Read-only and thread-safe.
 */
public final class Dataset implements Closeable {
  private final Path path;
  private final DatasetInfo info;
  private final Arena arena;
  private final Behaviors behaviors;
  private final Samples train;
  private final Samples test;
  private final Features itemFeatures;
  private final Features userFeatures;
  private final IdDictionary itemIds;
  private final IdDictionary userIds;
  private final Vocabularies itemVocabularies;
  private final Vocabularies userVocabularies;
  private final Vocabularies contextVocabularies;
  private final @Nullable StringList itemNames;

  private Dataset(Path path, DatasetInfo info, UserFraction fraction, Arena arena)
      throws IOException {
    this.path = path;
    this.arena = arena;
    Schema schema = info.schema();
    Path items = path.resolve("items");
    Path users = path.resolve("users");
    behaviors = Behaviors.map(path.resolve("behaviors"), info, arena);
    Samples allTrain = Samples.map(path.resolve("train"), info.trainSamples(), info, arena);
    Samples allTest = Samples.map(path.resolve("test"), info.testSamples(), info, arena);
    itemIds = dictionary(items, "ids", info.items(), arena);
    userIds = dictionary(users, "ids", info.users(), arena);
    itemFeatures = Features.map(items, schema.item(), info.items(), arena);
    userFeatures = Features.map(users, schema.user(), info.users(), arena);
    itemVocabularies = Vocabularies.map(items, schema.item(), arena);
    userVocabularies = Vocabularies.map(users, schema.user(), arena);
    contextVocabularies = Vocabularies.map(path.resolve("context"), schema.context(), arena);
    itemNames = StringList.exists(items, "name") ? StringList.map(items, "name", arena) : null;
    if (itemNames != null) {
      Offsets.requireSize(items.resolve("name.offsets.npy"), itemNames.size(), info.items());
    }
    behaviors.checkItems(path.resolve("behaviors"), info.items());
    allTrain.checkRanges(path.resolve("train"), info, behaviors);
    allTest.checkRanges(path.resolve("test"), info, behaviors);
    itemFeatures.checkCodes();
    userFeatures.checkCodes();
    if (fraction.all()) {
      train = allTrain;
      test = allTest;
      this.info = info;
    } else {
      train = allTrain.of(user -> fraction.holds(userIds.hash(user)));
      test = allTest.of(user -> fraction.holds(userIds.hash(user)));
      this.info =
          info.withSamples(train.size(), test.size(), fraction.fingerprint(info.fingerprint()));
    }
  }

  private static IdDictionary dictionary(Path folder, String name, int size, Arena arena)
      throws IOException {
    IdDictionary dictionary = IdDictionary.map(folder, name, arena);
    if (dictionary.size() != size) {
      throw Damage.of(
          folder.resolve(name + ".offsets.npy"),
          "it has " + dictionary.size() + " ids, dataset.json says " + size);
    }
    return dictionary;
  }

  /**
   * Opens a dataset folder. Checks every header, length and offset, and that every index (item,
   * user, code, history end) and label is in its range, so that no reader runs out of a table; one
   * pass over the integer columns. Whether the values are the right ones is what {@link #check}
   * finds out.
   *
   * @throws InputException if the folder holds no dataset, one of another version, or a damaged one
   */
  public static Dataset open(Path path) throws IOException {
    return open(path, UserFraction.ALL);
  }

  /**
   * Opens a dataset folder with the samples of a part of the users only: those of training and of
   * test alike. Behaviors, items, features and indices are those of the whole; the numbers of
   * samples and the fingerprint are the part's own. {@link #check} is for whole datasets.
   *
   * @throws InputException if the folder holds no dataset, one of another version, or a damaged one
   */
  @SuppressWarnings("MustBeClosedChecker") // The dataset owns the arena and closes it.
  public static Dataset open(Path path, UserFraction fraction) throws IOException {
    DatasetInfo info = DatasetInfo.read(path);
    Arena arena = Arena.ofShared();
    try {
      return new Dataset(path, info, fraction, arena);
    } catch (IOException | RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  /** The folder. */
  public Path path() {
    return path;
  }

  /** What {@code dataset.json} says. */
  public DatasetInfo info() {
    return info;
  }

  /** The feature columns. */
  public Schema schema() {
    return info.schema();
  }

  /** U. */
  public int users() {
    return info.users();
  }

  /** V. */
  public int items() {
    return info.items();
  }

  /** The behaviors of all users. */
  public Behaviors behaviors() {
    return behaviors;
  }

  /** The samples up to the split. */
  public Samples train() {
    return train;
  }

  /** The samples after the split. */
  public Samples test() {
    return test;
  }

  /** Features by item index. */
  public Features itemFeatures() {
    return itemFeatures;
  }

  /** Features by user index. */
  public Features userFeatures() {
    return userFeatures;
  }

  /** Ids by user index. */
  public IdDictionary userIds() {
    return userIds;
  }

  /** Ids by item index. */
  public IdDictionary itemIds() {
    return itemIds;
  }

  /** The values behind the codes of item columns. */
  public Vocabularies itemVocabularies() {
    return itemVocabularies;
  }

  /** The values behind the codes of user columns. */
  public Vocabularies userVocabularies() {
    return userVocabularies;
  }

  /** The values behind the codes of context columns. */
  public Vocabularies contextVocabularies() {
    return contextVocabularies;
  }

  /** Display name of an item, or null if it has none. */
  public @Nullable String itemName(int item) {
    if (itemNames == null) {
      return null;
    }
    String name = itemNames.get(item);
    return name.isEmpty() ? null : name;
  }

  /**
   * Checks every value: codes, times, the samples' order and history ends, dictionaries, and the
   * fingerprint. Reads the whole folder twice.
   *
   * @throws InputException at the first contradiction
   */
  public void check() throws IOException {
    behaviors.check(path.resolve("behaviors"), items());
    long split = info.splitTime();
    train.check(path.resolve("train"), info, behaviors, info.firstTime(), split);
    test.check(path.resolve("test"), info, behaviors, split + 1, info.lastTime());
    itemFeatures.check();
    userFeatures.check();
    itemIds.check();
    userIds.check();
    itemVocabularies.check();
    userVocabularies.check();
    contextVocabularies.check();
    String found = DatasetFingerprint.of(path);
    if (!found.equals(info.fingerprint())) {
      throw Damage.of(
          path.resolve(DatasetInfo.FILE),
          "its fingerprint " + info.fingerprint() + " is not that of the columns, " + found);
    }
  }

  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
