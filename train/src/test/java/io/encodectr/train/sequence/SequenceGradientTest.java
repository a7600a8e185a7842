package io.encodectr.train.sequence;

import static io.encodectr.train.sequence.Closeness.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import io.encodectr.model.ModelSpec;
import io.encodectr.relevance.Relevance;
import io.encodectr.sequence.Method;
import io.encodectr.sequence.MethodTensor;
import io.encodectr.sequence.SequenceSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
    for (String clustering : ModelSpec.CLUSTERINGS) {
      for (String mass : ModelSpec.MASSES) {
        interests(given, Method.ENCODE, clustering, mass);
      }
    }
    interests(given, Method.ENCODE_MINUS, "kmeans", "none");
    interests(given, Method.ENCODE_MINUS, "agglomerative", "log-sum-exp");
    interests(given, Method.ENCODE_MINUS, "kmeans", "learned");
  }

  private static void interests(Case given, Method method, String clustering, String mass) {
    RandomBatch random = given.batch();
    float[] ifEmpty = defaultVector(given);
    int clusters = 1 + (int) (given.seed() % 12);
    boolean cosine = method == Method.ENCODE;
    SequenceSpec spec =
        new SequenceSpec(
            method,
            given.d(),
            given.m(),
            clusters,
            15,
            BETA,
            cosine ? Relevance.cosine(BETA) : Relevance.dot(given.d()),
            clustering,
            mass,
            50,
            77);
    MetricLearning metric = new MetricLearning("none", "sequence", given.d(), given.m());
    Random numbers = new Random(given.seed() + 2000);
    Map<String, float[]> weights = new LinkedHashMap<>();
    try (PointerScope scope = new PointerScope()) {
      Map<String, Tensor> leaves = new LinkedHashMap<>();
      for (MethodTensor tensor : method.tensors(spec)) {
        float[] values = RandomBatch.normal(numbers, tensor.rows() * tensor.columns(), 0.8f);
        weights.put(tensor.name(), values);
        leaves.put(tensor.name(), Twin.leaf(values, tensor.rows(), tensor.columns()));
      }
      assertThat(leaves).hasSize(mass.equals("learned") ? 3 : 0);
      weights.put(Method.DEFAULT, ifEmpty);
      InterestTraining module = new InterestTraining(spec, metric, weights::get);
      compare(
          random,
          module,
          ifEmpty,
          (table, targets, g) ->
              PlainInterests.attend(spec, random, leaves::get, table, targets, g));
      // As one vector: where histories' gradients nearly cancel in a tensor, only rounding is left.
      assertClose(
          "gradients of " + leaves.keySet() + ", " + clustering,
          joined(leaves.keySet().stream().map(module::gradient)),
          joined(leaves.values().stream().map(Twin::gradient)),
          TOLERANCE);
    }
  }

  private static float[] joined(Stream<float[]> parts) {
    float[] all = {};
    for (float[] part : parts.toList()) {
      all = Arrays.copyOf(all, all.length + part.length);
      System.arraycopy(part, 0, all, all.length - part.length, part.length);
    }
    return all;
  }
}
