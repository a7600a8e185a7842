package io.encodectr.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.encodectr.dataset.Dataset;
import io.encodectr.dataset.Samples;
import io.encodectr.model.Model;
import io.encodectr.progress.Progress;
import io.encodectr.scoring.CandidateScorer;
import io.encodectr.scoring.ScoringModel;
import io.encodectr.sequence.Method;
import io.encodectr.train.batch.Batch;
import io.encodectr.train.batch.BatchBuilder;
import io.encodectr.train.batch.EpochOrder;
import io.encodectr.train.batch.ItemRows;
import io.encodectr.train.batch.SampleGroups;
import io.encodectr.train.batch.SampleSplit;
import io.encodectr.train.embedding.CtrParameters;
import io.encodectr.train.optimizer.Parameter;
import io.encodectr.train.process.ProcessGroup;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The trainer's forward pass is the one that evaluation and serving have. */
class ForwardTest {
  @TempDir Path temporary;

  @ParameterizedTest
  @MethodSource("io.encodectr.sequence.Method#names")
  void trainerAndScorerAgree(String method) throws Exception {
    agree(method, null);
  }

  @ParameterizedTest
  @CsvSource({
    "encode-minus, mass=count",
    "encode, clustering=random",
    "encode, clustering=routing mass=count",
    "encode, clustering=agglomerative mass=log-sum-exp low_dimension=3",
    "encode, mass=log-sum-exp metric_loss=n-pair",
    "encode, mass=spread",
    "encode, mass=learned learning_rate=0.02",
    "encode-minus, mass=learned clustering=random",
    "encode, metric_loss=none clusters=100"
  })
  void trainerAndScorerAgreeOnVariants(String method, String variant) throws Exception {
    agree(method, variant);
  }

  private void agree(String method, @Nullable String variant) throws Exception {
    Path data = temporary.resolve("data");
    TestWorld.write(data, 50, 80, 120, 6, true, TestWorld.Labels.TASTE, 3);
    TrainOptions options =
        TestVariant.with(
            TrainOptions.defaults(method)
                .with(
                    Map.of(
                        "epochs",
                        2,
                        "batch_size",
                        50,
                        "learning_rate",
                        3e-3,
                        "clusters",
                        7,
                        "retrieved",
                        9,
                        "recent_length",
                        12,
                        "long_length",
                        80,
                        "min_count",
                        6)),
            variant);
    try (Dataset dataset = Dataset.open(data);
        Workers workers = new Workers(2)) {
      Path out = temporary.resolve("model");
      Trainer.train(dataset, options, new RunOptions(2, 0, false), out, Progress.NONE);
      Model model = Model.load(out);
      int[] training = SampleSplit.of(dataset.train(), options.validationShare()).training();
      int longest = method.equals("din") ? 12 : 80;
      ItemRows rows = ItemRows.of(dataset, training, longest, 6);
      CtrParameters parameters = restored(model, rows);
      int[] all = IntStream.range(0, dataset.train().size()).toArray();
      SampleGroups groups = SampleGroups.of(dataset.train(), all, 1000);
      EpochOrder order = EpochOrder.sequential(groups, 1000);
      Batch batch = new BatchBuilder(dataset, groups, longest, Learner.SHARDS).build(order, 0);
      float[] logits = new float[batch.size()];
      try (Learner learner =
          new Learner(
              dataset,
              all.length,
              model.spec(),
              options,
              rows,
              parameters,
              workers,
              ProcessGroup.ALONE)) {
        learner.logits(batch, logits);
      }
      ScoringModel scoring = ScoringModel.of(model);
      assertThat(scoring.items().table().columns())
          .hasSize(Method.named(method).searches() ? 2 : 0);
      float[] served = served(dataset, scoring);
      for (int i = 0; i < logits.length; i++) {
        assertThat(logits[i])
            .as("sample %d", batch.samples()[i])
            .isCloseTo(served[batch.samples()[i]], Offset.offset(1e-5f));
      }
    }
  }

  private static CtrParameters restored(Model model, ItemRows rows) {
    assertThat(model.spec().itemRows()).isEqualTo(rows.rows());
    CtrParameters parameters = new CtrParameters(model.spec());
    for (Parameter parameter : parameters.all()) {
      if (parameter == parameters.tower()) {
        int at = 0;
        for (int layer = 0; layer < parameters.shape().layers(); layer++) {
          for (String part : new String[] {".weight", ".bias"}) {
            float[] values = model.weights("tower." + layer + part);
            System.arraycopy(values, 0, parameter.values(), at, values.length);
            at += values.length;
          }
        }
      } else if (model.has(parameter.name())) {
        float[] values = model.weights(parameter.name());
        System.arraycopy(values, 0, parameter.values(), 0, values.length);
      }
    }
    return parameters;
  }

