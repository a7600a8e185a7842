package io.encodectr.train;

import io.encodectr.dataset.Column;
import io.encodectr.dataset.DatasetFingerprint;
import io.encodectr.dataset.DatasetInfo;
import io.encodectr.dataset.IdDictionary;
import io.encodectr.dataset.Schema;
import io.encodectr.file.Json;
import io.encodectr.file.NpyWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * A small dataset written as the ingest would. Items belong to categories; each user likes some of
 * them, and the history comes from those. What the labels depend on is the test's choice.
 */
public final class TestWorld {
  /** What decides a sample's label. */
  public enum Labels {
    /** Nothing: a fair coin. */
    COIN,
    /** Whether the user likes one of the target's categories. */
    TASTE,
    /** The context column "slot" alone. */
    CONTEXT,
    /** The user column "segment" alone. */
    USER,
    /** The item column "category" alone. */
    CATEGORY
  }

  private static final int CATEGORIES = 12;
  private static final int SLOTS = 6;
  private static final int SEGMENTS = 5;
  private static final long START = 1_600_000_000L;

  private final Path folder;
  private final Random random;
  private final int users;
  private final int items;
  private final int longest;
  private final boolean features;
  private final Labels labels;
  private final int samplesPerUser;
  private final int[][] categories;
  private final boolean[][] likes;
  private final int[] segments;

  private TestWorld(
      Path folder,
      int users,
      int items,
      int longest,
      int samplesPerUser,
      boolean features,
      Labels labels,
      long seed) {
    this.folder = folder;
    this.users = users;
    this.items = items;
    this.longest = longest;
    this.samplesPerUser = samplesPerUser;
    this.features = features;
    this.labels = labels;
    random = new Random(seed);
    categories = new int[items][];
    for (int i = 0; i < items; i++) {
      int count = i % 17 == 5 ? 0 : 1 + random.nextInt(3);
      categories[i] = random.ints(0, CATEGORIES).distinct().limit(count).toArray();
    }
    likes = new boolean[users][CATEGORIES];
    segments = new int[users];
    for (int u = 0; u < users; u++) {
      for (int k = 0; k < 4; k++) {
        likes[u][random.nextInt(CATEGORIES)] = true;
      }
      segments[u] = u % 7 == 3 ? -1 : random.nextInt(SEGMENTS);
    }
  }

  /**
   * Writes a dataset.
   *
   * @param features whether there are item, user and context columns of every kind
   */
  public static Path write(
      Path folder,
      int users,
      int items,
      int longest,
      int samplesPerUser,
      boolean features,
      Labels labels,
      long seed)
      throws IOException {
    new TestWorld(folder, users, items, longest, samplesPerUser, features, labels, seed).write();
    return folder;
  }

  private void write() throws IOException {
    for (String part : List.of("behaviors", "train", "test", "items", "users", "context")) {
      Files.createDirectories(folder.resolve(part));
    }
    int[] lengths = new int[users];
    long[] offsets = new long[users + 1];
    for (int u = 0; u < users; u++) {
      lengths[u] = u % 9 == 4 ? 0 : 1 + random.nextInt(longest);
      offsets[u + 1] = offsets[u] + lengths[u];
    }
    writeBehaviors(lengths, offsets);
    int train = writeSamples("train", lengths, samplesPerUser);
    int test = writeSamples("test", lengths, 2);
    writeFeatures();
    ids("items", items, "i");
    ids("users", users, "u");
    Schema schema = schema();
    DatasetInfo info =
        new DatasetInfo(
            DatasetInfo.FORMAT,
            DatasetInfo.KIND,
            "test",
            new DatasetInfo.Source("test", List.of(), List.of(), ""),
            Map.of(),
            users,
            items,
            offsets[users],
            train,
            test,
            0,
            START + longest * 100L,
            START,
            START + longest * 100L,
            "s",
            "all",
            false,
            false,
            schema,
            DatasetFingerprint.of(folder));
    Json.write(folder.resolve(DatasetInfo.FILE), info);
  }

  private Schema schema() {
    if (!features) {
      return Schema.EMPTY;
    }
    return new Schema(
        List.of(
            Column.multiValued("category", CATEGORIES),
            Column.continuous("price", 0, 10),
            Column.categorical("brand", 3)),
        List.of(Column.continuous("age", 0, 100), Column.categorical("segment", SEGMENTS)),
        List.of(Column.categorical("slot", SLOTS), Column.continuous("depth", 0, 1)));
  }

