package io.encodectr.train;

import io.encodectr.cluster.SeedStream;
import io.encodectr.dataset.Dataset;
import io.encodectr.file.InputException;
import io.encodectr.file.Json;
import io.encodectr.file.WorkFolder;
import io.encodectr.model.Model;
import io.encodectr.model.ModelSpec;
import io.encodectr.model.ModelWriter;
import io.encodectr.progress.Progress;
import io.encodectr.scoring.ScoringModel;
import io.encodectr.sequence.Method;
import io.encodectr.train.batch.Batch;
import io.encodectr.train.batch.BatchBuilder;
import io.encodectr.train.batch.BatchQueue;
import io.encodectr.train.batch.EpochOrder;
import io.encodectr.train.batch.ItemRows;
import io.encodectr.train.batch.SampleGroups;
import io.encodectr.train.batch.SampleSplit;
import io.encodectr.train.checkpoint.Checkpoints;
import io.encodectr.train.checkpoint.LossSums;
import io.encodectr.train.checkpoint.TrainingState;
import io.encodectr.train.embedding.CtrParameters;
import io.encodectr.train.optimizer.Parameter;
import io.encodectr.train.process.ExchangeCost;
import io.encodectr.train.process.ProcessGroup;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Trains a model on a dataset and writes it, from the beginning or from where an earlier run with
 * the same options was cut off.
 *
 * <p>Several processes may train one model: each holds all parameters, learns from its part of
 * every batch, and makes the update that all of them came to. Process 0 alone reads and writes
 * checkpoints and writes the model.
 */
public final class Trainer {
  private static final long CLUSTER_SEED = 0x636c7573746572L;
  private static final long ORDER_SEED = 0x6f72646572L;
  private static final long START_SEED = 0x7374617274L;

  /** Steps between two comparisons of the processes' parameters. */
  private static final int COMPARE_EVERY = 1000;

  private final Dataset dataset;
  private final TrainOptions options;
  private final RunOptions run;
  private final Path out;
  private final Progress progress;
  private final ProcessGroup group;
  private final @Nullable Checkpoints checkpoints;
  private final SampleSplit split;
  private final ItemRows itemRows;
  private final ModelSpec spec;
  private final CtrParameters parameters;
  private final SampleGroups groups;
  private final Map<String, float[]> best = new HashMap<>();
  private long trainedHere;
  private double secondsHere;
  private ExchangeCost exchange = ExchangeCost.NONE;

  private Trainer(
      Dataset dataset,
      TrainOptions options,
      RunOptions run,
      Path out,
      Progress progress,
      ProcessGroup group,
      @Nullable Checkpoints checkpoints) {
    this.dataset = dataset;
    this.options = options;
    this.run = run;
    this.out = out;
    this.progress = progress;
    this.group = group;
    this.checkpoints = checkpoints;
    split = SampleSplit.of(dataset.train(), options.validationShare());
    if (split.training().length == 0) {
      throw new InputException(
          dataset.path()
              + " has no samples to train on: it holds "
              + dataset.train().size()
              + " training samples, "
              + split.validation().length
              + " of them for validation");
    }
    if (options.earlyStop()) {
      requireBothLabels();
    }
    itemRows = ItemRows.of(dataset, split.training(), longest(options), options.minCount());
    spec = Specification.of(options, dataset, itemRows.rows(), clusterSeed(options));
    parameters = new CtrParameters(spec);
    groups = SampleGroups.of(dataset.train(), split.training(), options.batchSize());
  }

  /** Early stop compares AUCs, which need clicks and non-clicks to rank. */
  private void requireBothLabels() {
    int positives = 0;
    for (int s : split.validation()) {
      positives += dataset.train().label(s);
    }
    if (positives == 0 || positives == split.validation().length) {
      throw new InputException(
          "early_stop needs clicks and non-clicks to validate on, but of the "
              + split.validation().length
              + " validation samples of "
              + dataset.path()
              + " "
              + positives
              + " are clicks; raise validation_share or leave early_stop out");
    }
  }

  /** Behaviors of a history that the method looks at, the latest ones; 0 for all. */
  private static int longest(TrainOptions options) {
    if (!Method.named(options.method()).hasLong()) {
      return options.recentLength();
    }
    return options.longLength() == 0 ? 0 : Math.max(options.longLength(), options.recentLength());
  }

  private static long clusterSeed(TrainOptions options) {
    return SeedStream.mix(options.seed(), CLUSTER_SEED);
  }

