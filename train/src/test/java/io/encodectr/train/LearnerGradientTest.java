package io.encodectr.train;

import static io.encodectr.train.sequence.Closeness.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import io.encodectr.cluster.SeedStream;
import io.encodectr.dataset.Dataset;
import io.encodectr.dataset.Features;
import io.encodectr.item.ItemTable;
import io.encodectr.model.ModelSpec;
import io.encodectr.sequence.RetrievalSequence;
import io.encodectr.train.batch.Batch;
import io.encodectr.train.batch.BatchBuilder;
import io.encodectr.train.batch.EpochOrder;
import io.encodectr.train.batch.ItemRows;
import io.encodectr.train.batch.SampleGroups;
import io.encodectr.train.checkpoint.LossSums;
import io.encodectr.train.embedding.BatchItems;
import io.encodectr.train.embedding.ColumnTable;
import io.encodectr.train.embedding.CtrParameters;
import io.encodectr.train.optimizer.Parameter;
import io.encodectr.train.process.ProcessGroup;
import io.encodectr.train.sequence.DrawnPartners;
import io.encodectr.train.sequence.MemoryTraining;
import io.encodectr.train.sequence.MemoryTwin;
import io.encodectr.train.sequence.PlainInterests;
import io.encodectr.train.sequence.Twin;
import io.encodectr.train.sequence.TwinFormula;
import io.encodectr.train.tower.TowerShape;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The whole model's gradients, from the loss to every table, against the same model written in
 * LibTorch operations. After a first step from zero moments, Adam's first moment is a tenth of the
 * gradient, so that is where our gradients are read.
 */
class LearnerGradientTest {
  private static final double TOLERANCE = 1e-5;

  @TempDir Path temporary;

  @ParameterizedTest(name = "{0}, features {1}, recent by {2}, {3} threads, seed {4}, {5}")
  @CsvSource({
    "encode, true, dot, 2, 1,",
    "encode, false, cosine, 1, 2,",
    "encode, true, cosine, 3, 3,",
    "din-l, true, dot, 2, 4,",
    "din-l, false, cosine, 2, 5,",
    "avg-pooling, true, dot, 2, 6,",
    "din, true, cosine, 2, 7,",
    "din, false, dot, 1, 8,",
    "mimn, true, dot, 2, 9,",
    "mimn, false, cosine, 1, 10,",
    "sim-hard, true, dot, 2, 9,",
    "sim-hard, false, dot, 2, 10,",
    "ubr4ctr, true, dot, 2, 19,",
    "ubr4ctr, false, cosine, 3, 20,",
    "eta, true, dot, 3, 11,",
    "eta-encode, true, dot, 2, 12,",
    "eta-ta, true, cosine, 2, 13,",
    "sdim, true, dot, 2, 14,",
    "twin, true, dot, 2, 17,",
    "twin, false, cosine, 3, 18, retrieved=7",
    "encode, true, dot, 2, 9, metric_loss=none",
    "encode, true, dot, 2, 10, metric_loss=mse triplet_sampling=batch",
    "encode, false, dot, 2, 11, metric_loss=n-pair clustering=routing",
    "encode, true, dot, 3, 12, metric_loss=triplet-fixed clustering=agglomerative mass=count",
    "encode, false, dot, 2, 13, triplet_sampling=neighbors clustering=random mass=log-sum-exp",
    "encode-minus, true, dot, 2, 14,",
    "encode, false, dot, 2, 16, mass=spread",
    "encode-minus, false, cosine, 2, 15, mass=log-sum-exp low_dimension=5",
    "encode, true, dot, 2, 19, mass=learned",
    "encode, false, cosine, 3, 20, mass=learned metric_loss=none beta=5",
    "encode-minus, true, dot, 1, 21, mass=learned"
  })
  void everyParameterGetsItsGradient(
      String method,
      boolean features,
      String recent,
      int threads,
      long seed,
      @Nullable String variant)
      throws Exception {
    Path folder = temporary.resolve("data");
    TestWorld.write(folder, 30, 60, 90, 4, features, TestWorld.Labels.COIN, seed);
    TrainOptions options =
        TestVariant.with(TrainOptions.defaults(method), variant)
            .with(
                Map.of(
                    "recent_relevance",
                    recent,
                    "recent_length",
                    20,
                    "long_length",
                    70,
                    "clusters",
                    6,
                    "retrieved",
                    8,
                    "init_std",
                    0.3,
                    "seed",
                    seed));
    try (Dataset dataset = Dataset.open(folder);
        Workers workers = new Workers(threads)) {
      int[] samples = IntStream.range(0, dataset.train().size()).toArray();
      ItemRows rows = ItemRows.of(dataset, samples, 0, 9);
      assertThat(Arrays.stream(rows.rowOf()).filter(row -> row == 0).count()).isPositive();
      ModelSpec spec = Specification.of(options, dataset, rows.rows(), 99);
      CtrParameters parameters = new CtrParameters(spec);
      parameters.initialize(options.initStd(), seed);
      if (spec.mass().equals("learned")) {
        parameters.method().forEach(p -> p.fillNormal(0.7f, seed));
      }
      SampleGroups groups = SampleGroups.of(dataset.train(), samples, 1000);
      EpochOrder order = EpochOrder.shuffled(groups, 1000, seed);
      int longest = method.equals("din") ? 20 : 70;
      Batch batch = new BatchBuilder(dataset, groups, longest, Learner.SHARDS).build(order, 0);
      try (PointerScope scope = new PointerScope();
          Learner learner =
              new Learner(
                  dataset,
                  samples.length,
                  spec,
                  options,
                  rows,
                  parameters,
                  workers,
                  ProcessGroup.ALONE)) {
        ModelTwin twin = new ModelTwin(dataset, spec, options, rows, parameters, batch);
        Tensor loss = twin.loss();
        loss.add(twin.regularizer).backward();
        LossSums sums = learner.step(batch, 1);
        double ours = sums.meanCrossEntropy() + options.tripletWeight() * sums.meanTriplet();
        assertThat(ours).isCloseTo(loss.item_double(), Offset.offset(1e-5));
        for (Parameter parameter : parameters.all()) {
          float[] gradient = new float[parameter.values().length];
          for (int i = 0; i < gradient.length; i++) {
            gradient[i] = parameter.first()[i] * 10f;
          }
          assertClose(
              "gradient of " + parameter.name(),
              gradient,
              twin.gradient(parameter, gradient.length),
              TOLERANCE);
        }
      }
    }
  }

