package io.encodectr.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.encodectr.dataset.Dataset;
import io.encodectr.file.InputException;
import io.encodectr.model.Model;
import io.encodectr.progress.Progress;
import io.encodectr.train.process.LostProcessException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole training by several processes, which are threads here. */
class JointTrainingTest {
  private static final TrainOptions OPTIONS =
      TrainOptions.defaults("encode")
          .with(
              Map.of(
                  "batch_size", 64,
                  "learning_rate", 2e-3,
                  "clusters", 5,
                  "recent_length", 10,
                  "long_length", 40,
                  "epochs", 3,
                  "early_stop", true,
                  "log_every", 3));

  @TempDir Path temporary;

  private Path data;

  @BeforeEach
  void world() throws IOException {
    data =
        TestWorld.write(temporary.resolve("data"), 60, 90, 60, 8, true, TestWorld.Labels.TASTE, 11);
  }

  private List<TrainResult> train(int size, String out, int checkpointEvery, Progress... progress)
      throws Exception {
    Path place = Files.createTempDirectory(temporary, "meet").resolve("place");
    return JoinedThreads.run(
        size,
        place,
        group -> {
          int rank = group.rank();
          RunOptions run = new RunOptions(1 + rank, checkpointEvery, false);
          Progress own = rank < progress.length ? progress[rank] : Progress.NONE;
          try (Dataset dataset = Dataset.open(data)) {
            return Trainer.train(dataset, OPTIONS, run, temporary.resolve(out), own, group);
          }
        });
  }

  private void assertSameModel(String one, String other) {
    for (String file : List.of("weights.safetensors", "model.json", "items/row.npy")) {
      assertThat(temporary.resolve(one).resolve(file))
          .hasSameBinaryContentAs(temporary.resolve(other).resolve(file));
    }
  }

  @Test
  void learnsWhatOneProcessLearns() throws Exception {
    TrainResult alone = train(1, "alone", 0).getFirst();
    List<TrainResult> joint = train(2, "joint", 0);
    assertThat(alone.asMap()).doesNotContainKey("exchanged_bytes_per_step");
    for (TrainResult result : joint) {
      assertThat(result.asMap())
          .containsEntry("processes", 2)
          .containsEntry("steps", alone.steps());
      assertThat(result.metrics()).isEqualTo(joint.getFirst().metrics());
      assertThat(result.exchange().sums()).isEqualTo(alone.steps());
      for (String figure : List.of("train_loss", "triplet_loss", "validation_auc")) {
        assertThat(((Number) result.metrics().get(figure)).doubleValue())
            .as(figure)
            .isCloseTo(((Number) alone.metrics().get(figure)).doubleValue(), Offset.offset(1e-3));
      }
    }
    Model model = Model.load(temporary.resolve("joint"));
    assertThat(model.spec().training()).containsEntry("processes", 2);
    train(2, "again", 0);
    assertSameModel("joint", "again");
    assertThat(temporary.resolve("joint.checkpoint")).doesNotExist();
  }

  @Test
  void whatAKilledProcessLeftOfItsValidationIsDeleted() throws Exception {
    Path folder = TemporaryFolder.of(temporary.resolve("model"), "validation-1");
    Path left = folder.resolveSibling("." + folder.getFileName() + ".work-1");
    Files.createDirectories(left);
    Files.writeString(left.resolve("weights.safetensors"), "half a model");
    Path lock = Files.createFile(left.resolveSibling(left.getFileName() + ".lock"));
    train(2, "model", 0);
    assertThat(left).doesNotExist();
    assertThat(lock).doesNotExist();
  }

  @Test
  void aRunThatLostAProcessGoesOnToTheSameBytes() throws Exception {
    train(3, "whole", 5);
    assertThatThrownBy(
            () -> train(3, "cut", 5, Progress.NONE, Progress.NONE, TrainerTest.failingAfter(400)))
        .isInstanceOf(LostProcessException.class)
        .satisfies(e ->
            assertThat(e.getSuppressed())
                .hasAtLeastOneElementOfType(TrainerTest.Interruption.class));
    assertThat(temporary.resolve("cut")).doesNotExist();
    assertThat(temporary.resolve("cut.checkpoint")).isDirectory();
    assertThatThrownBy(() -> train(1, "cut", 5))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("processes was 3 and is now 1");
    List<TrainResult> results = train(3, "cut", 5);
    assertThat(results).allMatch(result -> result.resumedFrom() > 0);
    assertSameModel("whole", "cut");
    assertThat(temporary.resolve("cut.checkpoint")).doesNotExist();
  }

  @Test
  void allEndWhenTheFirstCannotWrite() throws Exception {
    Files.writeString(temporary.resolve("taken"), "not a model");
    List<Throwable> failures = new ArrayList<>();
    assertThatThrownBy(() -> train(2, "taken", 0))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("taken")
        .satisfies(e -> failures.addAll(List.of(e.getSuppressed())));
    assertThat(failures).hasOnlyElementsOfType(LostProcessException.class).hasSize(1);
  }
}
