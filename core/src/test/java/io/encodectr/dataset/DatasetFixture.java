package io.encodectr.dataset;

import io.encodectr.file.Json;
import io.encodectr.file.NpyWriter;
import io.encodectr.file.WorkFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Makes small datasets for tests: {@code new DatasetFixture(2, 3).behavior(0, 1, 100L) .train(0, 2,
 * 200L, 1).open(folder)}. Behaviors and samples may come in any order.
 */
public final class DatasetFixture {
  private record Behavior(int user, int item, long time) {}

  private record Sample(int user, int target, long time, int label, int pageView, float truth) {}

  private interface Values {
    void write(Path folder, Column column) throws IOException;
  }

  private final int users;
  private final int items;
  private final List<Behavior> behaviors = new ArrayList<>();
  private final List<Sample> train = new ArrayList<>();
  private final List<Sample> test = new ArrayList<>();
  private final Map<Column, Values> itemColumns = new LinkedHashMap<>();
  private final Map<Column, Values> userColumns = new LinkedHashMap<>();
  private final Map<Column, IntUnaryOperator> contextColumns = new LinkedHashMap<>();
  private IntFunction<String> userIds = u -> "u" + u;
  private IntFunction<String> itemIds = i -> "i" + i;
  private IntFunction<String> itemNames;
  private boolean pageViews;
  private boolean probability;

  /** A dataset of users u0, u1, … and items i0, i1, …, without behaviors or samples yet. */
  public DatasetFixture(int users, int items) {
    this.users = users;
    this.items = items;
  }

  /** Other ids for users. */
  public DatasetFixture userIds(IntFunction<String> ids) {
    userIds = ids;
    return this;
  }

  /** Other ids for items. */
  public DatasetFixture itemIds(IntFunction<String> ids) {
    itemIds = ids;
    return this;
  }

  /** Display names for items. */
  public DatasetFixture itemNames(IntFunction<String> names) {
    itemNames = names;
    return this;
  }

  /** A single-valued categorical item column; its values are named v0, v1, …. */
  public DatasetFixture itemColumn(String name, int vocabulary, IntUnaryOperator code) {
    itemColumns.put(Column.categorical(name, vocabulary), codes(items, code));
    return this;
  }

  /** A multi-valued categorical item column. */
  public DatasetFixture itemSets(String name, int vocabulary, IntFunction<int[]> codes) {
    itemColumns.put(Column.multiValued(name, vocabulary), sets(items, codes));
    return this;
  }

  /** A continuous item column of normalized values. */
  public DatasetFixture itemNumbers(String name, IntFunction<Float> value) {
    itemColumns.put(Column.continuous(name, 0, 1), numbers(items, value));
    return this;
  }

  /** A single-valued categorical user column. */
  public DatasetFixture userColumn(String name, int vocabulary, IntUnaryOperator code) {
    userColumns.put(Column.categorical(name, vocabulary), codes(users, code));
    return this;
  }

  /** A multi-valued categorical user column. */
  public DatasetFixture userSets(String name, int vocabulary, IntFunction<int[]> codes) {
    userColumns.put(Column.multiValued(name, vocabulary), sets(users, codes));
    return this;
  }

  /** A continuous user column of normalized values. */
  public DatasetFixture userNumbers(String name, IntFunction<Float> value) {
    userColumns.put(Column.continuous(name, 0, 1), numbers(users, value));
    return this;
  }

  /** The derived context columns hour and weekday. */
  public DatasetFixture clock() {
    contextColumns.put(Column.hour(), s -> 0);
    contextColumns.put(Column.weekday(), s -> 0);
    return this;
  }

  /** A categorical context column; the code is a function of the sample's index in its period. */
  public DatasetFixture context(String name, int vocabulary, IntUnaryOperator code) {
    contextColumns.put(Column.categorical(name, vocabulary), code);
    return this;
  }

  /**
   * A continuous context column; the value, in thousandths, is a function of the sample's index.
   */
  public DatasetFixture contextNumber(String name, IntUnaryOperator thousandths) {
    contextColumns.put(Column.continuous(name, 0, 1), thousandths);
    return this;
  }

  /** One behavior. */
  public DatasetFixture behavior(int user, int item, long time) {
    behaviors.add(new Behavior(user, item, time));
    return this;
  }

  /** Behaviors on these items, one a second from {@code time} on. */
  public DatasetFixture history(int user, long time, int... historyItems) {
    for (int i = 0; i < historyItems.length; i++) {
      behavior(user, historyItems[i], time + i);
    }
    return this;
  }

  /** A training sample. */
  public DatasetFixture train(int user, int target, long time, int label) {
    train.add(new Sample(user, target, time, label, -1, Float.NaN));
    return this;
  }

  /** A test sample. */
  public DatasetFixture test(int user, int target, long time, int label) {
    test.add(new Sample(user, target, time, label, -1, Float.NaN));
    return this;
  }

