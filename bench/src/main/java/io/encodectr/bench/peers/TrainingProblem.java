package io.encodectr.bench.peers;

import io.encodectr.cluster.SeedStream;
import io.encodectr.cluster.SphericalKMeans;
import io.encodectr.dataset.Dataset;
import io.encodectr.file.Json;
import io.encodectr.file.NpyWriter;
import io.encodectr.file.Safetensors;
import io.encodectr.item.ItemTable;
import io.encodectr.model.ModelSpec;
import io.encodectr.relevance.Relevance;
import io.encodectr.train.TrainOptions;
import io.encodectr.train.TrainingSteps;
import io.encodectr.train.batch.Batch;
import io.encodectr.train.checkpoint.LossSums;
import io.encodectr.train.embedding.BatchItems;
import io.encodectr.train.sequence.PartnerSampling;
import io.encodectr.train.sequence.Partners;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What every program of a comparison is given, and what it must find: {@code problem.json}, the
 * weights at the start, and for each batch the rows of the id table that its behaviors and targets
 * use, labels, and for ENCODE the first centers and the triplets' partners as positions in the
 * history. The losses are those of our trainer with dense Adam, whose first step on each batch also
 * gives the centers: k-means++ depends on the weights.
 *
 * @param method din-l or encode
 * @param dimension d
 * @param lowDimension m
 * @param clusters K
 * @param iterations T
 * @param beta β
 * @param recent behaviors of the real-time history
 * @param learningRate of Adam
 * @param tripletWeight weight of the triplet loss
 * @param tower widths of the hidden layers
 * @param batches how many there are
 * @param losses cross-entropy and triplet loss of the first step on each batch
 */
