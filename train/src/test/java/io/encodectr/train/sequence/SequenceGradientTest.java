package io.encodectr.train.sequence;

import static io.encodectr.train.sequence.Closeness.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import io.encodectr.cluster.SeedStream;
import io.encodectr.interest.InterestExtractor;
import io.encodectr.interest.Interests;
import io.encodectr.relevance.Relevance;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each sequence module's gradients against LibTorch's autograd, to 1e-5. */
class SequenceGradientTest {
  private static final double TOLERANCE = 1e-5;
  private static final float BETA = 20f;

  /**
   * Odd sizes: items, d, low dimension, most targets a group, and histories of all short lengths.
   */
  record Case(long seed, int items, int d, int m, int mostTargets, int[] lengths) {
    RandomBatch batch() {
      return new RandomBatch(items, d, m, lengths, mostTargets, seed);
    }

    @Override
    public String toString() {
      return "seed %d, %d items, d %d, m %d, ≤ %d targets, lengths %s"
          .formatted(seed, items, d, m, mostTargets, Arrays.toString(lengths));
    }
  }

  static Stream<Case> cases() {
    return IntStream.range(0, 24)
        .mapToObj(seed -> {
          Random random = new Random(seed);
          int[] lengths = {0, 1, 2, 3, 1 + random.nextInt(9), 9 + random.nextInt(120), 0, 8};
          int items = seed % 4 == 0 ? 3 + random.nextInt(6) : 10 + random.nextInt(200);
          int d = seed % 3 == 2 ? 16 : 32;
          int m = new int[] {4, 1, 8, 5}[seed % 4];
          return new Case(seed, items, d, m, 1 + random.nextInt(11), lengths);
        });
  }

  interface GroupTwin {
    /** Output for one group with a history; null if its behaviors count as none. */
    @Nullable Tensor output(Tensor table, Tensor targets, int group);

    /** The same, if the vector for an empty history also stands for a target without a match. */
    default @Nullable Tensor output(Tensor table, Tensor targets, int group, Tensor ifEmpty) {
      return output(table, targets, group);
    }
  }

  /** Runs the module and its twin on the whole batch and compares outputs and gradients. */
  static void compare(
      RandomBatch random, TrainableSequence module, float[] defaultVector, GroupTwin twin) {
    float[] out = random.forward(module);
    ItemGradient gradient = random.backward(module);
    try (PointerScope scope = new PointerScope()) {
      Tensor table =
          Twin.leaf(
              Arrays.copyOf(random.table.embeddings(), random.items * random.d),
              random.items,
              random.d);
      Tensor ifEmpty = Twin.leaf(defaultVector, 1, random.d);
      List<Tensor> outputs = new ArrayList<>();
      for (int g = 0; g < random.batch.groups(); g++) {
        int from = random.batch.sampleStart()[g];
        int count = random.batch.sampleStart()[g + 1] - from;
        Tensor targets = Twin.rows(table, random.batch.targets(), from, count);
        Tensor output =
            random.batch.historyLength(g) == 0 ? null : twin.output(table, targets, g, ifEmpty);
        outputs.add(output == null ? ifEmpty.expand(count, random.d) : output);
      }
      Tensor all = torch.cat(new TensorVector(outputs.toArray(Tensor[]::new)), 0);
      all.mul(Twin.tensor(random.outGradient, random.batch.size(), random.d)).sum().backward();
      assertClose("output", out, Twin.floats(all), TOLERANCE);
      assertClose(
          "gradient of embeddings",
          Arrays.copyOf(gradient.embeddings(), random.items * random.d),
          Twin.gradient(table),
          TOLERANCE);
      assertClose(
          "gradient of the default vector",
          module.defaultGradient(),
          Twin.gradient(ifEmpty),
          TOLERANCE);
      for (int item = 0; item < random.items; item++) {
        if (!gradient.touched(item)) {
          assertThat(
                  Arrays.copyOfRange(Twin.gradient(table), item * random.d, (item + 1) * random.d))
              .as("autograd's gradient of item %d, which was not touched", item)
              .containsOnly(0f);
        }
      }
    }
  }

  static float[] defaultVector(Case given) {
    return RandomBatch.normal(new Random(given.seed() + 1000), given.d(), 0.3f);
  }

