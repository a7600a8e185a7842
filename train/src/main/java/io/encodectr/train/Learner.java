package io.encodectr.train;

import io.encodectr.cluster.SeedStream;
import io.encodectr.dataset.Dataset;
import io.encodectr.memory.MemoryWeights;
import io.encodectr.model.Layout;
import io.encodectr.model.ModelSpec;
import io.encodectr.relevance.Relevance;
import io.encodectr.sequence.FieldSelector;
import io.encodectr.sequence.HashSequence;
import io.encodectr.sequence.Method;
import io.encodectr.sequence.RetrievalSequence;
import io.encodectr.sequence.SequenceSpec;
import io.encodectr.train.batch.Batch;
import io.encodectr.train.batch.ItemRows;
import io.encodectr.train.checkpoint.LossSums;
import io.encodectr.train.embedding.BatchItems;
import io.encodectr.train.embedding.CtrParameters;
import io.encodectr.train.embedding.SampleFeatures;
import io.encodectr.train.optimizer.Adam;
import io.encodectr.train.optimizer.Parameter;
import io.encodectr.train.process.ProcessGroup;
import io.encodectr.train.process.ProcessGroup.Part;
import io.encodectr.train.sequence.AttentionTraining;
import io.encodectr.train.sequence.AverageTraining;
import io.encodectr.train.sequence.HashTraining;
import io.encodectr.train.sequence.InterestTraining;
import io.encodectr.train.sequence.ItemGradient;
import io.encodectr.train.sequence.MemoryTraining;
import io.encodectr.train.sequence.MetricLearning;
import io.encodectr.train.sequence.QueryTraining;
import io.encodectr.train.sequence.RetrievalTraining;
import io.encodectr.train.sequence.TrainableSequence;
import io.encodectr.train.sequence.TwinTraining;
import io.encodectr.train.torch.PublishedTensors;
import io.encodectr.train.torch.SelectorPolicy;
import io.encodectr.train.tower.TowerWeights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One model while it learns: takes batches and updates the parameters by one step of Adam each.
 *
 * <p>A batch is cut into {@link #SHARDS} shards a process whatever the number of threads, and
 * everything that several shards contribute to is summed in shard order; so the number of threads
 * changes no bit. Each process of a group learns from its shards of the batch; what they came to is
 * summed over the processes, and each makes the same update. Not thread-safe.
 */
final class Learner implements AutoCloseable {
  /**
   * Parts of a batch that may run at the same time in one process. More threads than that bring
   * nothing.
   */
  static final int SHARDS = 8;

  private final CtrParameters parameters;
  private final TrainOptions options;
  private final Workers workers;
  private final ProcessGroup group;
  private final Layout layout;
  private final BatchItems items;
  private final SampleFeatures features;
  private final TowerWeights weights;
  private final @Nullable PublishedTensors selectorWeights;
  private final long halfEpoch;
  private final Adam adam;
  private final Shard[] shards = new Shard[SHARDS];
  private final float[] towerGradient;
  private final float[] projectionGradient;
  private final float[] recentGradient;
  private final float[] longGradient;
  private final List<float[]> methodGradients = new ArrayList<>();
  // How many shards' gradients there are of each tensor of the method's own.
  private final float[] methodShards;
  private float[] userContextGradient = {};

  /**
   * A model's learning.
   *
   * @param samples how many there are to learn from in an epoch
   * @param group the processes that learn from parts of each batch
   */
  Learner(
      Dataset dataset,
      int samples,
      ModelSpec spec,
      TrainOptions options,
      ItemRows rows,
      CtrParameters parameters,
      Workers workers,
      ProcessGroup group) {
    this.parameters = parameters;
    this.options = options;
    this.workers = workers;
    this.group = group;
    layout = new Layout(spec);
    items =
        new BatchItems(
            parameters,
            rows,
            dataset.itemFeatures(),
            dataset.schema(),
            spec.sequence().method(),
            options.rowSparse());
    features = new SampleFeatures(parameters, layout, dataset);
    weights = new TowerWeights(parameters.shape());
    halfEpoch = samples / (2L * options.batchSize());
    selectorWeights =
        spec.sequence().method() == Method.UBR4CTR
            ? new PublishedTensors(parameters.method())
            : null;
    adam = new Adam(options.learningRate(), options.l2());
    towerGradient = new float[parameters.tower().width()];
    projectionGradient = new float[parameters.projection().values().length];
    recentGradient = new float[spec.dimension()];
    longGradient = new float[spec.dimension()];
    parameters.method().forEach(p -> methodGradients.add(new float[p.values().length]));
    methodShards = new float[methodGradients.size()];
    for (int s = 0; s < SHARDS; s++) {
      shards[s] = shard(spec);
    }
    publish();
  }

  private Shard shard(ModelSpec spec) {
    int lowDimension = parameters.projection().width();
    MetricLearning metric =
        new MetricLearning(
            options.metricLoss(), options.tripletSampling(), spec.dimension(), lowDimension);
    Relevance recent = Relevance.named(spec.recentRelevance(), spec.beta(), spec.dimension());
    return new Shard(
        layout,
        spec.dimension(),
        features,
        new AttentionTraining(recent, spec.recentLength(), parameters.defaultRecent().values()),
        longTerm(spec, metric),
        metric,
        weights,
        towerGradient.length);
  }

  private @Nullable TrainableSequence longTerm(ModelSpec spec, MetricLearning metric) {
    SequenceSpec sequence = spec.sequence();
    Relevance relevance = sequence.relevance();
    float[] defaultVector = parameters.defaultLong().values();
    return switch (sequence.method()) {
      case DIN -> null;
      case AVG_POOLING -> new AverageTraining(defaultVector);
      case DIN_L -> new AttentionTraining(relevance, spec.longLength(), defaultVector);
      case ENCODE, ENCODE_MINUS -> new InterestTraining(sequence, metric, parameters::methodValues);
      case TWIN -> new TwinTraining(sequence, parameters::methodValues);
      case MIMN ->
          new MemoryTraining(
              MemoryWeights.of(spec.dimension(), parameters::methodValues), defaultVector);
      case UBR4CTR -> query(sequence, Objects.requireNonNull(selectorWeights));
      default -> fromSequence(sequence, metric);
    };
  }

  private TrainableSequence query(SequenceSpec spec, PublishedTensors published) {
    return new QueryTraining(
        new FieldSelector(spec, parameters::methodValues),
        new SelectorPolicy(published, spec.fields()),
        spec.relevance(),
        spec.retrieved(),
        halfEpoch,
        parameters.defaultLong().values());
  }

  /** A method whose training follows from the sequence it scores with. */
  private TrainableSequence fromSequence(SequenceSpec spec, MetricLearning metric) {
    return switch (spec.method().newSequence(spec, parameters::methodValues)) {
      case RetrievalSequence retrieval ->
          new RetrievalTraining(
              retrieval, spec.method().projects() ? metric : null, spec.dimension());
      case HashSequence hash -> new HashTraining(hash, spec.dimension());
      default -> throw new IllegalStateException("nothing trains method " + spec.method().label());
    };
  }

  /** Brings parameters that were changed from outside to where the forward pass reads them. */
  void publish() {
    weights.publish(parameters.tower().values());
    if (selectorWeights != null) {
      selectorWeights.publish();
    }
  }

  /**
   * Learns from one batch, together with the other processes.
   *
   * @param batch of {@link #SHARDS} shards for each process
   * @param step number of this step in all the training, from 1
   */
  LossSums step(Batch batch, long step) {
    embed(batch);
    long stepSeed = SeedStream.mix(options.seed(), step);
    int first = firstShard();
    workers.run(SHARDS, s -> shards[s].step(batch, first + s, items.table(), step, stepSeed));
    LossSums losses = losses(batch);
    sumShards(batch, losses.anchors());
    sumProcesses(batch);
    adam.begin(step);
    update(batch, losses.anchors());
    publish();
    return losses;
  }

  /** The first of this process's shards of a batch. */
  private int firstShard() {
    return group.rank() * SHARDS;
  }

  private LossSums losses(Batch batch) {
    long anchors = 0;
    double triplet = 0;
    double crossEntropy = 0;
    for (Shard shard : shards) {
      crossEntropy += shard.crossEntropy();
      anchors += shard.metric().anchors();
      triplet += shard.metric().loss();
    }
    double[] sums = {crossEntropy, anchors, triplet};
    group.sum(sums);
    return new LossSums(batch.size(), sums[0], (long) sums[1], sums[2]);
  }

  /** Logits of a batch's samples, in the batch's order. */
  void logits(Batch batch, float[] out) {
    embed(batch);
    workers.run(SHARDS, s -> shards[s].logits(batch, s, items.table(), out));
  }

  private void embed(Batch batch) {
    items.begin(batch);
    workers.run(items.blocks(), items::embed);
  }

  /** Sums what this process's shards came to. */
  private void sumShards(Batch batch, long anchors) {
    ItemGradient[] itemGradients = new ItemGradient[SHARDS];
    for (int s = 0; s < SHARDS; s++) {
      itemGradients[s] = shards[s].itemGradient();
    }
    IntConsumer task =
        i -> {
          if (i == 0) {
            sumTower();
          } else if (i == 1) {
            sumSequences(anchors);
          } else if (i == 2) {
            takeUserContext(batch);
          } else {
            items.sum(i - 3, itemGradients);
          }
        };
    workers.run(3 + items.blocks(), task);
  }

  /**
   * Sums what the processes came to. Of the tables they exchange the rows of the batch's items, and
   * of the user's and context's features what reached each sample: which rows these are, every
   * process knows from the batch.
   */
  private void sumProcesses(Batch batch) {
    if (group.size() == 1) {
      return;
    }
    List<Part> parts = new ArrayList<>();
    for (float[] gradient :
        List.of(towerGradient, projectionGradient, recentGradient, longGradient, methodShards)) {
      parts.add(Part.of(gradient));
    }
    methodGradients.forEach(gradient -> parts.add(Part.of(gradient)));
    parts.add(new Part(userContextGradient, batch.size() * layout.userContextWidth()));
    parts.add(new Part(items.gradient(), batch.items().length * parameters.projection().rows()));
    group.sum(parts);
  }

  private void update(Batch batch, long anchors) {
    int tables = items.tables();
    int columns = features.columns();
    IntConsumer task =
        i -> {
          if (i == 0) {
            adam.update(parameters.tower(), 0, towerGradient, 0);
          } else if (i == 1) {
            updateSequences(anchors);
          } else if (i < 2 + tables) {
            items.update(i - 2, adam);
          } else if (i < 2 + tables + columns) {
            features.update(i - 2 - tables, batch, userContextGradient, adam, options.rowSparse());
          } else {
            items.updateOwnRows(i - 2 - tables - columns, adam);
          }
        };
    workers.run(2 + tables + columns + items.blocks(), task);
  }

  private void sumTower() {
    System.arraycopy(shards[0].towerGradient(), 0, towerGradient, 0, towerGradient.length);
    for (int s = 1; s < SHARDS; s++) {
      add(shards[s].towerGradient(), towerGradient);
    }
  }

  private void sumSequences(long anchors) {
    projectionGradient((float) (options.tripletWeight() / Math.max(1, anchors)));
    Arrays.fill(recentGradient, 0f);
    Arrays.fill(longGradient, 0f);
    for (Shard shard : shards) {
      shard.addDefaultGradients(recentGradient, longGradient);
    }
    Arrays.fill(methodShards, 0f);
    for (int p = 0; p < methodShards.length; p++) {
      float[] sum = methodGradients.get(p);
      Arrays.fill(sum, 0f);
      for (Shard shard : shards) {
        float[] gradient = shard.methodGradient(parameters.method().get(p).name());
        if (gradient != null) {
          methodShards[p]++;
          add(gradient, sum);
        }
      }
    }
  }

  private static void add(float[] gradient, float[] sum) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] += gradient[i];
    }
  }

  /** Takes the user's and the context's part of this process's samples' input gradients. */
  private void takeUserContext(Batch batch) {
    int width = layout.userContextWidth();
    int length = batch.size() * width;
    if (userContextGradient.length < length) {
      userContextGradient = new float[length + length / 4];
    }
    Arrays.fill(userContextGradient, 0, length, 0f);
    for (int s = 0; s < SHARDS; s++) {
      int from = batch.firstSample(firstShard() + s);
      int to = batch.firstSample(firstShard() + s + 1);
      float[] gradient = shards[s].inputGradient();
      for (int i = from; i < to; i++) {
        System.arraycopy(
            gradient, (i - from) * layout.inputWidth(), userContextGradient, i * width, width);
      }
    }
  }

  /** Updates W, by the metric loss alone, and the vectors that stand for empty histories. */
  private void updateSequences(long anchors) {
    if (anchors > 0 || !options.rowSparse()) {
      Parameter projection = parameters.projection();
      for (int row = 0; row < projection.rows(); row++) {
        adam.updatePlain(projection, row, projectionGradient, row * projection.width());
      }
    }
    updateDefault(parameters.defaultRecent(), recentGradient);
    updateDefault(parameters.defaultLong(), longGradient);
    for (int p = 0; p < methodShards.length; p++) {
      Parameter parameter = parameters.method().get(p);
      for (int row = 0; methodShards[p] > 0 && row < parameter.rows(); row++) {
        adam.update(parameter, row, methodGradients.get(p), row * parameter.width());
      }
    }
  }

  private void projectionGradient(float scale) {
    Arrays.fill(projectionGradient, 0f);
    int m = parameters.projection().width();
    int d = projectionGradient.length / m;
    for (Shard shard : shards) {
      float[] transposed = shard.metric().projectionGradient();
      for (int c = 0; c < d; c++) {
        for (int j = 0; j < m; j++) {
          projectionGradient[c * m + j] += scale * transposed[j * d + c];
        }
      }
    }
  }

  private void updateDefault(Parameter parameter, float[] gradient) {
    boolean used = false;
    for (float g : gradient) {
      used |= g != 0f;
    }
    if (used || !options.rowSparse()) {
      adam.update(parameter, 0, gradient, 0);
    }
  }

  @Override
  public void close() {
    for (Shard shard : shards) {
      if (shard != null) {
        shard.close();
      }
    }
    weights.close();
    if (selectorWeights != null) {
      selectorWeights.close();
    }
  }
}
