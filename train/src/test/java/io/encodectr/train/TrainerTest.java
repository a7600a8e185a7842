package io.encodectr.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.encodectr.dataset.Dataset;
import io.encodectr.file.InputException;
import io.encodectr.model.Model;
import io.encodectr.progress.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class TrainerTest {
  @TempDir Path temporary;

  private Path world(TestWorld.Labels labels) throws IOException {
    return TestWorld.write(temporary.resolve("data"), 60, 90, 60, 8, true, labels, 11);
  }

  /** Options that learn a small world quickly. */
  private static TrainOptions options(String method, Map<String, ?> changes) {
    Map<String, Object> all =
        new HashMap<>(
            Map.of(
                "batch_size", 64,
                "learning_rate", 2e-3,
                "clusters", 5,
                "retrieved", 7,
                "recent_length", 10,
                "long_length", 40,
                "log_every", 3));
    all.putAll(changes);
    return TrainOptions.defaults(method).with(all);
  }

  private TrainResult train(Path data, TrainOptions options, int threads, String out)
      throws IOException {
    return train(data, options, new RunOptions(threads, 0, false), out, Progress.NONE);
  }

  private TrainResult train(
      Path data, TrainOptions options, RunOptions run, String out, Progress progress)
      throws IOException {
    try (Dataset dataset = Dataset.open(data)) {
      return Trainer.train(dataset, options, run, temporary.resolve(out), progress);
    }
  }

  private void assertSameModel(String one, String other) throws IOException {
    for (String file : new String[] {"weights.safetensors", "model.json", "items/row.npy"}) {
      assertThat(temporary.resolve(one).resolve(file))
          .as("%s of %s and %s", file, one, other)
          .hasSameBinaryContentAs(temporary.resolve(other).resolve(file));
    }
    assertThat(withoutTimes(one)).isEqualTo(withoutTimes(other));
  }

  private String withoutTimes(String model) throws IOException {
    return Files.readString(temporary.resolve(model).resolve("metrics.jsonl"))
        .replaceAll("\"(seconds|samples_per_second)\"\\s*:\\s*[-0-9.E]+", "");
  }

  @ParameterizedTest
  @MethodSource("io.encodectr.sequence.Method#names")
  void sameSeedSameBytesForAnyNumberOfThreads(String method) throws IOException {
    sameBytes(method, null);
  }

  @ParameterizedTest
  @CsvSource({
    "encode-minus, mass=log-sum-exp",
    "encode, metric_loss=mse triplet_sampling=batch clustering=random mass=spread",
    "encode, metric_loss=n-pair triplet_sampling=neighbors clustering=routing",
    "encode, metric_loss=triplet-fixed clustering=agglomerative mass=count low_dimension=2",
    "encode, mass=learned"
  })
  void sameBytesForVariants(String method, String variant) throws IOException {
    sameBytes(method, variant);
  }

  private void sameBytes(String method, @Nullable String variant) throws IOException {
    Path data = world(TestWorld.Labels.TASTE);
    TrainOptions options = TestVariant.with(options(method, Map.of("epochs", 2)), variant);
    train(data, options, 1, "one");
    train(data, options, 2, "two");
    train(data, options, 5, "five");
    assertSameModel("one", "two");
    assertSameModel("one", "five");
    train(data, options.with(Map.of("seed", 2)), 2, "other");
    assertThat(
            Files.mismatch(
                temporary.resolve("one/weights.safetensors"),
                temporary.resolve("other/weights.safetensors")))
        .isNotEqualTo(-1);
  }

  /** UBR4CTR: half an epoch is half of what is learned from, however much is held out. */
  @Test
  void theSelectorLearnsInTheSecondHalfOfTheEpoch() throws IOException {
    Path data = world(TestWorld.Labels.TASTE);
    TrainOptions options =
        options("ubr4ctr", Map.of("epochs", 1, "batch_size", 16, "validation_share", 0.7));
    train(data, options, 2, "learned");
    train(data, options.with(Map.of("learning_rate", 1e-30)), 2, "untouched");
    float[] learned = Model.load(temporary.resolve("learned")).weights("selector.output");
    float[] untouched = Model.load(temporary.resolve("untouched")).weights("selector.output");
    assertThat(Arrays.equals(learned, untouched)).as("as it was drawn").isFalse();
  }

  /** Fails the run once so many samples are done. */
  static Progress failingAfter(long samples) {
    return (name, total, unit) ->
        new Progress.Task() {
          private long done;

          @Override
          public void advance(long n) {
            done += n;
            if (name.startsWith("Training") && done >= samples) {
              throw new Interruption();
            }
          }

          @Override
          public void note(String text) {}

          @Override
          public void close() {}
        };
  }

  static final class Interruption extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  @ParameterizedTest(name = "{0}, {1}, interrupted after {2} and {3} samples, {4}")
  @CsvSource({
    "encode, row-sparse, 200, 300,",
    "encode, dense, 130, 400,",
    "din-l, row-sparse, 70, 250,",
    "avg-pooling, row-sparse, 64, 431,",
    "din, dense, 300, 301,",
    "mimn, row-sparse, 200, 300,",
    "mimn, dense, 130, 400,",
    "sim-hard, row-sparse, 130, 400,",
    "eta, dense, 70, 250,",
    "eta-encode, row-sparse, 200, 300,",
    "eta-ta, row-sparse, 64, 431,",
    "sdim, dense, 130, 401,",
    "ubr4ctr, row-sparse, 200, 300,",
    "ubr4ctr, dense, 130, 400,",
    "encode-minus, row-sparse, 190, 310, clustering=routing",
    "encode, dense, 140, 390, metric_loss=none mass=count clustering=random",
    "encode, row-sparse, 150, 380, metric_loss=mse triplet_sampling=batch mass=log-sum-exp",
    "encode, row-sparse, 100, 410, triplet_sampling=neighbors clustering=agglomerative",
    "encode, row-sparse, 120, 330, mass=learned"
  })
  void aRunThatWasCutOffGoesOnToTheSameBytes(
      String method, String adam, long first, long second, @Nullable String variant)
      throws IOException {
    Path data = world(TestWorld.Labels.TASTE);
    TrainOptions options =
        TestVariant.with(options(method, Map.of("epochs", 3, "adam", adam)), variant);
    train(data, options, 2, "whole");
    RunOptions run = new RunOptions(2, 2, false);
    assertThatThrownBy(() -> train(data, options, run, "cut", failingAfter(first)))
        .isInstanceOf(Interruption.class);
    assertThat(temporary.resolve("cut")).doesNotExist();
    assertThatThrownBy(() -> train(data, options, run, "cut", failingAfter(second)))
        .isInstanceOf(Interruption.class);
    TrainResult result = train(data, options, run, "cut", Progress.NONE);
    assertThat(result.resumedFrom()).isPositive().isLessThan(result.steps());
    assertSameModel("whole", "cut");
    assertThat(temporary.resolve("cut.checkpoint")).doesNotExist();
  }

  @Test
  void refusesToContinueAnotherRun() throws IOException {
    Path data = world(TestWorld.Labels.TASTE);
    TrainOptions options = options("din", Map.of());
    RunOptions run = new RunOptions(1, 1, false);
    assertThatThrownBy(() -> train(data, options, run, "out", failingAfter(130)))
        .isInstanceOf(Interruption.class);
    TrainOptions changed = options.with(Map.of("learning_rate", 0.5));
    assertThatThrownBy(() -> train(data, changed, run, "out", Progress.NONE))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("learning_rate was 0.002 and is now 0.5")
        .hasMessageContaining("out.checkpoint");
    Path other =
        TestWorld.write(
            temporary.resolve("other"), 60, 90, 60, 8, true, TestWorld.Labels.TASTE, 12);
    assertThatThrownBy(() -> train(other, options, run, "out", Progress.NONE))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("another dataset");
    assertThat(train(data, options, run, "out", Progress.NONE).resumedFrom()).isPositive();
  }

  @Test
  void refusesAnOutputThatExistsAndOneInUse() throws IOException {
    Path data = world(TestWorld.Labels.TASTE);
    TrainOptions options = options("din", Map.of());
    train(data, options, 1, "out");
    assertThatThrownBy(() -> train(data, options, 1, "out"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("--overwrite");
    train(data, options, new RunOptions(1, 0, true), "out", Progress.NONE);
    Progress second =
        (name, total, unit) -> {
          assertThatThrownBy(
                  () -> train(data, options, new RunOptions(1, 0, true), "out", Progress.NONE))
              .isInstanceOf(InputException.class)
              .hasMessageContaining("another run");
          return Progress.NONE.begin(name, total, unit);
        };
    train(data, options, new RunOptions(1, 0, true), "out", second);
  }

  @ParameterizedTest
  @MethodSource("io.encodectr.sequence.Method#names")
  void learnsEvenCoinTossesByHeart(String method) throws IOException {
    Path data = world(TestWorld.Labels.COIN);
    TrainResult result =
        train(
            data,
            options(
                method,
                Map.of("epochs", 40, "validation_share", 0, "learning_rate", 5e-3, "min_count", 1)),
            2,
            "out");
    assertThat((double) result.metrics().get("train_loss")).isLessThan(0.1);
    assertThat(result.metrics()).doesNotContainKey("validation_auc");
  }

  @ParameterizedTest
  @CsvSource({
    "CONTEXT, encode",
    "CONTEXT, din",
    "USER, din-l",
    "USER, encode",
    "CATEGORY, avg-pooling",
    "CATEGORY, encode"
  })
  void aFeatureThatDecidesIsFound(TestWorld.Labels labels, String method) throws IOException {
    Path data = TestWorld.write(temporary.resolve("data"), 150, 400, 30, 10, true, labels, 5);
    TrainResult result =
        train(data, options(method, Map.of("epochs", 8, "learning_rate", 5e-3)), 2, "out");
    assertThat((double) result.metrics().get("validation_auc")).isGreaterThan(0.95);
  }

  @Test
  void earlyStopNeedsClicksAndNonClicksToRank() throws IOException {
    Path data = world(TestWorld.Labels.COIN);
    TrainOptions options =
        options("din", Map.of("epochs", 5, "early_stop", true, "validation_share", 1e-9));
    assertThatThrownBy(() -> train(data, options, 2, "unranked"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("early_stop needs clicks and non-clicks");
    assertThat(temporary.resolve("unranked")).doesNotExist();
  }

  @Test
  void earlyStopKeepsTheBestEpoch() throws IOException {
    Path data = world(TestWorld.Labels.COIN);
    TrainOptions options =
        options(
            "din", Map.of("epochs", 50, "early_stop", true, "patience", 2, "learning_rate", 5e-3));
    TrainResult stopped = train(data, options, 2, "stopped");
    assertThat(stopped.epochs()).isLessThan(50);
    assertThat(stopped.epochs() - stopped.keptEpoch()).isEqualTo(2);
    TrainResult short1 =
        train(
            data,
            options("din", Map.of("epochs", stopped.keptEpoch(), "learning_rate", 5e-3)),
            2,
            "short");
    assertThat(short1.metrics()).isEqualTo(stopped.metrics());
    assertThat(temporary.resolve("short/weights.safetensors"))
        .hasSameBinaryContentAs(temporary.resolve("stopped/weights.safetensors"));
    assertThatThrownBy(
            () -> train(data, options, new RunOptions(2, 3, false), "cut", failingAfter(430)))
        .isInstanceOf(Interruption.class);
    train(data, options, 2, "cut");
    assertSameModel("stopped", "cut");
  }

  @Test
  void saysThatNothingIsThereToTrainOn() throws IOException {
    Path data =
        TestWorld.write(temporary.resolve("data"), 3, 20, 5, 0, true, TestWorld.Labels.COIN, 5);
    assertThatThrownBy(() -> train(data, options("din", Map.of()), 1, "out"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("no samples to train on");
    assertThat(temporary.resolve("out")).doesNotExist();
    assertThat(temporary.resolve("out.checkpoint")).doesNotExist();
  }

  @Test
  void saysThatTheLossBlewUp() throws IOException {
    Path data = world(TestWorld.Labels.COIN);
    TrainOptions options = options("din", Map.of("learning_rate", 1e30, "epochs", 9));
    assertThatThrownBy(() -> train(data, options, 1, "out")).hasMessageContaining("learning rate");
    assertThat(temporary.resolve("out")).doesNotExist();
  }
}