  /**
   * Trains a model by this process alone and writes it to {@code out}.
   *
   * @return what came of it
   * @throws InputException if the dataset has no samples to train on, the output exists and may not
   *     be replaced, or a checkpoint of other options is in the way
   * @throws IllegalStateException if the loss stops being a number
   */
  public static TrainResult train(
      Dataset dataset, TrainOptions options, RunOptions run, Path out, Progress progress)
      throws IOException {
    return train(dataset, options, run, out, progress, ProcessGroup.ALONE);
  }

  /**
   * Trains a model as one of a group of processes, all of which make this call with the same
   * dataset and options; process 0 writes the model to {@code out}. Equal calls of as many
   * processes give the same bytes; another number of processes sums in another order.
   *
   * <p>While it runs, {@code <out>.checkpoint/} holds what a later call needs to go on; it is
   * removed at the end.
   *
   * @return what came of it
   * @throws InputException as the call without a group does
   * @throws IllegalStateException if the loss stops being a number, or the processes' parameters
   *     differ
   * @throws io.encodectr.train.process.LostProcessException if another process ended; the same call
   *     goes on from the last checkpoint
   */
  public static TrainResult train(
      Dataset dataset,
      TrainOptions options,
      RunOptions run,
      Path out,
      Progress progress,
      ProcessGroup group)
      throws IOException {
    if (group.rank() > 0) {
      return new Trainer(dataset, options, run, out, progress, group, null).train();
    }
    // Refuses before hours of work what would be refused at their end.
    WorkFolder.create(out, run.overwrite()).close();
    try (Checkpoints checkpoints = Checkpoints.open(out)) {
      return new Trainer(dataset, options, run, out, progress, group, checkpoints).train();
    }
  }

  private TrainResult train() throws IOException {
    TrainingState state = ofFirst(begin());
    long resumedFrom = state.step();
    try (Workers workers = new Workers(run.threads());
        Learner learner =
            new Learner(
                dataset,
                split.training().length,
                spec,
                options,
                itemRows,
                parameters,
                workers,
                group)) {
      TrainingMetrics metrics = new TrainingMetrics(state.metrics());
      while (state.epoch() < options.epochs() && !state.stopped()) {
        state = epoch(state, learner, metrics);
        state = endEpoch(state, workers, metrics);
      }
      return write(state, metrics, resumedFrom);
    }
  }

  /** Where the run goes on: at a checkpoint, or at its start. */
  private TrainingState begin() throws IOException {
    Map<String, Object> all = allOptions();
    String fingerprint = dataset.info().fingerprint();
    if (checkpoints != null) {
      TrainingState state = checkpoints.restore(all, fingerprint, parameters.all(), best);
      if (state != null) {
        return state;
      }
    }
    parameters.initialize(options.initStd(), SeedStream.mix(options.seed(), START_SEED));
    return TrainingState.start(all, fingerprint);
  }

  /** The options, and the number of processes, which decides the order of sums. */
  private Map<String, Object> allOptions() {
    Map<String, Object> all = options.asMap();
    all.put("processes", group.size());
    return all;
  }

  /** Takes over process 0's state and parameters, which may be those of a checkpoint. */
  private TrainingState ofFirst(TrainingState own) {
    if (group.size() == 1) {
      return own;
    }
    for (Parameter parameter : parameters.all()) {
      group.copyFirst(parameter.values());
      group.copyFirst(parameter.first());
      group.copyFirst(parameter.second());
    }
    byte[] state = group.copyFirst(Json.mapper().writeValueAsBytes(own));
    return Json.mapper().readValue(state, TrainingState.class);
  }

