package io.encodectr.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.encodectr.dataset.Dataset;
import io.encodectr.dataset.Samples;
import io.encodectr.train.batch.Batch;
import io.encodectr.train.batch.BatchBuilder;
import io.encodectr.train.batch.BatchQueue;
import io.encodectr.train.batch.EpochOrder;
import io.encodectr.train.batch.ItemRows;
import io.encodectr.train.batch.SampleGroups;
import io.encodectr.train.batch.SampleSplit;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BatchTest {
  @TempDir Path temporary;
  private Dataset dataset;
  private Samples samples;
  private int[] all;

  @BeforeEach
  void open() throws IOException {
    Path data = temporary.resolve("data");
    TestWorld.write(data, 70, 200, 50, 9, true, TestWorld.Labels.TASTE, 21);
    dataset = Dataset.open(data);
    samples = dataset.train();
    all = IntStream.range(0, samples.size()).toArray();
  }

  @AfterEach
  void close() {
    dataset.close();
  }

  @ParameterizedTest
  @CsvSource({"1, 0", "7, 20", "64, 1", "100, 33", "100000, 0"})
  void anEpochVisitsEverySampleOnceWithItsOwnHistory(int size, int longest) {
    SampleGroups groups = SampleGroups.of(samples, all, size);
    EpochOrder order = EpochOrder.shuffled(groups, size, 5);
    BatchBuilder builder = new BatchBuilder(dataset, groups, longest, 8);
    Set<Integer> seen = new HashSet<>();
    try (BatchQueue queue = new BatchQueue(builder, order, 0)) {
      for (int b = 0; b < order.batches(); b++) {
        Batch batch = queue.take();
        assertThat(batch.size()).isBetween(1, size);
        check(batch, longest, seen);
      }
    }
    assertThat(seen).hasSize(samples.size());
  }

  private void check(Batch batch, int longest, Set<Integer> seen) {
    assertThat(batch.shards()).isEqualTo(8);
    assertThat(batch.shardStart()).isSorted().startsWith(0).endsWith(batch.groups());
    assertThat(batch.items()).isSorted().doesNotHaveDuplicates();
    Set<Integer> used = new HashSet<>();
    for (int g = 0; g < batch.groups(); g++) {
      int user = batch.users()[g];
      assertThat(batch.userHashes()[g]).isEqualTo(dataset.userIds().hash(user));
      for (int i = batch.sampleStart()[g]; i < batch.sampleStart()[g + 1]; i++) {
        int s = batch.samples()[i];
        assertThat(seen.add(s)).as("sample %d for the first time", s).isTrue();
        assertThat(samples.user(s)).isEqualTo(user);
        assertThat(batch.items()[batch.targets()[i]]).isEqualTo(samples.target(s));
        assertThat(batch.labels()[i]).isEqualTo(samples.label(s));
        used.add(batch.targets()[i]);
        int end = samples.historyEnd(s);
        int length = longest == 0 ? end : Math.min(longest, end);
        assertThat(batch.historyLength(g)).isEqualTo(length);
        for (int h = 0; h < length; h++) {
          int item = batch.histories()[batch.historyStart()[g] + h];
          used.add(item);
          assertThat(batch.items()[item])
              .isEqualTo(dataset.behaviors().item(user, end - length + h));
        }
      }
    }
    assertThat(used).as("items of the batch that something uses").hasSize(batch.items().length);
  }

  @Test
  void theOrderDependsOnTheSeedAlone() {
    SampleGroups groups = SampleGroups.of(samples, all, 64);
    EpochOrder one = EpochOrder.shuffled(groups, 64, 5);
    assertThat(EpochOrder.shuffled(groups, 64, 5).groups()).isEqualTo(one.groups());
    assertThat(EpochOrder.shuffled(groups, 64, 6).groups()).isNotEqualTo(one.groups());
  }

  @Test
  void shardsShareTheWork() {
    SampleGroups groups = SampleGroups.of(samples, all, 1000);
    Batch batch =
        new BatchBuilder(dataset, groups, 0, 8).build(EpochOrder.sequential(groups, 1_000_000), 0);
    long total = batch.histories().length + 100L * batch.size();
    for (int s = 0; s < 8; s++) {
      int from = batch.shardStart()[s];
      int to = batch.shardStart()[s + 1];
      long work =
          batch.historyStart()[to]
              - batch.historyStart()[from]
              + 100L * (batch.sampleStart()[to] - batch.sampleStart()[from]);
      assertThat(work).isBetween(total / 8 * 3 / 4, total / 8 * 5 / 4);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.1, 0.35, 0.7})
  void validationIsTheLastPartByTime(double share) {
    SampleSplit split = SampleSplit.of(samples, share);
    assertThat(split.training().length + split.validation().length).isEqualTo(samples.size());
    assertThat(split.validation().length)
        .isGreaterThanOrEqualTo((int) Math.round(share * samples.size()))
        .isLessThanOrEqualTo((int) Math.round((share + 0.05) * samples.size()));
    long last = Arrays.stream(split.training()).mapToLong(samples::time).max().orElseThrow();
    Arrays.stream(split.validation())
        .forEach(s ->
            assertThat(samples.time(s)).isGreaterThan(last).isGreaterThanOrEqualTo(split.cut()));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5, 1000})
  void itemsSeenTooSeldomShareRowZero(int minCount) {
    SampleSplit split = SampleSplit.of(samples, 0.2);
    for (int longest : new int[] {0, 3, 50}) {
      ItemRows rows = ItemRows.of(dataset, split.training(), longest, minCount);
      int[] counts = new int[dataset.items()];
      Set<List<Long>> events = new HashSet<>();
      for (int s : split.training()) {
        int user = samples.user(s);
        int end = samples.historyEnd(s);
        for (int b = longest == 0 ? 0 : Math.max(0, end - longest); b < end; b++) {
          if (events.add(List.of((long) user, (long) b))) {
            counts[dataset.behaviors().item(user, b)]++;
          }
        }
      }
      for (int s : split.training()) {
        int user = samples.user(s);
        boolean counted = false;
        for (int b = dataset.behaviors().length(user) - 1; b >= 0; b--) {
          boolean same =
              dataset.behaviors().time(user, b) == samples.time(s)
                  && dataset.behaviors().item(user, b) == samples.target(s);
          counted |= same && events.contains(List.of((long) user, (long) b));
        }
        counts[samples.target(s)] += counted ? 0 : 1;
      }
      assertRows(rows, counts, minCount);
    }
  }

  private static void assertRows(ItemRows rows, int[] counts, int minCount) {
    int next = 1;
    for (int item = 0; item < counts.length; item++) {
      assertThat(rows.rowOf()[item]).isEqualTo(counts[item] >= minCount ? next++ : 0);
    }
    assertThat(rows.rows()).isEqualTo(next);
  }
}