  /** A test sample of a page view with its true click probability; all samples should have both. */
  public DatasetFixture test(
      int user, int target, long time, int label, int pageView, float truth) {
    test.add(new Sample(user, target, time, label, pageView, truth));
    pageViews = true;
    probability = true;
    return this;
  }

  /** A training sample of a page view with its true click probability. */
  public DatasetFixture train(
      int user, int target, long time, int label, int pageView, float truth) {
    train.add(new Sample(user, target, time, label, pageView, truth));
    pageViews = true;
    probability = true;
    return this;
  }

  /**
   * A random dataset with every sort of column: item genre (multi-valued, 7), brand (11) and price;
   * user country (5) and age; context hour, weekday and device (3). Histories have 0 to {@code
   * longest} behaviors with equal times among them; clicks follow the genre a little.
   */
  public static DatasetFixture random(long seed, int users, int items, int longest) {
    java.util.Random random = new java.util.Random(seed);
    int[][] genres =
        IntStream.range(0, items)
            .mapToObj(i -> random.ints(random.nextInt(4), 0, 7).distinct().sorted().toArray())
            .toArray(int[][]::new);
    int[] brands = random.ints(items, -1, 11).toArray();
    int[] countries = random.ints(users, -1, 5).toArray();
    DatasetFixture fixture =
        new DatasetFixture(users, items)
            .itemSets("genre", 7, i -> genres[i])
            .itemColumn("brand", 11, i -> brands[i])
            .itemNumbers("price", i -> (i % 97) / 97f)
            .itemNames(i -> "Item number " + i)
            .userColumn("country", 5, u -> countries[u])
            .userNumbers("age", u -> (u % 13) / 13f)
            .clock()
            .context("device", 3, s -> s % 4 - 1);
    long start = 1_700_000_000L;
    for (int user = 0; user < users; user++) {
      int length = random.nextInt(longest + 1);
      long time = start;
      for (int i = 0; i < length; i++) {
        time += random.nextInt(3) * 100L;
        fixture.behavior(user, random.nextInt(items), time);
      }
      for (int s = 0; s < 6; s++) {
        int target = random.nextInt(items);
        int label = random.nextInt(10) < 2 + genres[target].length ? 1 : 0;
        long at = start + random.nextInt(longest * 120 + 1);
        if (s < 4) {
          fixture.train(user, target, at, label);
        } else {
          fixture.test(user, target, start + longest * 120L + 1 + s, label);
        }
      }
    }
    return fixture;
  }

  /** Writes the dataset and opens it. */
  public Dataset open(Path folder) throws IOException {
    write(folder);
    return Dataset.open(folder);
  }

  /** Writes the dataset. */
  public DatasetFixture write(Path target) throws IOException {
    try (WorkFolder work = WorkFolder.create(target, false)) {
      Path folder = work.path();
      for (String name : List.of("behaviors", "train", "test", "items", "users", "context")) {
        Files.createDirectory(folder.resolve(name));
      }
      behaviors.sort(Comparator.comparingInt(Behavior::user).thenComparingLong(Behavior::time));
      writeBehaviors(folder.resolve("behaviors"));
      writeSamples(folder.resolve("train"), train);
      writeSamples(folder.resolve("test"), test);
      writeEntities(folder.resolve("items"), items, itemIds, itemColumns);
      writeEntities(folder.resolve("users"), users, userIds, userColumns);
      if (itemNames != null) {
        StringList.write(folder.resolve("items"), "name", list(items, itemNames));
      }
      for (Column column : contextColumns.keySet()) {
        writeVocabulary(folder.resolve("context"), column);
      }
      DatasetInfo info = info().withFingerprint(DatasetFingerprint.of(folder));
      Json.write(folder.resolve(DatasetInfo.FILE), info);
      work.commit();
    }
    return this;
  }

  private DatasetInfo info() {
    long[] times =
        Stream.of(
                behaviors.stream().map(Behavior::time),
                train.stream().map(Sample::time),
                test.stream().map(Sample::time))
            .flatMap(s -> s)
            .mapToLong(Long::longValue)
            .sorted()
            .toArray();
    long first = times.length == 0 ? 0 : times[0];
    long last = times.length == 0 ? 0 : times[times.length - 1];
    long split = test.stream().mapToLong(Sample::time).min().orElse(last + 1) - 1;
    return new DatasetInfo(
        DatasetInfo.FORMAT,
        DatasetInfo.KIND,
        "a test",
        new DatasetInfo.Source("fixture", List.of(), List.of(), ""),
        Map.of(),
        users,
        items,
        behaviors.size(),
        train.size(),
        test.size(),
        0,
        split,
        first,
        last,
        "s",
        "all",
        pageViews,
        probability,
        new Schema(
            List.copyOf(itemColumns.keySet()),
            List.copyOf(userColumns.keySet()),
            List.copyOf(contextColumns.keySet())),
        "");
  }

