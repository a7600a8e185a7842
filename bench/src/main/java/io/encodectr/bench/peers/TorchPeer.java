package io.encodectr.bench.peers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.bytedeco.pytorch.global.torch;

/** {@link TorchModel}, with LibTorch's own threads. Blocks are padded before the clock starts. */
final class TorchPeer implements Peer {
  private final Path folder;
  private final TrainingProblem problem;
  private final List<List<TorchBlock>> batches = new ArrayList<>();
  private TorchModel model;

  /**
   * A peer.
   *
   * @param block samples of a block, 0 for the whole batch in one
   */
  TorchPeer(Path folder, TrainingProblem problem, int block, int threads) throws IOException {
    this.folder = folder;
    this.problem = problem;
    torch.set_num_threads(threads);
    Loader.load(openblas_nolapack.class);
    org.bytedeco.openblas.presets.openblas_nolapack.blas_set_num_threads(threads);
    model = new TorchModel(folder, problem);
    for (int i = 0; i < problem.batches(); i++) {
      batches.add(TorchBlock.read(folder, problem, i, block));
    }
  }

  @Override
  public String name() {
    return "LibTorch";
  }

  @Override
  public double[][] compare() {
    try {
      model = new TorchModel(folder, problem);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return batches.stream().map(model::step).toArray(double[][]::new);
  }

  @Override
  public double[] step(int batch) {
    long start = System.nanoTime();
    model.step(batches.get(batch));
    return new double[] {(System.nanoTime() - start) * 1e-9, model.optimizerSeconds()};
  }
}
