package io.encodectr.train.sequence;

import static io.encodectr.train.sequence.Closeness.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.encodectr.cluster.SeedStream;
import io.encodectr.file.InputException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every loss (Table 6) with every sampling (Table 5): values and gradients of W by autograd. */
class MetricLearningTest {
  private static final double TOLERANCE = 1e-5;
  private static final List<String> LOSSES =
      List.of("none", "mse", "n-pair", "triplet-fixed", "triplet-dynamic");
  private static final List<String> SAMPLINGS = List.of("neighbors", "sequence", "batch");

  record Case(String loss, String sampling, long seed) {
    RandomBatch batch() {
      Random random = new Random(seed);
      int[] lengths = {0, 1, 2, 3, 4, 1 + random.nextInt(9), 9 + random.nextInt(120), 0, 8};
      int items = seed % 4 == 0 ? 4 + random.nextInt(6) : 10 + random.nextInt(200);
      int d = seed % 3 == 2 ? 16 : 32;
      int m = new int[] {4, 2, 8, 5, 16}[(int) (seed % 5)];
      return new RandomBatch(items, d, m, lengths, 3, seed);
    }
  }

  static Stream<Case> cases() {
    return LOSSES.stream()
        .flatMap(loss ->
            SAMPLINGS.stream()
                .flatMap(sampling ->
                    Stream.iterate(0L, seed -> seed + 1)
                        .limit(24)
                        .map(seed -> new Case(loss, sampling, seed))));
  }

  private static void addAll(MetricLearning metric, RandomBatch random) {
    for (int g = 0; g < random.batch.groups(); g++) {
      int[] sorted = sorted(random, g);
      metric.add(random.table, random.batch, g, sorted, 0, sorted.length);
    }
  }

  private static int[] sorted(RandomBatch random, int group) {
    return Arrays.stream(
            random.batch.histories(),
            random.batch.historyStart()[group],
            random.batch.historyStart()[group + 1])
        .filter(row -> random.table.inverseLowNorms()[row] != 0f)
        .sorted()
        .toArray();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void lossAndGradientOfTheProjection(Case given) {
    RandomBatch random = given.batch();
    long stepSeed = SeedStream.mix(given.seed(), 3);
    MetricLearning metric = new MetricLearning(given.loss(), given.sampling(), random.d, random.m);
    metric.seed(stepSeed);
    metric.begin();
    addAll(metric, random);
    float[] actual = new float[random.d * random.m];
    for (int c = 0; c < random.d; c++) {
      for (int j = 0; j < random.m; j++) {
        actual[c * random.m + j] = metric.projectionGradient()[j * random.d + c];
      }
    }
    try (PointerScope scope = new PointerScope()) {
      Tensor projection = Twin.leaf(random.projection, random.d, random.m);
      Tensor table =
          Twin.tensor(
              Arrays.copyOf(random.table.embeddings(), random.items * random.d),
              random.items,
              random.d);
      Tensor loss = torch.zeros(1).to(torch.ScalarType.Double);
      long anchors = 0;
      for (int g = 0; g < random.batch.groups(); g++) {
        DrawnPartners drawn =
            DrawnPartners.of(
                given.loss(), given.sampling(), random.table, random.batch, g, stepSeed);
        if (drawn.anchors().length > 0) {
          loss = loss.add(Twin.metricLoss(given.loss(), table, projection, drawn));
          anchors += drawn.anchors().length;
        }
      }
      assertThat(metric.anchors()).isEqualTo(anchors);
      if (given.loss().equals("none")) {
        assertThat(anchors).isZero();
        assertThat(actual).containsOnly(0f);
        return;
      }
      assertThat(anchors).isPositive();
      loss.sum().backward();
      double expected = loss.item_double();
      assertThat(metric.loss()).isCloseTo(expected, Offset.offset(TOLERANCE * expected));
      float[] gradient = Twin.gradient(projection);
      if (norm(gradient) > 1e-9 * anchors) {
        assertClose("gradient of W", actual, gradient, TOLERANCE);
      } else {
        // Pulls that cancel exactly leave only what float arithmetic leaves of them.
        assertThat(norm(actual)).isLessThan(1e-6 * anchors);
      }
    }
  }

  private static double norm(float[] x) {
    double squared = 0;
    for (float value : x) {
      squared += (double) value * value;
    }
    return Math.sqrt(squared);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sequence", "batch", "neighbors"})
  void stepsAndUsersDrawDifferently(String sampling) {
    RandomBatch random = new RandomBatch(200, 32, 4, new int[] {90, 90}, 1, 5);
    MetricLearning metric = new MetricLearning("mse", sampling, 32, 4);
    double[] losses = new double[2];
    for (int step = 0; step < 2; step++) {
      metric.seed(step);
      metric.begin();
      addAll(metric, random);
      losses[step] = metric.loss();
    }
    assertThat(losses[0]).isNotEqualTo(losses[1]);
  }

  /** A shard that holds only some groups draws for them what one that holds all would. */
  @ParameterizedTest
  @ValueSource(strings = {"sequence", "batch", "neighbors"})
  void aGroupsDrawsDoNotDependOnTheGroupsBesideIt(String sampling) {
    RandomBatch random = new RandomBatch(150, 32, 4, new int[] {30, 1, 70, 12}, 1, 8);
    MetricLearning all = new MetricLearning("n-pair", sampling, 32, 4);
    all.seed(4);
    double sum = 0;
    for (int g = 0; g < 4; g++) {
      all.begin();
      int[] sorted = sorted(random, g);
      all.add(random.table, random.batch, g, sorted, 0, sorted.length);
      sum += all.loss();
    }
    all.begin();
    addAll(all, random);
    assertThat(all.loss()).isCloseTo(sum, Offset.offset(1e-9 * sum));
  }

  @Test
  void unknownNamesAreRefused() {
    assertThatThrownBy(() -> new MetricLearning("hinge", "sequence", 8, 2))
        .isInstanceOf(InputException.class);
    assertThatThrownBy(() -> new MetricLearning("mse", "world", 8, 2))
        .isInstanceOf(InputException.class);
  }
}