  /** Runs the rest of an epoch. */
  private TrainingState epoch(TrainingState state, Learner learner, TrainingMetrics metrics)
      throws IOException {
    long seed = SeedStream.mix(SeedStream.mix(options.seed(), ORDER_SEED), state.epoch());
    EpochOrder order = EpochOrder.shuffled(groups, options.batchSize(), seed);
    int shards = Learner.SHARDS * group.size();
    BatchBuilder builder = new BatchBuilder(dataset, groups, longest(options), shards);
    TrainingState now = state;
    ExchangeCost before = group.cost();
    String name = "Training, epoch " + (state.epoch() + 1) + " of " + options.epochs();
    try (BatchQueue queue = new BatchQueue(builder, order, state.batch());
        Progress.Task task = progress.begin(name, split.training().length, "samples")) {
      task.advance(state.epochSums().samples());
      while (now.batch() < order.batches()) {
        long start = System.nanoTime();
        Batch batch = queue.take();
        LossSums loss = learner.step(batch, now.step() + 1);
        double seconds = (System.nanoTime() - start) * 1e-9;
        trainedHere += batch.size();
        secondsHere += seconds;
        now = now.afterStep(loss, seconds);
        if (!Double.isFinite(loss.crossEntropy())) {
          throw new IllegalStateException(
              "the loss is not a number at step "
                  + now.step()
                  + ": try a lower learning rate than "
                  + options.learningRate());
        }
        if (now.step() % options.logEvery() == 0) {
          metrics.step(now);
          task.note(String.format(Locale.ROOT, "loss %.4f", now.logSums().meanCrossEntropy()));
          now = now.afterLog(metrics.lines());
        }
        boolean checkpoint = run.checkpointEvery() > 0 && now.step() % run.checkpointEvery() == 0;
        if (checkpoint || now.step() % COMPARE_EVERY == 0) {
          Replicas.requireEqual(group, parameters.all(), now.step());
        }
        if (checkpoint) {
          save(now);
        }
        task.advance(batch.size());
      }
    }
    exchange = exchange.plus(group.cost().minus(before));
    return now;
  }

  /** Validates, keeps the best epoch if asked to, and closes the epoch in a checkpoint. */
  private TrainingState endEpoch(TrainingState state, Workers workers, TrainingMetrics metrics)
      throws IOException {
    Replicas.requireEqual(group, parameters.all(), state.step());
    Validation.Result result = null;
    if (split.validation().length > 0) {
      result = validate(workers);
    }
    metrics.epoch(state, result);
    double auc = result == null ? Double.NaN : result.auc();
    boolean better = state.bestEpoch() == 0 || auc > state.bestAuc();
    if (options.earlyStop() && better && group.rank() == 0) {
      for (Parameter parameter : parameters.all()) {
        best.put(parameter.name(), parameter.values().clone());
      }
    }
    TrainingState next =
        state.afterEpoch(better, auc, options.earlyStop(), options.patience(), metrics.lines());
    if (options.epochs() > 1) {
      save(next);
    }
    return next;
  }

  private void save(TrainingState state) throws IOException {
    if (checkpoints != null) {
      checkpoints.save(state, parameters.all(), best);
    }
  }

  private Validation.Result validate(Workers workers) throws IOException {
    try (WorkFolder work = WorkFolder.create(validationFolder(), true)) {
      writeModel(work, spec, List.of());
      ScoringModel model = ScoringModel.of(Model.load(work.path()));
      return Validation.of(model, dataset, split.validation(), workers, group, progress);
    }
  }

  private Path validationFolder() {
    if (checkpoints != null) {
      return checkpoints.folder().resolve("validation");
    }
    return TemporaryFolder.of(out, "validation-" + group.rank());
  }

  private TrainResult write(TrainingState state, TrainingMetrics metrics, long resumedFrom)
      throws IOException {
    int kept = options.earlyStop() && state.bestEpoch() > 0 ? state.bestEpoch() : state.epoch();
    Map<String, Object> found = metrics.ofEpoch(kept);
    if (checkpoints != null) {
      write(checkpoints, state, metrics, kept, found);
    }
    // The others end only when the model is there.
    group.sum(new double[1]);
    return new TrainResult(
        options.method(),
        state.epoch(),
        kept,
        state.step(),
        resumedFrom,
        secondsHere == 0 ? 0 : trainedHere / secondsHere,
        group.size(),
        exchange,
        found,
        out);
  }

  private void write(
      Checkpoints done,
      TrainingState state,
      TrainingMetrics metrics,
      int kept,
      Map<String, Object> found)
      throws IOException {
    if (kept != state.epoch()) {
      for (Parameter parameter : parameters.all()) {
        float[] values = best.get(parameter.name());
        if (values != null) {
          System.arraycopy(values, 0, parameter.values(), 0, values.length);
        }
      }
    }
    ModelSpec finished =
        Specification.finished(spec, allOptions(), split, state.step(), state.epoch(), kept, found);
    try (WorkFolder work = WorkFolder.create(out, run.overwrite())) {
      writeModel(work, finished, metrics.lines());
      work.commit();
    }
    done.remove();
  }

  private void writeModel(WorkFolder work, ModelSpec as, List<Map<String, Object>> metrics)
      throws IOException {
    Parameter ids = parameters.itemId();
    int[] rows = itemRows.reached(ids.second(), ids.width());
    ModelWriter.write(work, as, parameters.tensors(), dataset, rows, metrics);
  }
}