  /** The model in LibTorch operations, in double precision. */
  private static final class ModelTwin {
    private final Dataset dataset;
    private final ModelSpec spec;
    private final TrainOptions options;
    private final Batch batch;
    private final CtrParameters parameters;
    private final ItemRows rows;
    private final Map<String, Tensor> leaves = new HashMap<>();
    private final ItemTable table;
    private @Nullable MemoryTwin memory;
    private Tensor regularizer = torch.zeros(1).to(torch.ScalarType.Double).sum();

    ModelTwin(
        Dataset dataset,
        ModelSpec spec,
        TrainOptions options,
        ItemRows rows,
        CtrParameters parameters,
        Batch batch) {
      this.dataset = dataset;
      this.spec = spec;
      this.options = options;
      this.batch = batch;
      this.parameters = parameters;
      this.rows = rows;
      for (Parameter p : parameters.all()) {
        leaves.put(p.name(), Twin.leaf(p.values(), p.rows(), p.width()));
      }
      BatchItems items =
          new BatchItems(
              parameters,
              rows,
              dataset.itemFeatures(),
              dataset.schema(),
              spec.sequence().method(),
              true);
      items.begin(batch);
      IntStream.range(0, items.blocks()).forEach(items::embed);
      table = items.table();
    }

    float[] gradient(Parameter parameter, int length) {
      return Arrays.copyOf(Twin.gradient(leaves.get(parameter.name())), length);
    }

    private Tensor embeddings() {
      int n = batch.items().length;
      int[] ids = Arrays.stream(batch.items()).map(i -> rows.rowOf()[i]).toArray();
      TensorVector parts = new TensorVector(Twin.rows(leaves.get("item.id"), ids, 0, n));
      for (ColumnTable column : parameters.itemColumns()) {
        parts.push_back(means(column, dataset.itemFeatures(), batch.items()));
      }
      return torch.cat(parts, 1);
    }