  private void writeBehaviors(int[] lengths, long[] offsets) throws IOException {
    Path behaviors = folder.resolve("behaviors");
    try (NpyWriter start = NpyWriter.int64(behaviors.resolve("offsets.npy"));
        NpyWriter item = NpyWriter.int32(behaviors.resolve("item.npy"));
        NpyWriter time = NpyWriter.int64(behaviors.resolve("time.npy"))) {
      start.putAll(offsets);
      for (int u = 0; u < users; u++) {
        for (int b = 0; b < lengths[u]; b++) {
          item.put(likedItem(u));
          time.put(START + b * 100L);
        }
      }
    }
  }

  private int likedItem(int user) {
    for (int attempt = 0; attempt < 20; attempt++) {
      int item = random.nextInt(items);
      if (liked(user, item)) {
        return item;
      }
    }
    return random.nextInt(items);
  }

  private boolean liked(int user, int item) {
    return Arrays.stream(categories[item]).anyMatch(c -> likes[user][c]);
  }

  private int writeSamples(String part, int[] lengths, int perUser) throws IOException {
    Path to = folder.resolve(part);
    int written = 0;
    try (NpyWriter user = NpyWriter.int32(to.resolve("user.npy"));
        NpyWriter target = NpyWriter.int32(to.resolve("target.npy"));
        NpyWriter time = NpyWriter.int64(to.resolve("time.npy"));
        NpyWriter end = NpyWriter.int32(to.resolve("history_end.npy"));
        NpyWriter label = NpyWriter.uint8(to.resolve("label.npy"));
        NpyWriter slot = NpyWriter.int32(to.resolve("context.slot.npy"));
        NpyWriter depth = NpyWriter.float32(to.resolve("context.depth.npy"))) {
      for (int u = 0; u < users; u++) {
        int length = lengths[u];
        int[] ends =
            IntStream.range(0, perUser)
                .map(i -> length == 0 ? 0 : random.nextInt(length + 1))
                .sorted()
                .toArray();
        for (int h : ends) {
          int item = random.nextInt(items);
          int code = random.nextInt(SLOTS + 1) - 1;
          user.put(u);
          target.put(item);
          // All behaviors of a history are 50 s older or more; the next comes 50 s later.
          time.put(START + h * 100L - 50);
          end.put(h);
          label.put((byte) (label(u, item, code) ? 1 : 0));
          slot.put(code);
          depth.put(random.nextFloat() * 0.99f);
          written++;
        }
      }
    }
    if (!features) {
      Files.delete(to.resolve("context.slot.npy"));
      Files.delete(to.resolve("context.depth.npy"));
    }
    return written;
  }

  private boolean label(int user, int item, int slot) {
    return switch (labels) {
      case COIN -> random.nextBoolean();
      case TASTE -> liked(user, item);
      case CONTEXT -> slot % 2 == 0;
      case USER -> segments[user] >= 2;
      case CATEGORY -> categories[item].length > 0 && categories[item][0] % 2 == 0;
    };
  }

  private void writeFeatures() throws IOException {
    if (!features) {
      return;
    }
    Path to = folder.resolve("items");
    try (NpyWriter offset = NpyWriter.int64(to.resolve("category.offsets.npy"));
        NpyWriter value = NpyWriter.int32(to.resolve("category.values.npy"));
        NpyWriter price = NpyWriter.float32(to.resolve("price.npy"));
        NpyWriter brand = NpyWriter.int32(to.resolve("brand.npy"))) {
      long at = 0;
      for (int[] own : categories) {
        offset.put(at);
        value.putAll(own);
        at += own.length;
        price.put(random.nextFloat() * 0.99f);
        brand.put(random.nextInt(4) - 1);
      }
      offset.put(at);
    }
    try (NpyWriter age = NpyWriter.float32(folder.resolve("users").resolve("age.npy"));
        NpyWriter segment = NpyWriter.int32(folder.resolve("users").resolve("segment.npy"))) {
      for (int own : segments) {
        age.put(random.nextFloat() * 0.99f);
        segment.put(own);
      }
    }
    vocabulary("items", "category", CATEGORIES);
    vocabulary("items", "brand", 3);
    vocabulary("users", "segment", SEGMENTS);
    vocabulary("context", "slot", SLOTS);
  }

  private void vocabulary(String side, String column, int size) throws IOException {
    IdDictionary.write(folder.resolve(side), column + ".vocabulary", names(size, column + "-"));
  }

  private void ids(String side, int size, String prefix) throws IOException {
    IdDictionary.write(folder.resolve(side), "ids", names(size, prefix));
  }

  private static List<String> names(int size, String prefix) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      names.add(prefix + i);
    }
    return names;
  }
}
