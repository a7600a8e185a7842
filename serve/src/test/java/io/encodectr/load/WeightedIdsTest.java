package io.encodectr.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.encodectr.dataset.DatasetFixture;
import io.encodectr.file.InputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

class WeightedIdsTest {
  private static final int DRAWS = 100_000;

  @TempDir private Path folder;

  private static String text(WeightedIds ids, int id) {
    return JsonMapper.shared().readTree(ids.json(id)).asString();
  }

  @Test
  void drawsInProportionToTheWeights() {
    WeightedIds ids = new WeightedIds(List.of("a", "b", "c", "d"), new long[] {1, 2, 5, 2});
    SplittableRandom random = new SplittableRandom(3);
    int[] counts = new int[4];
    for (int i = 0; i < DRAWS; i++) {
      counts[ids.draw(random)]++;
    }
    assertThat(Arrays.stream(counts).mapToDouble(c -> (double) c / DRAWS).toArray())
        .containsExactly(new double[] {0.1, 0.2, 0.5, 0.2}, within(0.006));
  }

  @Test
  void drawsDifferentIdsAsIfOneByOne() {
    long[] weights = {1, 2, 5, 2};
    WeightedIds ids = new WeightedIds(List.of("a", "b", "c", "d"), weights);
    SplittableRandom random = new SplittableRandom(4);
    double[][] first = new double[4][4];
    for (int i = 0; i < DRAWS; i++) {
      int[] drawn = ids.drawDistinct(2, random);
      first[drawn[0]][drawn[1]] += 1.0 / DRAWS;
    }
    for (int a = 0; a < 4; a++) {
      for (int b = 0; b < 4; b++) {
        double expected = a == b ? 0 : weights[a] / 10.0 * weights[b] / (10.0 - weights[a]);
        assertThat(first[a][b]).as(a + " then " + b).isCloseTo(expected, within(0.006));
      }
    }
    assertThat(ids.drawDistinct(0, random)).isEmpty();
    assertThat(IntStream.of(ids.drawDistinct(4, random)).sorted()).containsExactly(0, 1, 2, 3);
  }

  @Test
  void readsFilesAndCountsRepeatedLines() throws IOException {
    Path file = folder.resolve("ids.txt");
    Files.writeString(file, "one\n\n two\"\\\u00e9\u4e16 \none\r\none\n", StandardCharsets.UTF_8);
    WeightedIds ids = WeightedIds.ofFile(file);
    assertThat(ids.size()).isEqualTo(2);
    assertThat(text(ids, 0)).isEqualTo("one");
    assertThat(text(ids, 1)).isEqualTo("two\"\\\u00e9\u4e16");
    SplittableRandom random = new SplittableRandom(5);
    long ones = IntStream.range(0, DRAWS).filter(i -> ids.draw(random) == 0).count();
    assertThat((double) ones / DRAWS).isCloseTo(0.75, within(0.006));
  }

  @Test
  void refusesFilesWithoutIds() throws IOException {
    Path empty = Files.writeString(folder.resolve("empty"), "\n \n");
    Path binary = Files.write(folder.resolve("binary"), new byte[] {(byte) 0xff, (byte) 0xfe, 10});
    assertThatThrownBy(() -> WeightedIds.ofFile(empty))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("no ids");
    assertThatThrownBy(() -> WeightedIds.ofFile(binary))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("UTF-8");
    assertThatThrownBy(() -> WeightedIds.ofFile(folder.resolve("missing")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("missing");
  }

  @Test
  void aDatasetIsAskedForAsItWasUsed() throws IOException {
    DatasetFixture fixture = new DatasetFixture(3, 4);
    for (int i = 0; i < 9999; i++) {
      fixture.behavior(1, i % 3 == 0 ? 2 : 0, i);
    }
    fixture.write(folder.resolve("dataset"));
    Population population = Population.ofDataset(folder.resolve("dataset"));
    assertThat(population.users().size()).isEqualTo(3);
    assertThat(text(population.items(), 3)).isEqualTo("i3");
    SplittableRandom random = new SplittableRandom(6);
    double[] users = new double[3];
    double[] items = new double[4];
    for (int i = 0; i < DRAWS; i++) {
      users[population.users().draw(random)] += 1.0 / DRAWS;
      items[population.items().draw(random)] += 1.0 / DRAWS;
    }
    assertThat(users).containsExactly(new double[] {0, 1, 0}, within(0.006));
    assertThat(items).containsExactly(new double[] {0.667, 0, 0.333, 0}, within(0.008));
  }
}