    private Tensor means(ColumnTable column, Features features, int[] of) {
      int vocabulary = column.table().rows();
      float[] shares = new float[of.length * vocabulary];
      for (int i = 0; i < of.length; i++) {
        int count = features.valueCount(column.column(), of[i]);
        if (count == 0) {
          shares[i * vocabulary + vocabulary - 1] = 1f;
        }
        for (int v = 0; v < count; v++) {
          shares[i * vocabulary + features.value(column.column(), of[i], v)] += 1f / count;
        }
      }
      return Twin.tensor(shares, of.length, vocabulary).matmul(leaves.get(column.table().name()));
    }

    Tensor loss() {
      Tensor e = embeddings();
      List<Tensor> recent = new ArrayList<>();
      List<Tensor> longTerm = new ArrayList<>();
      Tensor triplets = torch.zeros(1).to(torch.ScalarType.Double);
      long anchors = 0;
      for (int g = 0; g < batch.groups(); g++) {
        int from = batch.sampleStart()[g];
        int count = batch.sampleStart()[g + 1] - from;
        Tensor targets = Twin.rows(e, batch.targets(), from, count);
        recent.add(recent(e, targets, g));
        if (!spec.method().equals("din")) {
          longTerm.add(longTerm(e, targets, g));
        }
        DrawnPartners drawn =
            DrawnPartners.of(
                spec.sequence().method().projects() ? options.metricLoss() : "none",
                options.tripletSampling(),
                table,
                batch,
                g,
                SeedStream.mix(options.seed(), 1));
        if (drawn.anchors().length > 0) {
          triplets =
              triplets.add(
                  Twin.metricLoss(options.metricLoss(), e, leaves.get("projection"), drawn));
          anchors += drawn.anchors().length;
        }
      }
      Tensor target = Twin.rows(e, batch.targets(), 0, batch.size());
      TensorVector x = new TensorVector();
      userAndContext(x);
      x.push_back(target);
      if (!dataset.schema().item().isEmpty()) {
        float[] price = new float[batch.size()];
        for (int i = 0; i < price.length; i++) {
          price[i] = dataset.itemFeatures().number(1, dataset.train().target(batch.samples()[i]));
        }
        x.push_back(Twin.tensor(price, price.length, 1));
      }
      for (List<Tensor> interest : List.of(recent, longTerm)) {
        if (!interest.isEmpty()) {
          Tensor v = torch.cat(new TensorVector(interest.toArray(Tensor[]::new)), 0);
          x.push_back(v);
          x.push_back(v.mul(target));
        }
      }
      Tensor loss =
          torch.binary_cross_entropy_with_logits(
              tower(torch.cat(x, 1)), Twin.tensor(batch.labels(), batch.size()));
      return anchors == 0
          ? loss
          : loss.add(
              triplets
                  .sum()
                  .mul(new org.bytedeco.pytorch.Scalar(options.tripletWeight() / anchors)));
    }

    private void userAndContext(TensorVector x) {
      if (dataset.schema().user().isEmpty()) {
        return;
      }
      int n = batch.size();
      int[] users = new int[n];
      float[] age = new float[n];
      int[] slot = new int[n];
      float[] depth = new float[n];
      for (int i = 0; i < n; i++) {
        int sample = batch.samples()[i];
        users[i] = dataset.train().user(sample);
        age[i] = dataset.userFeatures().number(0, users[i]);
        int code = dataset.train().contextCode(0, sample);
        slot[i] = code < 0 ? 6 : code;
        depth[i] = dataset.train().contextValue(1, sample);
      }
      x.push_back(Twin.tensor(age, n, 1));
      x.push_back(means(parameters.userColumns().getFirst(), dataset.userFeatures(), users));
      x.push_back(Twin.rows(leaves.get("context.slot"), slot, 0, n));
      x.push_back(Twin.tensor(depth, n, 1));
    }

    private Tensor recent(Tensor e, Tensor targets, int g) {
      int length = Math.min(spec.recentLength(), batch.historyLength(g));
      if (length == 0) {
        return leaves.get("default.recent").expand(targets.size(0), spec.dimension());
      }
      Tensor keys = Twin.rows(e, batch.histories(), batch.historyStart()[g + 1] - length, length);
      return Twin.attention(keys, targets, spec.recentRelevance().equals("cosine"), spec.beta());
    }