  /** Scores one sample at a time. */
  private static float[] served(Dataset dataset, ScoringModel model) {
    Samples samples = dataset.train();
    CandidateScorer scorer = new CandidateScorer(model);
    float[] logits = new float[samples.size()];
    float[] userContext = new float[model.userContext().width()];
    for (int s = 0; s < logits.length; s++) {
      int[] rows = new int[samples.historyEnd(s)];
      dataset.behaviors().items(samples.user(s), 0, rows.length, rows, 0);
      scorer.history(rows, 0, rows.length, dataset.userIds().hash(samples.user(s)));
      model.userContext().user(dataset.userFeatures(), samples.user(s), userContext, 0);
      model.userContext().context(samples, s, userContext, 0);
      scorer.score(userContext, true, new int[] {samples.target(s)}, 0, 1, logits, s);
    }
    return logits;
  }

  @ParameterizedTest
  @ValueSource(strings = {"encode", "mimn", "ubr4ctr"})
  void stepsLeaveNoOffHeapMemoryBehind(String method) throws Exception {
    Path data = temporary.resolve("data");
    TestWorld.write(data, 40, 60, 50, 6, true, TestWorld.Labels.TASTE, 3);
    TrainOptions options = TrainOptions.defaults(method);
    try (Dataset dataset = Dataset.open(data);
        Workers workers = new Workers(2)) {
      int[] all = IntStream.range(0, dataset.train().size()).toArray();
      ItemRows rows = ItemRows.of(dataset, all, 0, 2);
      SampleGroups groups = SampleGroups.of(dataset.train(), all, 1000);
      Batch batch =
          new BatchBuilder(dataset, groups, 0, Learner.SHARDS)
              .build(EpochOrder.sequential(groups, 1000), 0);
      var spec = Specification.of(options, dataset, rows.rows(), 1);
      CtrParameters parameters = new CtrParameters(spec);
      parameters.initialize(0.1f, 1);
      try (Learner learner =
          new Learner(
              dataset, all.length, spec, options, rows, parameters, workers, ProcessGroup.ALONE)) {
        // UBR4CTR's selector learns at even steps.
        learner.step(batch, 1);
        learner.step(batch, 2);
        long bytes = Pointer.totalBytes();
        long count = Pointer.totalCount();
        for (int step = 3; step < 60; step++) {
          learner.step(batch, step);
        }
        // What other tests left may be collected meanwhile.
        assertThat(Pointer.totalBytes()).isLessThanOrEqualTo(bytes);
        assertThat(Pointer.totalCount()).isLessThanOrEqualTo(count);
      }
    }
  }

  /** UBR4CTR: the recommender learns at every step, the selector at even ones. */
  @Test
  void theSelectorTakesItsTurns() throws Exception {
    Path data = temporary.resolve("data");
    TestWorld.write(data, 40, 60, 50, 6, true, TestWorld.Labels.TASTE, 3);
    TrainOptions options = TrainOptions.defaults("ubr4ctr").with(Map.of("learning_rate", 1e-2));
    try (Dataset dataset = Dataset.open(data);
        Workers workers = new Workers(2)) {
      int[] all = IntStream.range(0, dataset.train().size()).toArray();
      ItemRows rows = ItemRows.of(dataset, all, 0, 2);
      SampleGroups groups = SampleGroups.of(dataset.train(), all, 1000);
      Batch batch =
          new BatchBuilder(dataset, groups, 0, Learner.SHARDS)
              .build(EpochOrder.sequential(groups, 1000), 0);
      var spec = Specification.of(options, dataset, rows.rows(), 1);
      CtrParameters parameters = new CtrParameters(spec);
      parameters.initialize(0.1f, 1);
      try (Learner learner =
          new Learner(
              dataset, all.length, spec, options, rows, parameters, workers, ProcessGroup.ALONE)) {
        for (int step = 1; step < 6; step++) {
          float[] tower = parameters.tower().values().clone();
          List<float[]> selector =
              parameters.method().stream().map(p -> p.values().clone()).toList();
          learner.step(batch, step);
          assertThat(parameters.tower().values()).isNotEqualTo(tower);
          for (int i = 0; i < selector.size(); i++) {
            Parameter parameter = parameters.method().get(i);
            assertThat(Arrays.equals(parameter.values(), selector.get(i)))
                .as("%s stays as it is in step %d", parameter.name(), step)
                .isEqualTo(step % 2 == 1);
          }
        }
      }
    }
  }
}
