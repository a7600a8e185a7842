package io.encodectr.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.encodectr.file.InputException;
import io.encodectr.file.Json;
import io.encodectr.file.NpyWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatasetTest {
  @TempDir Path root;

  @Test
  void everythingWrittenIsRead() throws Exception {
    DatasetFixture fixture =
        new DatasetFixture(3, 4)
            .itemIds(i -> "item-" + "äöü".charAt(i % 3) + i)
            .itemNames(i -> i == 2 ? "" : "Name " + i)
            .itemSets("genre", 5, i -> new int[][] {{}, {4}, {0, 3}, {1, 2, 3}}[i])
            .itemColumn("brand", 2, i -> i % 2 - 1 + i / 3)
            .itemNumbers("price", i -> i / 8f)
            .userColumn("sex", 2, u -> u - 1)
            .clock()
            .context("device", 3, s -> 2 - s)
            .contextNumber("delay", s -> 250 * s)
            .behavior(0, 3, 200)
            .behavior(0, 1, 100)
            .behavior(0, 2, 200)
            .behavior(2, 0, 300)
            .train(2, 1, 300, 1)
            .train(0, 2, 200, 0, 7, 0.25f)
            .test(0, 3, 3600 * 5 + 201, 1, -1, 1f);
    try (Dataset data = fixture.open(root.resolve("data"))) {
      data.check();
      assertThat(data.users()).isEqualTo(3);
      assertThat(data.items()).isEqualTo(4);
      Behaviors behaviors = data.behaviors();
      assertThat(behaviors.size()).isEqualTo(4);
      assertThat(Stream.of(0, 1, 2).map(behaviors::length)).containsExactly(3, 0, 1);
      int[] items = new int[5];
      behaviors.items(0, 0, 3, items, 1);
      assertThat(items).containsExactly(0, 1, 3, 2, 0);
      long[] times = new long[2];
      behaviors.times(0, 1, 2, times, 0);
      assertThat(times).containsExactly(200, 200);
      assertThat(behaviors.item(2, 0)).isZero();
      assertThat(behaviors.time(2, 0)).isEqualTo(300);
      assertThat(behaviors.countBefore(0, 100)).isZero();
      assertThat(behaviors.countBefore(0, 101)).isEqualTo(1);
      assertThat(behaviors.countBefore(0, 200)).isEqualTo(1);
      assertThat(behaviors.countBefore(0, 201)).isEqualTo(3);
      assertThat(behaviors.countBefore(1, 201)).isZero();
      assertThatThrownBy(() -> behaviors.item(0, 3)).isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> behaviors.item(1, 0)).isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> behaviors.items(0, 2, Integer.MAX_VALUE, items, 0))
          .isInstanceOf(IndexOutOfBoundsException.class);

      Samples train = data.train();
      assertThat(train.size()).isEqualTo(2);
      assertThat(train.user(1)).isEqualTo(2);
      assertThat(train.historyEnd(0)).isEqualTo(1);
      assertThat(train.historyEnd(1)).isZero();
      assertThat(train.label(1)).isEqualTo(1);
      assertThat(train.pageView(0)).isEqualTo(7);
      assertThat(train.probability(0)).isEqualTo(0.25f);
      assertThat(train.contextCode(2, 1)).isEqualTo(1);
      assertThat(train.contextValue(3, 1)).isEqualTo(0.25f);
      Samples test = data.test();
      assertThat(test.target(0)).isEqualTo(3);
      assertThat(test.contextCode(0, 0)).isEqualTo(5);
      assertThat(test.contextCode(1, 0)).isEqualTo(3);
      assertThat(test.hasPageViews() && test.hasProbability()).isTrue();

      Features features = data.itemFeatures();
      assertThat(features.valueCount(0, 3)).isEqualTo(3);
      assertThat(features.value(0, 2, 1)).isEqualTo(3);
      assertThat(features.valueCount(0, 0)).isZero();
      assertThat(features.code(1, 0)).isEqualTo(-1);
      assertThat(features.valueCount(1, 0)).isZero();
      assertThat(features.valueCount(1, 1)).isEqualTo(1);
      assertThat(features.value(1, 3, 0)).isEqualTo(1);
      assertThat(features.number(2, 3)).isEqualTo(0.375f);
      assertThatThrownBy(() -> features.number(0, 0)).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> features.code(2, 0)).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> features.code(0, 0)).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> features.value(0, 1, 1))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThat(data.itemIds().indexOf("item-ö1")).isEqualTo(1);
      assertThat(data.userIds().id(2)).isEqualTo("u2");
      assertThat(data.itemName(1)).isEqualTo("Name 1");
      assertThat(data.itemName(2)).isNull();
      assertThat(data.itemVocabularies().value(0, 3)).isEqualTo("v3");
      assertThat(data.contextVocabularies().code(0, "17")).isEqualTo(17);
    }
  }

  @Test
  void theSameDataHaveTheSameFingerprintAndOthersDoNot() throws Exception {
    DatasetFixture.random(5, 10, 20, 9).write(root.resolve("a"));
    DatasetFixture.random(5, 10, 20, 9).write(root.resolve("b"));
    DatasetFixture.random(6, 10, 20, 9).write(root.resolve("c"));
    String a = DatasetInfo.read(root.resolve("a")).fingerprint();
    assertThat(DatasetInfo.read(root.resolve("b")).fingerprint()).isEqualTo(a).hasSize(64);
    assertThat(DatasetInfo.read(root.resolve("c")).fingerprint()).isNotEqualTo(a);
  }

  @Test
  void aClosedDatasetCannotBeRead() throws Exception {
    Dataset data = DatasetFixture.random(5, 10, 20, 9).open(root.resolve("a"));
    data.close();
    data.close();
    assertThatThrownBy(() -> data.train().user(0)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void everyColumnThatIsMissingOrCutOffIsNamed() throws Exception {
    Path folder = root.resolve("a");
    DatasetFixture.random(5, 10, 20, 9).write(folder);
    List<Path> files;
    try (Stream<Path> tree = Files.walk(folder)) {
      files = tree.filter(file -> file.toString().endsWith(".npy")).toList();
    }
    assertThat(files).hasSizeGreaterThan(40);
    for (Path file : files) {
      byte[] whole = Files.readAllBytes(file);
      if (!file.getFileName().toString().equals("name.offsets.npy")) {
        Files.delete(file);
        refused(folder, file);
      }
      for (int length : new int[] {3, 100, whole.length - 1}) {
        Files.write(file, java.util.Arrays.copyOf(whole, length));
        refused(folder, file);
      }
      Files.write(file, whole);
    }
    Dataset.open(folder).close();
  }

  private static void refused(Path folder, Path file) {
    assertThatThrownBy(() -> Dataset.open(folder).close())
        .isInstanceOf(InputException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("--overwrite");
  }

  @Test
  void columnsOfAnotherLengthAreRefused() throws Exception {
    Path folder = root.resolve("a");
    DatasetFixture.random(5, 10, 20, 9).write(folder);
    Path file = folder.resolve("train/target.npy");
    try (NpyWriter writer = NpyWriter.int32(file)) {
      writer.putAll(1, 2, 3);
    }
    assertThatThrownBy(() -> Dataset.open(folder).close())
        .isInstanceOf(InputException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("3 values");
  }

  @ParameterizedTest
  @CsvSource({
    "behaviors/item.npy, 0, 20",
    "behaviors/item.npy, 0, -1",
    "train/user.npy, 0, 10",
    "test/user.npy, 0, -1",
    "test/target.npy, 0, 20",
    "test/history_end.npy, 0, -1",
    "train/label.npy, 0, 7",
    "train/target.npy, 3, -1",
    "train/history_end.npy, 2, 77",
    "train/context.hour.npy, 0, 24",
    "train/context.device.npy, 0, 3",
    "items/brand.npy, 4, 11",
    "items/genre.values.npy, 0, -1"
  })
  void indicesOutOfRangeAreRefusedAtOpening(String file, int index, int value) throws Exception {
    Path folder = root.resolve("a");
    DatasetFixture.random(5, 10, 20, 9).write(folder);
    patch(folder.resolve(file), 128 + 4L * index, value);
    assertThatThrownBy(() -> Dataset.open(folder).close())
        .isInstanceOf(InputException.class)
        .hasMessageContaining(folder.resolve(file).toString());
  }

  @ParameterizedTest
  @CsvSource({
    "train/user.npy, 0, 9",
    "train/time.npy, 0, 0",
    "items/price.npy, 0, 1065353216",
    "items/ids.sorted.npy, 0, 5"
  })
  void aFullCheckFindsWrongValues(String file, int index, int value) throws Exception {
    Path folder = root.resolve("a");
    DatasetFixture.random(5, 10, 20, 9).write(folder);
    patch(folder.resolve(file), 128 + 4L * index, value);
    try (Dataset data = Dataset.open(folder)) {
      assertThatThrownBy(data::check)
          .isInstanceOf(InputException.class)
          .hasMessageContaining(folder.toString());
    }
  }

  @Test
  void aFullCheckFindsAnyChangedByteByTheFingerprint() throws Exception {
    Path folder = root.resolve("a");
    DatasetFixture.random(5, 10, 20, 9).write(folder);
    patch(folder.resolve("items/name.bytes.npy"), 130, 0x41414141);
    try (Dataset data = Dataset.open(folder)) {
      assertThatThrownBy(data::check)
          .isInstanceOf(InputException.class)
          .hasMessageContaining("fingerprint");
    }
  }

  @Test
  void otherFoldersAndVersionsAreRefused() throws Exception {
    assertThatThrownBy(() -> Dataset.open(root))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("dataset.json");
    Path folder = root.resolve("a");
    DatasetFixture.random(5, 10, 20, 9).write(folder);
    Path file = folder.resolve(DatasetInfo.FILE);
    String text = Files.readString(file);
    Files.writeString(file, text.replace("\"format\" : 1", "\"format\" : 2"));
    assertThatThrownBy(() -> Dataset.open(folder))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("format 2")
        .hasMessageContaining("ingest the logs again");
    Files.writeString(file, text.replace("\"dataset\"", "\"model\""));
    assertThatThrownBy(() -> Dataset.open(folder)).hasMessageContaining("\"model\"");
    Files.writeString(file, text.replace("\"name\" : \"brand\"", "\"name\" : \"../brand\""));
    assertThatThrownBy(() -> Dataset.open(folder))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("../brand");
    Files.writeString(file, text.replace("\"users\"", "\"surprise\" : 1, \"users\""));
    assertThatThrownBy(() -> Dataset.open(folder)).hasMessageContaining("surprise");
    Files.writeString(file, text.replace("\"users\" : 10", "\"users\" : 11"));
    assertThatThrownBy(() -> Dataset.open(folder))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("offsets.npy");
    Json.write(file, DatasetInfo.read(folderWith(text)));
    Dataset.open(folder).close();
  }

  private Path folderWith(String json) throws IOException {
    Path other = Files.createDirectories(root.resolve("other"));
    Files.writeString(other.resolve(DatasetInfo.FILE), json);
    return other;
  }

  private static void patch(Path file, long at, int value) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    java.nio.ByteBuffer.wrap(bytes).order(java.nio.ByteOrder.LITTLE_ENDIAN).putInt((int) at, value);
    Files.write(file, bytes);
  }
}