record TrainingProblem(
    String method,
    int dimension,
    int lowDimension,
    int clusters,
    int iterations,
    float beta,
    int recent,
    double learningRate,
    double tripletWeight,
    List<Integer> tower,
    int batches,
    List<double[]> losses) {
  static final String FILE = "problem.json";
  static final String DATASET = "dataset";

  /** Nothing to train. */
  static final TrainingProblem NONE =
      new TrainingProblem("", 0, 0, 0, 0, 0, 0, 0, 0, List.of(), 0, List.of());

  /** Whether the long history is clustered. */
  boolean isEncode() {
    return method.equals("encode");
  }

  static TrainingProblem read(Path folder) throws IOException {
    return Json.read(folder.resolve(FILE), TrainingProblem.class);
  }

  /** The paper's settings, with histories as long as the samples'. */
  static TrainOptions options(String method, int batchSize, boolean dense) {
    return TrainOptions.defaults(method)
        .with(
            Map.of(
                "batch_size",
                batchSize,
                "min_count",
                1,
                "long_length",
                0,
                "validation_share",
                0,
                "adam",
                dense ? "dense" : "row-sparse"));
  }

  /**
   * Writes a problem.
   *
   * @param folder holds the samples as a dataset in {@code dataset}
   */
  static TrainingProblem write(Path folder, String method, int batchSize, int threads)
      throws IOException {
    TrainOptions options = options(method, batchSize, true);
    try (Dataset dataset = Dataset.open(folder.resolve(DATASET));
        TrainingSteps steps = new TrainingSteps(dataset, options, threads)) {
      ModelSpec spec = steps.spec();
      writeWeights(Files.createDirectories(folder.resolve("weights")), steps);
      List<double[]> losses = new ArrayList<>();
      for (int b = 0; b < steps.batches(); b++) {
        Batch batch = steps.batch(b);
        Path to = Files.createDirectories(folder.resolve("batch-" + b));
        writeBatch(to, batch, steps.rows().rowOf());
        if (method.equals("encode")) {
          writeClusterStart(to, dataset, steps, batch);
        }
        LossSums sums = steps.step(batch);
        losses.add(new double[] {sums.meanCrossEntropy(), sums.meanTriplet()});
      }
      TrainingProblem problem =
          new TrainingProblem(
              method,
              spec.dimension(),
              spec.lowDimension(),
              spec.clusters(),
              spec.iterations(),
              spec.beta(),
              spec.recentLength(),
              options.learningRate(),
              options.tripletWeight(),
              spec.tower(),
              steps.batches(),
              losses);
      Json.write(folder.resolve(FILE), problem);
      return problem;
    }
  }

  private static void writeWeights(Path folder, TrainingSteps steps) throws IOException {
    for (Map.Entry<String, Safetensors.Tensor> tensor : steps.parameters().tensors().entrySet()) {
      try (NpyWriter out = NpyWriter.float32(folder.resolve(tensor.getKey() + ".npy"))) {
        out.putAll(tensor.getValue().values());
      }
    }
  }

  private static void writeBatch(Path folder, Batch batch, int[] rowOf) throws IOException {
    try (NpyWriter offsets = NpyWriter.int64(folder.resolve("offsets.npy"));
        NpyWriter history = NpyWriter.int32(folder.resolve("history.npy"));
        NpyWriter target = NpyWriter.int32(folder.resolve("target.npy"));
        NpyWriter label = NpyWriter.float32(folder.resolve("label.npy"))) {
      for (int start : batch.historyStart()) {
        offsets.put((long) start);
      }
      history.putAll(rows(batch, batch.histories(), rowOf));
      target.putAll(rows(batch, batch.targets(), rowOf));
      label.putAll(batch.labels());
    }
  }

  private static int[] rows(Batch batch, int[] batchItems, int[] rowOf) {
    return Arrays.stream(batchItems).map(i -> rowOf[batch.items()[i]]).toArray();
  }

  private static void writeClusterStart(
      Path folder, Dataset dataset, TrainingSteps steps, Batch batch) throws IOException {
    ModelSpec spec = steps.spec();
    BatchItems items =
        new BatchItems(
            steps.parameters(),
            steps.rows(),
            dataset.itemFeatures(),
            dataset.schema(),
            spec.sequence().method(),
            true);
    items.begin(batch);
    IntStream.range(0, items.blocks()).forEach(items::embed);
    try (NpyWriter centers = NpyWriter.int32(folder.resolve("centers.npy"));
        NpyWriter partners = NpyWriter.int32(folder.resolve("partners.npy"))) {
      for (int group = 0; group < batch.groups(); group++) {
        int[] sorted = sortedPositions(batch, group);
        centers.putAll(centers(spec, items.table(), batch, group, sorted));
        partners.putAll(partners(items.table(), batch, group, sorted, steps.seedOfNextStep()));
      }
    }
  }

  /** Positions of a history in the order in which our kernels take it: by item, then by time. */
  private static int[] sortedPositions(Batch batch, int group) {
    int start = batch.historyStart()[group];
    return IntStream.range(0, batch.historyLength(group))
        .boxed()
        .sorted(Comparator.comparingInt(p -> batch.histories()[start + p]))
        .mapToInt(p -> p)
        .toArray();
  }

  /**
   * Where the points lie that k-means++ chooses, −1 beyond the last. A single assignment tells
   * them: each is nearest to itself.
   */
  private static int[] centers(
      ModelSpec spec, ItemTable items, Batch batch, int group, int[] sorted) {
    int m = spec.lowDimension();
    int start = batch.historyStart()[group];
    SphericalKMeans first =
        new SphericalKMeans(Relevance.cosine(spec.beta()), spec.clusters(), 1, m);
    first.begin(sorted.length);
    for (int i = 0; i < sorted.length; i++) {
      int row = batch.histories()[start + sorted[i]];
      first.point(i, items.number(row), items.low(), row * m);
    }
    first.cluster(SeedStream.mix(batch.userHashes()[group], spec.clusterSeed()));
    int[] nearest = new int[spec.clusters()];
    Arrays.fill(nearest, -1);
    for (int i = 0; i < sorted.length; i++) {
      int k = first.members()[i];
      if (nearest[k] < 0 || first.cosines()[i] > first.cosines()[nearest[k]]) {
        nearest[k] = i;
      }
    }
    return Arrays.stream(nearest).map(i -> i < 0 ? -1 : sorted[i]).toArray();
  }

  /** Positions of each behavior's two partners. */
  private static int[] partners(
      ItemTable items, Batch batch, int group, int[] sorted, long stepSeed) {
    int start = batch.historyStart()[group];
    Partners drawn = new Partners();
    drawn.begin();
    for (int position : sorted) {
      drawn.add(batch.histories()[start + position]);
    }
    SeedStream random = new SeedStream(SeedStream.mix(stepSeed, batch.userHashes()[group]));
    PartnerSampling.named("sequence").draw(items, batch, group, 2, random, drawn);
    int[] positions = new int[2 * sorted.length];
    for (int i = 0; i < sorted.length; i++) {
      positions[2 * sorted[i]] = sorted[drawn.partners()[2 * i]];
      positions[2 * sorted[i] + 1] = sorted[drawn.partners()[2 * i + 1]];
    }
    return positions;
  }
}
