package io.encodectr.train.sequence;

import static io.encodectr.train.sequence.Closeness.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import io.encodectr.memory.InterestMemory;
import io.encodectr.memory.MemoryWeights;
import io.encodectr.sequence.MemorySequence;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** MIMN against LibTorch's autograd over a padded batch. */
class MemoryTrainingTest {
  private static final double TOLERANCE = 1e-5;

  private static Map<String, float[]> weights(int d, long seed) {
    Random random = new Random(seed);
    Map<String, float[]> weights = new HashMap<>();
    MemoryWeights.shapes(d)
        .forEach((name, shape) ->
            weights.put(
                name, RandomBatch.normal(random, shape[0] * shape[1], (float) (1 / Math.sqrt(d)))));
    return weights;
  }

  private static int[] lengths(long seed) {
    Random random = new Random(seed);
    // 64 is the block of the forward pass; two histories end beyond it.
    return new int[] {
      0, 1, 2, 3, 1 + random.nextInt(9), 9 + random.nextInt(120), 0, 8, 64, 65 + random.nextInt(80)
    };
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void agreesWithAutogradOverPaddedHistories(long seed) {
    int d = seed % 3 == 2 ? 16 : 32;
    RandomBatch random =
        new RandomBatch(10 + (int) seed * 20, d, 4, lengths(seed), 1 + (int) seed, seed);
    Map<String, float[]> weights = weights(d, seed);
    float[] ifEmpty = RandomBatch.normal(new Random(seed + 9), d, 0.3f);
    MemoryTraining module =
        new MemoryTraining(MemoryWeights.of(d, name -> weights.get(name)), ifEmpty);
    float[] out = random.forward(module);
    ItemGradient gradient = random.backward(module);
    try (PointerScope scope = new PointerScope()) {
      Tensor table =
          Twin.leaf(Arrays.copyOf(random.table.embeddings(), random.items * d), random.items, d);
      Tensor defaultLeaf = Twin.leaf(ifEmpty, 1, d);
      Map<String, Tensor> leaves = new HashMap<>();
      MemoryWeights.shapes(d)
          .forEach(
              (name, shape) -> leaves.put(name, Twin.leaf(weights.get(name), shape[0], shape[1])));
      MemoryTwin twin = new MemoryTwin(name -> leaves.get(name), d);
      twin.run(table, random.batch);
      List<Tensor> outputs = new ArrayList<>();
      Tensor regularizer = torch.zeros(1).to(torch.ScalarType.Double).sum();
      for (int g = 0; g < random.batch.groups(); g++) {
        int from = random.batch.sampleStart()[g];
        int count = random.batch.sampleStart()[g + 1] - from;
        int length = random.batch.historyLength(g);
        if (length == 0) {
          outputs.add(defaultLeaf.expand(count, d));
        } else {
          outputs.add(twin.read(g, Twin.rows(table, random.batch.targets(), from, count)));
          double share = MemoryTraining.UTILIZATION * count / (double) random.batch.size();
          regularizer = regularizer.add(twin.imbalance(g, length).mul(new Scalar(share)));
        }
      }
      Tensor all = torch.cat(new TensorVector(outputs.toArray(Tensor[]::new)), 0);
      assertClose("output", out, Twin.floats(all), TOLERANCE);
      Tensor given = Twin.tensor(random.outGradient, random.batch.size(), d);
      MemoryTwin.total(all.mul(given)).add(regularizer).backward();
      assertClose(
          "gradient of embeddings",
          Arrays.copyOf(gradient.embeddings(), random.items * d),
          Twin.gradient(table),
          TOLERANCE);
      assertClose(
          "gradient of the default vector",
          module.defaultGradient(),
          Twin.gradient(defaultLeaf),
          TOLERANCE);
      leaves.forEach((name, leaf) ->
          assertClose(
              "gradient of " + name, module.gradient(name), Twin.gradient(leaf), 2 * TOLERANCE));
    }
  }

  /** Without a large weight the regularizer's gradient would drown in the tolerance. */
  @Test
  void theRegularizerAloneHasItsGradient() {
    int d = 32;
    RandomBatch random = new RandomBatch(40, d, 4, new int[] {30, 3}, 1, 5);
    Arrays.fill(random.outGradient, 0f);
    Map<String, float[]> weights = weights(d, 5);
    MemoryTraining module =
        new MemoryTraining(MemoryWeights.of(d, name -> weights.get(name)), new float[d]);
    random.forward(module);
    random.backward(module);
    try (PointerScope scope = new PointerScope()) {
      Tensor table =
          Twin.tensor(Arrays.copyOf(random.table.embeddings(), random.items * d), random.items, d);
      Map<String, Tensor> leaves = new HashMap<>();
      MemoryWeights.shapes(d)
          .forEach(
              (name, shape) -> leaves.put(name, Twin.leaf(weights.get(name), shape[0], shape[1])));
      MemoryTwin twin = new MemoryTwin(name -> leaves.get(name), d);
      twin.run(table, random.batch);
      double share = MemoryTraining.UTILIZATION / 2.0;
      twin.imbalance(0, 30).add(twin.imbalance(1, 3)).mul(new Scalar(share)).backward();
      for (String name : new String[] {"memory.heads", "memory.strengths", "memory.start"}) {
        assertClose(name, module.gradient(name), Twin.gradient(leaves.get(name)), TOLERANCE);
        assertThat(module.gradient(name))
            .as(name)
            .isNotEqualTo(new float[module.gradient(name).length]);
      }
    }
  }

  @Test
  void trainingAndServingGiveTheSameBits() {
    int d = 32;
    RandomBatch random = new RandomBatch(200, d, 4, lengths(3), 9, 3);
    Map<String, float[]> weights = weights(d, 3);
    float[] ifEmpty = RandomBatch.normal(new Random(4), d, 0.3f);
    MemoryWeights named = MemoryWeights.of(d, name -> weights.get(name));
    float[] trained = random.forward(new MemoryTraining(named, ifEmpty));
    MemorySequence served = new MemorySequence(named, ifEmpty);
    float[] l = new float[d];
    // Users come in another order and targets one at a time.
    for (int g = random.batch.groups() - 1; g >= 0; g--) {
      int length = random.batch.historyLength(g);
      served.history(
          random.table, random.batch.histories(), random.batch.historyStart()[g], length, 0);
      for (int s = random.batch.sampleStart()[g]; s < random.batch.sampleStart()[g + 1]; s++) {
        served.attend(random.table, random.batch.targets(), s, 1, l, 0, d);
        assertThat(l).isEqualTo(Arrays.copyOfRange(trained, s * d, (s + 1) * d));
      }
      assertThat(served.weights(random.table, 0, new float[length])).isFalse();
    }
  }

  @Test
  void keepingStepsChangesNoBitAndOrderMatters() {
    int d = 32;
    RandomBatch random = new RandomBatch(200, d, 4, new int[] {150}, 1, 8);
    Map<String, float[]> weights = weights(d, 8);
    InterestMemory memory = new InterestMemory(MemoryWeights.of(d, name -> weights.get(name)));
    int[] history = random.batch.histories().clone();
    memory.run(random.table, history, 0, 150, false);
    float[] vectors = memory.vectors().clone();
    memory.run(random.table, history, 0, 150, true);
    assertThat(memory.vectors()).isEqualTo(vectors);
    assertThat(memory.imbalance()).isBetween(0f, 0.75f);
    int first = history[0];
    history[0] = history[149];
    history[149] = first;
    memory.run(random.table, history, 0, 150, false);
    assertThat(memory.vectors()).isNotEqualTo(vectors);
  }

  /**
   * As a model starts: 50 behaviors must leave slots that differ, and that keys tell apart. Without
   * keys of their own, whatever the slots held at the start is forgotten, and all end up the same.
   */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void slotsDifferAfterFiftyBehaviorsOfAnUntrainedModel(long seed) {
    int d = 32;
    RandomBatch random = new RandomBatch(200, d, 4, new int[] {50}, 1, seed);
    Random draw = new Random(seed);
    Map<String, float[]> weights = new HashMap<>();
    MemoryWeights.shapes(d)
        .forEach((name, shape) ->
            weights.put(
                name,
                RandomBatch.normal(draw, shape[0] * shape[1], MemoryWeights.deviation(name, d))));
    double apart = difference(random, weights);
    weights.put(MemoryWeights.SLOT_KEYS, new float[MemoryWeights.SLOTS * d]);
    assertThat(apart).isGreaterThan(0.01).isGreaterThan(10 * difference(random, weights));
  }

  /** The least distance of two slots, relative to their lengths. */
  private static double difference(RandomBatch random, Map<String, float[]> weights) {
    int d = weights.get(MemoryWeights.SLOT_KEYS).length / MemoryWeights.SLOTS;
    InterestMemory memory = new InterestMemory(MemoryWeights.of(d, name -> weights.get(name)));
    memory.run(random.table, random.batch.histories(), 0, 50, false);
    double least = Double.MAX_VALUE;
    for (int i = 0; i < MemoryWeights.SLOTS; i++) {
      for (int j = 0; j < i; j++) {
        double distance = 0;
        double lengths = 0;
        for (int c = 0; c < d; c++) {
          float a = memory.vectors()[i * d + c];
          float b = memory.vectors()[j * d + c];
          distance += (a - b) * (a - b);
          lengths += (a * a + b * b) / 2;
        }
        least = Math.min(least, Math.sqrt(distance / lengths));
      }
    }
    return least;
  }
}
