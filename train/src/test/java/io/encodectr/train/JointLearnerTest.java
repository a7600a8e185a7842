package io.encodectr.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.encodectr.dataset.Dataset;
import io.encodectr.model.ModelSpec;
import io.encodectr.train.batch.BatchBuilder;
import io.encodectr.train.batch.EpochOrder;
import io.encodectr.train.batch.ItemRows;
import io.encodectr.train.batch.SampleGroups;
import io.encodectr.train.checkpoint.LossSums;
import io.encodectr.train.embedding.CtrParameters;
import io.encodectr.train.optimizer.Parameter;
import io.encodectr.train.process.ProcessGroup;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Processes that learn from parts of a batch learn what one process learns from all of it. */
class JointLearnerTest {
  private static final Offset<Double> TOLERANCE = Offset.offset(1e-5);
  private static final int STEPS = 3;

  @TempDir Path temporary;

  /** Losses and Adam's first moments after a first step, and the parameters after some more. */
  private record Learned(LossSums losses, List<float[]> moments, List<Parameter> parameters) {}

  private static Learned learn(
      Dataset dataset, TrainOptions options, int batchSize, ProcessGroup group) {
    int[] samples = IntStream.range(0, dataset.train().size()).toArray();
    ItemRows rows = ItemRows.of(dataset, samples, 0, 9);
    ModelSpec spec = Specification.of(options, dataset, rows.rows(), 99);
    CtrParameters parameters = new CtrParameters(spec);
    parameters.initialize(options.initStd(), options.seed());
    SampleGroups groups = SampleGroups.of(dataset.train(), samples, batchSize);
    EpochOrder order = EpochOrder.shuffled(groups, batchSize, options.seed());
    int longest = options.method().equals("din") ? 20 : 70;
    BatchBuilder builder =
        new BatchBuilder(dataset, groups, longest, Learner.SHARDS * group.size());
    try (Workers workers = new Workers(1 + group.rank());
        Learner learner =
            new Learner(dataset, samples.length, spec, options, rows, parameters, workers, group)) {
      LossSums losses = learner.step(builder.build(order, 0), 1);
      List<float[]> moments = parameters.all().stream().map(p -> p.first().clone()).toList();
      for (int step = 1; step < STEPS; step++) {
        learner.step(builder.build(order, step % order.batches()), step + 1);
      }
      return new Learned(losses, moments, parameters.all());
    }
  }

  private static TrainOptions options(String method, @Nullable String variant) {
    return TestVariant.with(TrainOptions.defaults(method), variant)
        .with(
            Map.of(
                "recent_length", 20,
                "long_length", 70,
                "clusters", 6,
                "retrieved", 8,
                "init_std", 0.3,
                "seed", 5));
  }

  @ParameterizedTest(name = "{0}, features {1}, {2} processes, {3} samples, {4}")
  @CsvSource({
    "encode, true, 2, 64,",
    "encode, false, 3, 64,",
    "encode, true, 2, 64, adam=dense triplet_sampling=batch",
    "encode, true, 4, 30, mass=learned metric_loss=n-pair",
    "encode-minus, true, 2, 64, mass=log-sum-exp",
    "din-l, true, 2, 64, adam=dense",
    "din, true, 3, 5,",
    "avg-pooling, false, 2, 64,",
    "mimn, true, 2, 64,",
    "sim-hard, true, 2, 64,",
    "ubr4ctr, true, 2, 64,",
    "eta, true, 2, 64,",
    "eta-encode, true, 2, 64,",
    "eta-ta, true, 2, 64,",
    "sdim, true, 2, 64,",
    "twin, true, 2, 64,"
  })
  void gradientsAreThoseOfOneProcess(
      String method, boolean features, int size, int batchSize, @Nullable String variant)
      throws Exception {
    Path data = temporary.resolve("data");
    TestWorld.write(data, 30, 60, 90, 4, features, TestWorld.Labels.COIN, 5);
    TrainOptions options = options(method, variant);
    try (Dataset dataset = Dataset.open(data)) {
      Learned alone = learn(dataset, options, batchSize, ProcessGroup.ALONE);
      List<Learned> joint =
          JoinedThreads.run(
              size, temporary.resolve("place"), group -> learn(dataset, options, batchSize, group));
      for (Learned one : joint) {
        LossSums losses = one.losses();
        assertThat(losses.samples()).isEqualTo(alone.losses().samples());
        assertThat(losses.anchors()).isEqualTo(alone.losses().anchors());
        assertThat(losses.crossEntropy()).isCloseTo(alone.losses().crossEntropy(), TOLERANCE);
        assertThat(losses.triplet()).isCloseTo(alone.losses().triplet(), TOLERANCE);
        assertClose(alone, one);
        assertSameBits(joint.getFirst(), one);
      }
    }
  }

  /** After a first step Adam's first moment is a tenth of the gradient. */
  private static void assertClose(Learned alone, Learned joint) {
    boolean any = false;
    for (int p = 0; p < alone.moments().size(); p++) {
      float[] expected = alone.moments().get(p);
      float[] actual = joint.moments().get(p);
      for (int i = 0; i < expected.length; i++) {
        any |= expected[i] != 0;
        assertThat(10.0 * actual[i])
            .as("gradient %d of %s", i, alone.parameters().get(p).name())
            .isCloseTo(10.0 * expected[i], TOLERANCE);
      }
    }
    assertThat(any).isTrue();
  }

  private static void assertSameBits(Learned one, Learned other) {
    for (int p = 0; p < one.parameters().size(); p++) {
      Parameter expected = one.parameters().get(p);
      Parameter actual = other.parameters().get(p);
      assertThat(actual.values()).as(expected.name()).isEqualTo(expected.values());
      assertThat(actual.first()).as(expected.name()).isEqualTo(expected.first());
      assertThat(actual.second()).as(expected.name()).isEqualTo(expected.second());
    }
  }

  @Test
  void parametersThatDifferAreFound() throws Exception {
    for (int different : new int[] {-1, 0, 1, 2}) {
      Path place = temporary.resolve("place" + different);
      JoinedThreads.Part<Integer> compare =
          group -> {
            Parameter parameter = new Parameter("p", 3, 5);
            Arrays.fill(parameter.values(), 0.25f);
            if (group.rank() == different) {
              parameter.values()[7] = Math.nextUp(0.25f);
            }
            Replicas.requireEqual(group, List.of(parameter), 12);
            return 0;
          };
      if (different < 0) {
        assertThat(JoinedThreads.run(3, place, compare)).hasSize(3);
      } else {
        assertThatThrownBy(() -> JoinedThreads.run(3, place, compare))
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("process " + Math.max(1, different))
            .hasMessageContaining("after step 12");
      }
    }
  }
}
