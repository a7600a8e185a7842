package io.encodectr.bench.peers;

import io.encodectr.dataset.Dataset;
import io.encodectr.kernel.Kernels;
import io.encodectr.train.TrainOptions;
import io.encodectr.train.TrainingSteps;
import io.encodectr.train.batch.Batch;
import io.encodectr.train.checkpoint.LossSums;
import java.util.ArrayList;
import java.util.List;

/** Our trainer as it trains: row-sparse Adam. Batches are built before the clock starts. */
final class KernelPeer implements Peer {
  private final Dataset dataset;
  private final TrainOptions options;
  private final int threads;
  private final List<Batch> batches = new ArrayList<>();
  private TrainingSteps steps;

  KernelPeer(Dataset dataset, TrainingProblem problem, int threads) {
    this.dataset = dataset;
    this.threads = threads;
    int batchSize = Math.ceilDiv(dataset.train().size(), problem.batches());
    options = TrainingProblem.options(problem.method(), batchSize, false);
    steps = new TrainingSteps(dataset, options, threads);
    for (int i = 0; i < steps.batches(); i++) {
      batches.add(steps.batch(i));
    }
  }

  @Override
  public String name() {
    return Kernels.provider() + " kernels";
  }

  @Override
  public double[][] compare() {
    steps.close();
    steps = new TrainingSteps(dataset, options, threads);
    double[][] losses = new double[batches.size()][];
    for (int i = 0; i < losses.length; i++) {
      LossSums sums = steps.step(batches.get(i));
      losses[i] = new double[] {sums.meanCrossEntropy(), sums.meanTriplet()};
    }
    return losses;
  }

  @Override
  public double[] step(int batch) {
    long start = System.nanoTime();
    steps.step(batches.get(batch));
    return new double[] {(System.nanoTime() - start) * 1e-9, Double.NaN};
  }
}
