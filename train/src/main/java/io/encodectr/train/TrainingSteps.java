package io.encodectr.train;

import io.encodectr.cluster.SeedStream;
import io.encodectr.dataset.Dataset;
import io.encodectr.model.ModelSpec;
import io.encodectr.train.batch.Batch;
import io.encodectr.train.batch.BatchBuilder;
import io.encodectr.train.batch.EpochOrder;
import io.encodectr.train.batch.ItemRows;
import io.encodectr.train.batch.SampleGroups;
import io.encodectr.train.checkpoint.LossSums;
import io.encodectr.train.embedding.CtrParameters;
import java.util.stream.IntStream;

/**
 * Single steps of a training, for whoever measures them or compares them with another program's.
 * All training samples take part, in the dataset's order; nothing is validated or written. Not
 * thread-safe.
 */
public final class TrainingSteps implements AutoCloseable {
  private final TrainOptions options;
  private final ItemRows rows;
  private final ModelSpec spec;
  private final CtrParameters parameters;
  private final BatchBuilder builder;
  private final EpochOrder order;
  private final Workers workers;
  private final Learner learner;
  private long done;

  /**
   * A model with the starting values of the options' seed.
   *
   * @param dataset must stay open
   * @param threads at least 1
   */
  public TrainingSteps(Dataset dataset, TrainOptions options, int threads) {
    this.options = options;
    int[] samples = IntStream.range(0, dataset.train().size()).toArray();
    rows = ItemRows.of(dataset, samples, options.longLength(), options.minCount());
    spec = Specification.of(options, dataset, rows.rows(), options.seed());
    parameters = new CtrParameters(spec);
    parameters.initialize(options.initStd(), options.seed());
    SampleGroups groups = SampleGroups.of(dataset.train(), samples, options.batchSize());
    order = EpochOrder.sequential(groups, options.batchSize());
    builder = new BatchBuilder(dataset, groups, options.longLength(), Learner.SHARDS);
    workers = new Workers(threads);
    learner = new Learner(dataset, samples.length, spec, options, rows, parameters, workers);
  }

  /** What is trained. */
  public ModelSpec spec() {
    return spec;
  }

  /** All that is learned, as it is now; read only. */
  public CtrParameters parameters() {
    return parameters;
  }

  /** Row of the id table that each item uses. */
  public ItemRows rows() {
    return rows;
  }

  /** Number of batches. */
  public int batches() {
    return order.batches();
  }

  /** Builds a batch; those of one history length and user come together in it. */
  public Batch batch(int number) {
    return builder.build(order, number);
  }

  /** Seed of what the next step draws. */
  public long seedOfNextStep() {
    return SeedStream.mix(options.seed(), done + 1);
  }

  /** Learns from a batch. */
  public LossSums step(Batch batch) {
    return learner.step(batch, ++done);
  }

  @Override
  public void close() {
    learner.close();
    workers.close();
  }
}