  private static Tensor history(Tensor table, RandomBatch random, int group, int longest) {
    int end = random.batch.historyStart()[group + 1];
    int length = Math.min(longest, random.batch.historyLength(group));
    return Twin.rows(table, random.batch.histories(), end - length, length);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void attentionOverRecentBehaviorsByDotProduct(Case given) {
    RandomBatch random = given.batch();
    float[] ifEmpty = defaultVector(given);
    compare(
        random,
        new AttentionTraining(Relevance.dot(given.d()), 50, ifEmpty),
        ifEmpty,
        (table, targets, g) -> Twin.attention(history(table, random, g, 50), targets, false, BETA));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void attentionOverRecentBehaviorsByCosine(Case given) {
    RandomBatch random = given.batch();
    float[] ifEmpty = defaultVector(given);
    compare(
        random,
        new AttentionTraining(Relevance.cosine(BETA), 50, ifEmpty),
        ifEmpty,
        (table, targets, g) -> Twin.attention(history(table, random, g, 50), targets, true, BETA));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void attentionOverTheWholeHistory(Case given) {
    RandomBatch random = given.batch();
    float[] ifEmpty = defaultVector(given);
    compare(
        random,
        new AttentionTraining(Relevance.cosine(BETA), 0, ifEmpty),
        ifEmpty,
        (table, targets, g) ->
            Twin.attention(history(table, random, g, Integer.MAX_VALUE), targets, true, BETA));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void meanOfTheHistory(Case given) {
    RandomBatch random = given.batch();
    float[] ifEmpty = defaultVector(given);
    compare(
        random,
        new AverageTraining(ifEmpty),
        ifEmpty,
        (table, targets, g) ->
            history(table, random, g, Integer.MAX_VALUE)
                .mean(new long[] {0}, true, new ScalarTypeOptional())
                .expand(targets.size(0), random.d));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void interests(Case given) {
    RandomBatch random = given.batch();
    float[] ifEmpty = defaultVector(given);
    int clusters = 1 + (int) (given.seed() % 12);
    long clusterSeed = 77;
    Relevance relevance = Relevance.cosine(BETA);
    InterestTraining module =
        new InterestTraining(
            relevance,
            clusters,
            15,
            given.m(),
            clusterSeed,
            new TripletLoss(given.d(), given.m()),
            ifEmpty);
    InterestExtractor extractor = new InterestExtractor(relevance, clusters, 15, given.m());
    Interests found = new Interests(clusters, given.d());
    compare(
        random,
        module,
        ifEmpty,
        (table, targets, g) -> {
          int start = random.batch.historyStart()[g];
          extractor.extract(
              random.table,
              random.batch.histories(),
              start,
              random.batch.historyLength(g),
              SeedStream.mix(random.batch.userHashes()[g], clusterSeed),
              found);
          if (found.count() == 0) {
            return null;
          }
          Tensor behaviors = Twin.rows(table, extractor.rows(), 0, extractor.size());
          Tensor interests =
              Twin.interests(behaviors, extractor.clusters(), extractor.weights(), found.count());
          return Twin.attention(interests, targets, true, BETA);
        });
  }

  @ParameterizedTest
  @MethodSource("cases")
  void projectionByTripletLoss(Case given) {
    TripletLoss triplets = new TripletLoss(given.d(), given.m());
    compareProjection(
        given,
        new InterestTraining(
            Relevance.cosine(BETA), 7, 15, given.m(), 5, triplets, defaultVector(given)),
        triplets);
  }

  /** Trains a module's projection by one step and compares the gradient of W. */
  static void compareProjection(Case given, TrainableSequence module, TripletLoss triplets) {
    RandomBatch random = given.batch();
    long stepSeed = SeedStream.mix(given.seed(), 3);
    triplets.seed(stepSeed);
    random.forward(module);
    random.backward(module);
    float[] actual = new float[given.d() * given.m()];
    for (int c = 0; c < given.d(); c++) {
      for (int j = 0; j < given.m(); j++) {
        actual[c * given.m() + j] = triplets.projectionGradient()[j * given.d() + c];
      }
    }
    try (PointerScope scope = new PointerScope()) {
      Tensor projection = Twin.leaf(random.projection, given.d(), given.m());
      Tensor table =
          Twin.tensor(
              Arrays.copyOf(random.table.embeddings(), random.items * random.d),
              random.items,
              random.d);
      Tensor loss = torch.zeros(1).to(torch.ScalarType.Double);
      long anchors = 0;
      for (int g = 0; g < random.batch.groups(); g++) {
        int[] rows = sortedWithDirection(random, g);
        if (rows.length >= 3) {
          int[][] drawn = draws(rows.length, stepSeed, random.batch.userHashes()[g]);
          loss =
              loss.add(
                  Twin.triplets(
                      Twin.rows(table, rows, 0, rows.length), projection, drawn[0], drawn[1]));
          anchors += rows.length;
        }
      }
      assertThat(triplets.anchors()).isEqualTo(anchors);
      if (anchors > 0) {
        loss.sum().backward();
        double expected = loss.item_double();
        assertThat(triplets.loss())
            .isCloseTo(expected, org.assertj.core.data.Offset.offset(TOLERANCE * expected));
        // With one component every h is ±1: cosines don't change, and gradients cancel to noise.
        if (given.m() > 1) {
          assertClose("gradient of W", actual, Twin.gradient(projection), 2 * TOLERANCE);
        }
      }
    }
  }

  static int[] sortedWithDirection(RandomBatch random, int group) {
    return Arrays.stream(
            random.batch.histories(),
            random.batch.historyStart()[group],
            random.batch.historyStart()[group + 1])
        .filter(row -> random.table.inverseLowNorms()[row] != 0f)
        .sorted()
        .toArray();
  }

  /** The draws that {@link TripletLoss} documents: j ≠ k ≠ i, uniformly. */
  static int[][] draws(int count, long stepSeed, long userHash) {
    SeedStream random = new SeedStream(SeedStream.mix(stepSeed, userHash));
    int[][] drawn = new int[2][count];
    for (int i = 0; i < count; i++) {
      List<Integer> others = new ArrayList<>();
      for (int o = 0; o < count; o++) {
        if (o != i) {
          others.add(o);
        }
      }
      long bits = random.next();
      drawn[0][i] = others.remove((int) ((bits >>> 32) * others.size() >>> 32));
      drawn[1][i] = others.get((int) ((bits & 0xffffffffL) * others.size() >>> 32));
    }
    return drawn;
  }
}
