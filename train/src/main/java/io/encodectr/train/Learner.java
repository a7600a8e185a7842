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
import java.util.Arrays;
import java.util.Objects;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One model while it learns: takes batches and updates the parameters by one step of Adam each.
 *
 * <p>A batch is cut into {@link #SHARDS} shards whatever the number of threads, and everything that
 * several shards contribute to is summed in shard order; so the number of threads changes no bit.
 * Not thread-safe.
 */
final class Learner implements AutoCloseable {
  /** Parts of a batch that may run at the same time. More threads than that bring nothing. */
  static final int SHARDS = 8;

  private final CtrParameters parameters;
  private final TrainOptions options;
  private final Workers workers;
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

  /**
   * A model's learning.
   *
   * @param samples how many there are to learn from in an epoch
   */
  Learner(
      Dataset dataset,
      int samples,
      ModelSpec spec,
      TrainOptions options,
      ItemRows rows,
      CtrParameters parameters,
      Workers workers) {
    this.parameters = parameters;
    this.options = options;
    this.workers = workers;
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
   * Learns from one batch.
   *
   * @param step number of this step in all the training, from 1
   */
  LossSums step(Batch batch, long step) {
    embed(batch);
    long stepSeed = SeedStream.mix(options.seed(), step);
    workers.run(SHARDS, s -> shards[s].step(batch, s, items.table(), step, stepSeed));
    long anchors = 0;
    double triplet = 0;
    double crossEntropy = 0;
    for (Shard shard : shards) {
      crossEntropy += shard.crossEntropy();
      anchors += shard.metric().anchors();
      triplet += shard.metric().loss();
    }
    adam.begin(step);
    update(batch, anchors);
    publish();
    return new LossSums(batch.size(), crossEntropy, anchors, triplet);
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

  private void update(Batch batch, long anchors) {
    ItemGradient[] itemGradients = new ItemGradient[SHARDS];
    float[][] inputGradients = new float[SHARDS][];
    for (int s = 0; s < SHARDS; s++) {
      itemGradients[s] = shards[s].itemGradient();
      inputGradients[s] = shards[s].inputGradient();
    }
    workers.run(items.blocks(), block -> items.merge(block, itemGradients, adam));
    int tables = items.tables();
    int columns = features.columns();
    IntConsumer task =
        i -> {
          if (i == 0) {
            updateTower();
          } else if (i == 1) {
            updateSequences(anchors);
          } else if (i < 2 + tables) {
            items.update(i - 2, adam);
          } else {
            features.update(
                i - 2 - tables,
                batch,
                inputGradients,
                layout.inputWidth(),
                adam,
                options.rowSparse());
          }
        };
    workers.run(2 + tables + columns, task);
  }

  private void updateTower() {
    System.arraycopy(shards[0].towerGradient(), 0, towerGradient, 0, towerGradient.length);
    for (int s = 1; s < SHARDS; s++) {
      float[] gradient = shards[s].towerGradient();
      for (int i = 0; i < towerGradient.length; i++) {
        towerGradient[i] += gradient[i];
      }
    }
    adam.update(parameters.tower(), 0, towerGradient, 0);
  }

  /** Updates W, by the metric loss alone, and the vectors that stand for empty histories. */
  private void updateSequences(long anchors) {
    if (anchors > 0 || !options.rowSparse()) {
      Parameter projection = parameters.projection();
      projectionGradient(
          (float) (options.tripletWeight() / Math.max(1, anchors)), projection.width());
      for (int row = 0; row < projection.rows(); row++) {
        adam.updatePlain(projection, row, projectionGradient, row * projection.width());
      }
    }
    Arrays.fill(recentGradient, 0f);
    Arrays.fill(longGradient, 0f);
    for (Shard shard : shards) {
      shard.addDefaultGradients(recentGradient, longGradient);
    }
    updateDefault(parameters.defaultRecent(), recentGradient);
    updateDefault(parameters.defaultLong(), longGradient);
    parameters.method().forEach(this::updateMethod);
  }

  /** Updates a tensor of the method's own, if a gradient reached it. */
  private void updateMethod(Parameter parameter) {
    float[] sum = null;
    for (Shard shard : shards) {
      float[] gradient = shard.methodGradient(parameter.name());
      if (gradient != null) {
        sum = sum == null ? new float[gradient.length] : sum;
        for (int i = 0; i < sum.length; i++) {
          sum[i] += gradient[i];
        }
      }
    }
    for (int row = 0; sum != null && row < parameter.rows(); row++) {
      adam.update(parameter, row, sum, row * parameter.width());
    }
  }

  private void projectionGradient(float scale, int m) {
    Arrays.fill(projectionGradient, 0f);
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
