package io.encodectr.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.encodectr.dataset.Dataset;
import io.encodectr.train.TrainingSteps;
import io.encodectr.train.optimizer.Parameter;
import io.encodectr.train.tower.TowerShape;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.assertj.core.data.Offset;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The peers train the same model on the same batches. */
class PeersTest {
  private static final long SEED = Long.getLong("encode.test.seed", 20261124L);
  private static final int BATCH = 20;
  private static final double TOLERANCE = 2e-5;

  @TempDir private Path folder;

  /** Of 20 samples; histories of fewer items than there are clusters are among them. */
  private TrainingProblem problem(String method) throws Exception {
    SampledHistories samples = SampledHistories.logNormal(2 * BATCH, 300, 400, SEED);
    SampleDataset.write(folder.resolve(TrainingProblem.DATASET), samples);
    TrainingProblem.write(folder, method, BATCH, 2);
    return TrainingProblem.read(folder);
  }

  @ParameterizedTest
  @CsvSource({"encode,0", "encode,7", "din-l,0", "din-l,7"})
  void libTorchFindsOurLossAndOurGradients(String method, int block) throws Exception {
    TrainingProblem problem = problem(method);
    TorchModel model = new TorchModel(folder, problem);
    double[] losses = model.gradients(TorchBlock.read(folder, problem, 0, block));
    assertThat(losses).containsExactly(problem.losses().get(0), Offset.offset(TOLERANCE));
    try (Dataset dataset = Dataset.open(folder.resolve(TrainingProblem.DATASET));
        TrainingSteps steps =
            new TrainingSteps(dataset, TrainingProblem.options(method, BATCH, true), 2)) {
      steps.step(steps.batch(0));
      for (Parameter ours : steps.parameters().all()) {
        if (ours.name().equals("tower")) {
          compareTower(steps.parameters().shape(), ours, model);
        } else if (!ours.name().startsWith("default") && ours.width() > 1) {
          compare(ours.name(), ours, 0, model.parameter(ours.name()));
        }
      }
    }
  }

  private static void compareTower(TowerShape shape, Parameter ours, TorchModel model) {
    for (int layer = 0; layer < shape.layers(); layer++) {
      String weight = TowerShape.weightName(layer);
      String bias = TowerShape.biasName(layer);
      compare(weight, ours, shape.weightOffset(layer), model.parameter(weight));
      compare(bias, ours, shape.biasOffset(layer), model.parameter(bias));
    }
  }

  /** After a first step, Adam's first moment is a tenth of the gradient. */
  private static void compare(String what, Parameter ours, int offset, Tensor theirs) {
    float[] gradient = new float[(int) theirs.numel()];
    new FloatPointer(theirs.grad().contiguous().data_ptr_float()).get(gradient);
    double squared = 0;
    double difference = 0;
    for (int i = 0; i < gradient.length; i++) {
      double own = 10.0 * ours.first()[offset + i];
      squared += own * own;
      difference += (own - gradient[i]) * (own - gradient[i]);
    }
    assertThat(squared).as("‖gradient of %s‖²", what).isPositive();
    assertThat(Math.sqrt(difference / squared))
        .as("relative difference of gradients of %s, seed %d", what, SEED)
        .isLessThan(TOLERANCE);
  }

  @Tag("slow")
  @ParameterizedTest
  @ValueSource(strings = {"encode", "din-l"})
  void pyTorchFindsOurLosses(String method) throws Exception {
    Optional<Python> python = Python.find(Path.of(System.getProperty("encode.root"), "bench"));
    assumeThat(python).as("a python3 that has torch").isPresent();
    TrainingProblem problem = problem(method);
    try (PeerProcess peer = PeerProcess.python("PyTorch", folder, python.get(), 7, 1)) {
      double[][] losses = peer.compare();
      for (int i = 0; i < losses.length; i++) {
        assertThat(losses[i])
            .as("losses of step %d by %s", i + 1, peer.name())
            .containsExactly(problem.losses().get(i), Offset.offset(TOLERANCE));
      }
      assertThat(peer.step(1)).hasSize(2).doesNotContain(0);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"encode", "din-l"})
  void whatIsTimedOfOursFindsTheLossesToo(String method) throws Exception {
    TrainingProblem problem = problem(method);
    try (Dataset dataset = Dataset.open(folder.resolve(TrainingProblem.DATASET))) {
      double[][] losses = new KernelPeer(dataset, problem, 1).compare();
      for (int i = 0; i < losses.length; i++) {
        assertThat(losses[i]).containsExactly(problem.losses().get(i), Offset.offset(TOLERANCE));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void drawnLengthsAreLogNormalWithinBounds(long seed) {
    SampledHistories samples = SampledHistories.logNormal(5000, 1000, 1500, seed);
    List<Integer> lengths = Arrays.stream(samples.histories()).map(h -> h.length).toList();
    assertThat(samples.meanLength()).isBetween(255.0, 290.0);
    assertThat(lengths).allMatch(length -> length >= 5 && length <= 1500).contains(1500);
  }
}
