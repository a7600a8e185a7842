package io.encodectr.train.sequence;

import static io.encodectr.train.sequence.Closeness.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import io.encodectr.relevance.Relevance;
import io.encodectr.sequence.Method;
import io.encodectr.sequence.MethodTensor;
import io.encodectr.sequence.SequenceSpec;
import io.encodectr.sequence.TwinSequence;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** TWIN against its formulas in LibTorch: outputs and all gradients. */
class TwinTrainingTest {
  private static final double TOLERANCE = 1e-5;
  private static final int RETRIEVED = 12;

  private static SequenceSpec spec(int d) {
    return new SequenceSpec(
        Method.TWIN, d, 0, 30, 15, 20f, Relevance.dot(d), "kmeans", "none", RETRIEVED, 1);
  }

  private static Map<String, float[]> weights(SequenceSpec spec, long seed) {
    Random random = new Random(seed);
    Map<String, float[]> weights = new LinkedHashMap<>();
    for (MethodTensor tensor : spec.method().tensors(spec)) {
      float deviation = tensor.deviation() == 0f ? 0.5f : tensor.deviation();
      weights.put(
          tensor.name(),
          RandomBatch.normal(random, tensor.rows() * tensor.columns(), 1.5f * deviation));
    }
    weights.put(Method.DEFAULT, RandomBatch.normal(random, spec.dimension(), 0.3f));
    return weights;
  }

  static IntStream seeds() {
    return IntStream.range(0, 24);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void equalsItsFormulas(int seed) {
    Random random = new Random(seed);
    int d = seed % 3 == 2 ? 16 : 32;
    int[] lengths = {0, 1, 2, RETRIEVED, RETRIEVED + 1, 9 + random.nextInt(90), 0, 8};
    int items = seed % 4 == 0 ? 3 + random.nextInt(6) : 10 + random.nextInt(200);
    RandomBatch given = new RandomBatch(items, d, 4, lengths, 1 + random.nextInt(9), seed);
    SequenceSpec spec = spec(d);
    Map<String, float[]> weights = weights(spec, seed + 50);
    TwinTraining module = new TwinTraining(spec, weights::get);
    float[] out = given.forward(module);
    ItemGradient gradient = given.backward(module);
    try (PointerScope scope = new PointerScope()) {
      Map<String, Tensor> leaves = new LinkedHashMap<>();
      for (MethodTensor tensor : spec.method().tensors(spec)) {
        leaves.put(
            tensor.name(), Twin.leaf(weights.get(tensor.name()), tensor.rows(), tensor.columns()));
      }
      Tensor table = Twin.leaf(Arrays.copyOf(given.table.embeddings(), items * d), items, d);
      Tensor ifEmpty = Twin.leaf(weights.get(Method.DEFAULT), 1, d);
      List<Tensor> outputs = new ArrayList<>();
      for (int g = 0; g < given.batch.groups(); g++) {
        int from = given.batch.sampleStart()[g];
        int count = given.batch.sampleStart()[g + 1] - from;
        if (given.batch.historyLength(g) == 0) {
          outputs.add(ifEmpty.expand(count, d));
        } else {
          int[] history =
              Arrays.copyOfRange(
                  given.batch.histories(),
                  given.batch.historyStart()[g],
                  given.batch.historyStart()[g + 1]);
          for (int t = from; t < from + count; t++) {
            Tensor target = Twin.rows(table, given.batch.targets(), t, 1);
            outputs.add(TwinFormula.attend(leaves::get, table, history, target, RETRIEVED));
          }
        }
      }
      Tensor all = torch.cat(new TensorVector(outputs.toArray(Tensor[]::new)), 0);
      all.mul(Twin.tensor(given.outGradient, given.batch.size(), d)).sum().backward();
      assertClose("output, seed " + seed, out, Twin.floats(all), TOLERANCE);
      assertClose(
          "gradient of embeddings, seed " + seed,
          Arrays.copyOf(gradient.embeddings(), items * d),
          Twin.gradient(table),
          TOLERANCE);
      assertClose(
          "gradient of the default vector",
          module.defaultGradient(),
          Twin.gradient(ifEmpty),
          TOLERANCE);
      leaves.forEach((name, leaf) ->
          assertClose(
              "gradient of " + name + ", seed " + seed,
              module.gradient(name),
              Twin.gradient(leaf),
              TOLERANCE));
    }
  }

  @Test
  void aCandidateDependsOnNoOther() {
    RandomBatch given = new RandomBatch(60, 32, 4, new int[] {80}, 9, 5);
    SequenceSpec spec = spec(32);
    Map<String, float[]> weights = weights(spec, 6);
    TwinSequence sequence = new TwinSequence(spec, weights::get);
    sequence.history(given.table, given.batch.histories(), 0, 80, 1);
    int count = given.batch.size();
    float[] together = new float[count * 32];
    sequence.attend(given.table, given.batch.targets(), 0, count, together, 0, 32);
    for (int t = 0; t < count; t++) {
      float[] alone = new float[32];
      sequence.attend(given.table, given.batch.targets(), t, 1, alone, 0, 32);
      assertThat(alone).isEqualTo(Arrays.copyOfRange(together, t * 32, (t + 1) * 32));
    }
  }

  @Test
  void weightsAddUpToOneOverWhatIsRetrieved() {
    RandomBatch given = new RandomBatch(60, 32, 4, new int[] {80}, 1, 7);
    SequenceSpec spec = spec(32);
    TwinSequence sequence = new TwinSequence(spec, weights(spec, 8)::get);
    sequence.history(given.table, given.batch.histories(), 0, 80, 1);
    float[] weights = new float[80];
    assertThat(sequence.weights(given.table, given.batch.targets()[0], weights)).isTrue();
    double sum = 0;
    int used = 0;
    for (float weight : weights) {
      sum += weight;
      used += weight > 0 ? 1 : 0;
    }
    assertThat(sum).isCloseTo(1, Offset.offset(1e-5));
    assertThat(used).isEqualTo(RETRIEVED);
  }

  /** Where time says nothing, a history weighs as it would in ascending order. */
  @Test
  void weightsComeInOrderOfItemRows() {
    RandomBatch given = new RandomBatch(60, 32, 4, new int[] {80}, 1, 7);
    SequenceSpec spec = spec(32);
    Map<String, float[]> weights = weights(spec, 8);
    Arrays.fill(weights.get("twin.recency"), 0f);
    TwinSequence sequence = new TwinSequence(spec, weights::get);
    int[] ascending = IntStream.range(5, 55).toArray();
    int[] shuffled = IntStream.range(0, 50).map(i -> 5 + 17 * i % 50).toArray();
    float[] expected = new float[50];
    float[] actual = new float[50];
    sequence.history(given.table, ascending, 0, 50, 1);
    assertThat(sequence.weights(given.table, 3, expected)).isTrue();
    sequence.history(given.table, shuffled, 0, 50, 1);
    assertThat(sequence.weights(given.table, 3, actual)).isTrue();
    assertThat(actual).containsExactly(expected, Offset.offset(1e-6f));
  }
}
