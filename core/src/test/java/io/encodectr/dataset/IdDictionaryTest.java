package io.encodectr.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.encodectr.file.Hash64;
import io.encodectr.file.InputException;
import io.encodectr.file.IntColumn;
import io.encodectr.file.NpyWriter;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdDictionaryTest {
  private static final String[] PARTS = {
    "", "a", "b", "ab", "\0", "0", "99", "é", "ß", "日本", "𝄞", "🙂", "\uFFFD", "common-prefix-", " "
  };

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 12, 13, 25, 1000, 20_011})
  void itAgreesWithAHashMap(int size) throws Exception {
    long seed = 99 + size;
    List<String> ids = ids(size, seed);
    IdDictionary dictionary = write(ids);
    Map<String, Integer> map = new HashMap<>();
    for (int i = 0; i < size; i++) {
      map.put(ids.get(i), i);
    }
    assertThat(dictionary.size()).isEqualTo(size);
    for (int i = 0; i < size; i++) {
      assertThat(dictionary.id(i)).as("seed %d", seed).isEqualTo(ids.get(i));
      assertThat(dictionary.indexOf(ids.get(i))).as("seed %d", seed).isEqualTo(i);
      assertThat(dictionary.hash(i))
          .isEqualTo(IdDictionary.hash(ids.get(i)))
          .isEqualTo(Hash64.of(ids.get(i).getBytes(StandardCharsets.UTF_8)));
    }
    IdDictionary hashed = dictionary.hashed();
    for (String id : ids) {
      assertThat(hashed.indexOf(id)).as("seed %d", seed).isEqualTo(map.get(id));
    }
    for (String other : ids(500, seed + 1)) {
      assertThat(dictionary.indexOf(other)).isEqualTo(map.getOrDefault(other, -1));
      assertThat(hashed.indexOf(other)).isEqualTo(map.getOrDefault(other, -1));
    }
    List<String> all = new ArrayList<>(ids(500, seed + 2));
    all.addAll(ids);
    Collections.shuffle(all, new Random(seed));
    int[] expected = all.stream().mapToInt(id -> map.getOrDefault(id, -1)).toArray();
    assertThat(dictionary.indicesOf(all)).as("seed %d", seed).isEqualTo(expected);
    assertThat(hashed.indicesOf(all)).as("seed %d", seed).isEqualTo(expected);
    assertThat(hashed.indicesOf(List.of())).isEmpty();
    dictionary.check();
    for (int rank = 1; rank < size; rank++) {
      byte[] a = ids.get(dictionary.sortedIndex(rank - 1)).getBytes(StandardCharsets.UTF_8);
      byte[] b = ids.get(dictionary.sortedIndex(rank)).getBytes(StandardCharsets.UTF_8);
      assertThat(Arrays.compareUnsigned(a, b)).isNegative();
    }
  }

  private static List<String> ids(int size, long seed) {
    Random random = new Random(seed);
    Set<String> ids = new LinkedHashSet<>();
    while (ids.size() < size) {
      StringBuilder id = new StringBuilder();
      int parts = random.nextInt(8);
      for (int p = 0; p < parts; p++) {
        id.append(PARTS[random.nextInt(PARTS.length)]);
      }
      ids.add(ids.size() > 400 ? id.toString() + random.nextInt(size * 4) : id.toString());
    }
    return new ArrayList<>(ids);
  }

  @Test
  void anIdThatOccursTwiceIsRefused() {
    assertThatThrownBy(
            () -> IdDictionary.write(folder, "ids", List.of("x", "long-enough-to-differ", "x")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("\"x\"")
        .hasMessageContaining("0 and 2");
  }

  @Test
  void aDamagedOrderIsNoticed() throws Exception {
    IdDictionary.write(folder, "ids", List.of("b", "a", "c"));
    try (NpyWriter sorted = NpyWriter.int32(folder.resolve("ids.sorted.npy"))) {
      sorted.putAll(0, 1, 2);
    }
    assertThatThrownBy(() -> map().check()).isInstanceOf(InputException.class);
    try (NpyWriter sorted = NpyWriter.int32(folder.resolve("ids.sorted.npy"))) {
      sorted.putAll(1, 700, 2);
    }
    assertThatThrownBy(() -> map().indexOf("b"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("700");
  }

  @Test
  void damagedOffsetsAreNoticedWhenOpened() throws Exception {
    IdDictionary.write(folder, "ids", List.of("b", "a", "c"));
    for (long[] damaged :
        new long[][] {{0, 2, 1, 3}, {0, 1, 2, 4}, {1, 1, 2, 3}, {0, -1, 2, 3}, {}, {0, 1, 3}}) {
      try (NpyWriter offsets = NpyWriter.int64(folder.resolve("ids.offsets.npy"))) {
        offsets.putAll(damaged);
      }
      assertThatThrownBy(this::map).as(Arrays.toString(damaged)).isInstanceOf(InputException.class);
    }
  }

  @Test
  void theFilesAreThoseOfTheFormat() throws Exception {
    IdDictionary.write(folder, "ids", List.of("b", "é", "a"));
    assertThat(IntColumn.map(folder.resolve("ids.sorted.npy")).toArray()).containsExactly(2, 0, 1);
    assertThat(io.encodectr.file.LongColumn.map(folder.resolve("ids.offsets.npy")).toArray())
        .containsExactly(0, 1, 3, 4);
    assertThat(io.encodectr.file.ByteColumn.map(folder.resolve("ids.bytes.npy")).toArray())
        .isEqualTo("béa".getBytes(StandardCharsets.UTF_8));
  }

  private IdDictionary write(List<String> ids) throws IOException {
    IdDictionary.write(folder, "ids", ids);
    return map();
  }

  private IdDictionary map() throws IOException {
    return IdDictionary.map(folder, "ids", Arena.ofAuto());
  }
}