  private void writeBehaviors(Path folder) throws IOException {
    long[] offsets = new long[users + 1];
    behaviors.forEach(b -> offsets[b.user() + 1]++);
    for (int u = 0; u < users; u++) {
      offsets[u + 1] += offsets[u];
    }
    try (NpyWriter start = NpyWriter.int64(folder.resolve("offsets.npy"));
        NpyWriter item = NpyWriter.int32(folder.resolve("item.npy"));
        NpyWriter time = NpyWriter.int64(folder.resolve("time.npy"))) {
      start.putAll(offsets);
      for (Behavior behavior : behaviors) {
        item.put(behavior.item());
        time.put(behavior.time());
      }
    }
  }

  private void writeSamples(Path folder, List<Sample> samples) throws IOException {
    samples.sort(Comparator.comparingInt(Sample::user).thenComparingLong(Sample::time));
    try (NpyWriter user = NpyWriter.int32(folder.resolve("user.npy"));
        NpyWriter target = NpyWriter.int32(folder.resolve("target.npy"));
        NpyWriter time = NpyWriter.int64(folder.resolve("time.npy"));
        NpyWriter end = NpyWriter.int32(folder.resolve("history_end.npy"));
        NpyWriter label = NpyWriter.uint8(folder.resolve("label.npy"))) {
      for (Sample sample : samples) {
        user.put(sample.user());
        target.put(sample.target());
        time.put(sample.time());
        end.put(
            (int)
                behaviors.stream()
                    .filter(b -> b.user() == sample.user() && b.time() < sample.time())
                    .count());
        label.put(sample.label());
      }
    }
    int[] views = samples.stream().mapToInt(Sample::pageView).toArray();
    if (pageViews) {
      codes(views.length, s -> views[s]).write(folder, Column.categorical("page_view", 0));
    }
    if (probability) {
      numbers(
              samples.size(),
              s -> Float.isNaN(samples.get(s).truth()) ? 0f : samples.get(s).truth())
          .write(folder, Column.continuous("probability", 0, 1));
    }
    for (Map.Entry<Column, IntUnaryOperator> entry : contextColumns.entrySet()) {
      writeContext(folder, samples, entry.getKey(), entry.getValue());
    }
  }

  private static void writeContext(
      Path folder, List<Sample> samples, Column column, IntUnaryOperator value) throws IOException {
    Path file = folder.resolve("context." + column.name() + ".npy");
    try (NpyWriter writer =
        column.categorical() ? NpyWriter.int32(file) : NpyWriter.float32(file)) {
      for (int s = 0; s < samples.size(); s++) {
        if (column.derived() != null) {
          writer.put(column.derivedCode(samples.get(s).time()));
        } else if (column.categorical()) {
          writer.put(value.applyAsInt(s));
        } else {
          writer.put(value.applyAsInt(s) / 1000f);
        }
      }
    }
  }

  private static void writeEntities(
      Path folder, int rows, IntFunction<String> ids, Map<Column, Values> columns)
      throws IOException {
    IdDictionary.write(folder, "ids", list(rows, ids));
    for (Map.Entry<Column, Values> entry : columns.entrySet()) {
      entry.getValue().write(folder, entry.getKey());
      writeVocabulary(folder, entry.getKey());
    }
  }

  private static void writeVocabulary(Path folder, Column column) throws IOException {
    if (column.categorical() && column.derived() == null) {
      IdDictionary.write(
          folder, column.name() + ".vocabulary", list(column.vocabulary(), v -> "v" + v));
    }
  }

  private static List<String> list(int size, IntFunction<String> text) {
    return IntStream.range(0, size).mapToObj(text).toList();
  }

  private static Values codes(int rows, IntUnaryOperator code) {
    return (folder, column) -> {
      try (NpyWriter writer = NpyWriter.int32(folder.resolve(column.name() + ".npy"))) {
        writer.putAll(IntStream.range(0, rows).map(code).toArray());
      }
    };
  }

  private static Values numbers(int rows, IntFunction<Float> value) {
    return (folder, column) -> {
      try (NpyWriter writer = NpyWriter.float32(folder.resolve(column.name() + ".npy"))) {
        for (int row = 0; row < rows; row++) {
          writer.put(value.apply(row).floatValue());
        }
      }
    };
  }

  private static Values sets(int rows, IntFunction<int[]> codes) {
    return (folder, column) -> {
      try (NpyWriter offsets = NpyWriter.int64(folder.resolve(column.name() + ".offsets.npy"));
          NpyWriter values = NpyWriter.int32(folder.resolve(column.name() + ".values.npy"))) {
        offsets.put(0L);
        for (int row = 0; row < rows; row++) {
          values.putAll(codes.apply(row));
          offsets.put(values.count());
        }
      }
    };
  }
}