    private Tensor longTerm(Tensor e, Tensor targets, int g) {
      int length = batch.historyLength(g);
      int from = batch.historyStart()[g];
      if (length == 0) {
        return leaves.get("default.long").expand(targets.size(0), spec.dimension());
      }
      Tensor history = Twin.rows(e, batch.histories(), from, length);
      if (spec.method().equals("avg-pooling")) {
        return history
            .mean(new long[] {0}, true, new ScalarTypeOptional())
            .expand(targets.size(0), spec.dimension());
      }
      if (spec.method().equals("mimn")) {
        return memory(e, targets, g);
      }
      if (spec.method().equals("din-l")) {
        return Twin.attention(history, targets, true, spec.beta());
      }
      if (spec.method().equals("twin")) {
        return twin(e, targets, g);
      }
      if (spec.sequence().method().retrieves()) {
        return retrieved(e, g);
      }
      if (spec.method().equals("sdim")) {
        return hashed(history, g);
      }
      return PlainInterests.attend(spec.sequence(), table, batch, leaves::get, e, targets, g);
    }

    private Tensor memory(Tensor e, Tensor targets, int g) {
      if (memory == null) {
        memory = new MemoryTwin(name -> leaves.get(name), spec.dimension());
        memory.run(e, batch);
      }
      double share = MemoryTraining.UTILIZATION * targets.size(0) / (double) batch.size();
      regularizer =
          regularizer.add(
              memory
                  .imbalance(g, batch.historyLength(g))
                  .mul(new org.bytedeco.pytorch.Scalar(share)));
      return memory.read(g, targets);
    }

    private Tensor twin(Tensor e, Tensor targets, int g) {
      int[] history =
          Arrays.copyOfRange(
              batch.histories(), batch.historyStart()[g], batch.historyStart()[g + 1]);
      TensorVector rows = new TensorVector();
      for (int t = 0; t < targets.size(0); t++) {
        rows.push_back(
            TwinFormula.attend(leaves::get, e, history, targets.narrow(0, t, 1), spec.retrieved()));
      }
      return torch.cat(rows, 0);
    }

    /** What is retrieved is core's to say; RetrievalGradientTest looks for it independently. */
    private Tensor retrieved(Tensor e, int g) {
      int[] targets = batch.targets();
      RetrievalSequence sequence =
          (RetrievalSequence)
              spec.sequence().method().newSequence(spec.sequence(), parameters::methodValues);
      int start = batch.historyStart()[g];
      sequence.history(table, batch.histories(), start, batch.historyLength(g), 0);
      TensorVector rows = new TensorVector();
      for (int s = batch.sampleStart()[g]; s < batch.sampleStart()[g + 1]; s++) {
        sequence.attend(table, targets, s, 1, new float[spec.dimension()], 0, spec.dimension());
        int size = sequence.attention().size(0);
        boolean cosine = spec.longRelevance().equals("cosine");
        rows.push_back(
            size == 0
                ? leaves.get("default.long")
                : Twin.attention(
                    Twin.rows(e, sequence.attention().rows(), 0, size),
                    Twin.rows(e, targets, s, 1),
                    cosine,
                    spec.beta()));
      }
      return torch.cat(rows, 0);
    }

    private Tensor hashed(Tensor history, int g) {
      int from = batch.historyStart()[g];
      int n = batch.historyLength(g);
      int first = batch.sampleStart()[g];
      int count = batch.sampleStart()[g + 1] - first;
      float[] collisions = new float[16 * count * n];
      for (int i = 0; i < collisions.length; i++) {
        int group = i / (count * n);
        long own = table.codes()[batch.histories()[from + i % n]];
        long other = table.codes()[batch.targets()[first + i / n % count]];
        collisions[i] = ((own ^ other) >>> (3 * group) & 7) == 0 ? 1f : 0f;
      }
      return Twin.hashed(history, collisions, count);
    }

    private Tensor tower(Tensor x) {
      TowerShape shape = parameters.shape();
      Tensor flat = leaves.get("tower").view(-1);
      Tensor hidden = x;
      for (int layer = 0; layer < shape.layers(); layer++) {
        int inputs = shape.inputs(layer);
        int outputs = shape.outputs(layer);
        Tensor weight =
            flat.narrow(0, shape.weightOffset(layer), (long) inputs * outputs)
                .view(inputs, outputs);
        Tensor bias = flat.narrow(0, shape.biasOffset(layer), outputs);
        hidden = torch.addmm(bias, hidden, weight);
        hidden = layer == shape.layers() - 1 ? hidden.squeeze(1) : torch.relu(hidden);
      }
      return hidden;
    }
  }
}
