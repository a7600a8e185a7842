package io.encodectr.sequence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.encodectr.interest.PriorWeights;
import io.encodectr.item.ItemTable;
import io.encodectr.model.ModelSpec;
import io.encodectr.relevance.Relevance;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What mass that is learned does, whatever was learned. Values in general are held by autograd. */
class LearnedMassTest {
  private static final int D = 32;
  private static final int M = 4;
  private static final float BETA = 20f;
  private static final long SEED = Long.getLong("encode.test.seed", 20261123L);
  private static final int[] TARGETS = {0, 5, 399};
  private final SplittableRandom random = new SplittableRandom(SEED);
  private final ItemTable items = table();
  private final PriorWeights learned = new PriorWeights(new float[16], new float[16], new float[1]);

  private static SequenceSpec spec(Method method, String clustering, String mass, int clusters) {
    boolean cosine = method == Method.ENCODE;
    Relevance relevance = cosine ? Relevance.cosine(BETA) : Relevance.dot(D);
    return new SequenceSpec(method, D, M, clusters, 15, BETA, relevance, clustering, mass, 50, 99);
  }

  private InterestSequence sequence(SequenceSpec spec) {
    return new InterestSequence(
        spec,
        Map.of(
                Method.DEFAULT,
                new float[D],
                "mass.count",
                learned.count(),
                "mass.recency",
                learned.recency(),
                "mass.exponent",
                learned.exponent())
            ::get);
  }

  private float[] attend(SequenceSpec spec, int[] history) {
    InterestSequence sequence = sequence(spec);
    sequence.history(items, history, 0, history.length, 42);
    float[] out = new float[TARGETS.length * D];
    sequence.attend(items, TARGETS, 0, TARGETS.length, out, 0, D);
    return out;
  }

  private static void fill(float[] values, SplittableRandom random, double deviation) {
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (deviation * random.nextGaussian());
    }
  }

  private void learn(double deviation) {
    fill(learned.count(), random, deviation);
    fill(learned.recency(), random, deviation);
    fill(learned.exponent(), random, deviation);
  }

  @ParameterizedTest
  @EnumSource(names = {"ENCODE", "ENCODE_MINUS"})
  void zerosAreTheBitsOfNoMass(Method method) {
    for (String clustering : ModelSpec.CLUSTERINGS) {
      for (int length : new int[] {1, 2, 30, 300, 1200}) {
        int[] history = random.ints(length, 0, 400).toArray();
        assertThat(attend(spec(method, clustering, "learned", 12), history))
            .as("%s, %d behaviors, seed %d", clustering, length, SEED)
            .isEqualTo(attend(spec(method, clustering, "none", 12), history));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"ENCODE", "ENCODE_MINUS"})
  void withoutPriorExponentOneIsCount(Method method) {
    learned.exponent()[0] = 1;
    for (int length : new int[] {1, 30, 300, 1200}) {
      int[] history = random.ints(length, 0, 400).toArray();
      assertClose(
          attend(spec(method, "kmeans", "learned", 12), history),
          attend(spec(method, "kmeans", "count", 12), history),
          1e-6);
    }
  }

  /** softmax_i(β·cos(s_i, x) + b_i) over all behaviors, repeats included. */
  @Test
  void asManyClustersAsItemsIsFullAttentionWithThePrior() {
    learn(1);
    learned.exponent()[0] = 1;
    for (int length : new int[] {1, 2, 90}) {
      int[] history = random.ints(length, 0, 30).toArray();
      double[] bias = new double[length];
      for (int i = 0; i < length; i++) {
        int item = history[i];
        long clicks = Arrays.stream(history).filter(row -> row == item).count();
        bias[i] = learned.count()[log2(clicks)] + learned.recency()[log2(length - i)];
      }
      float[] expected = new float[TARGETS.length * D];
      for (int t = 0; t < TARGETS.length; t++) {
        double[] sum = new double[D];
        double total = 0;
        for (int i = 0; i < length; i++) {
          double weight = Math.exp(BETA * cosine(history[i], TARGETS[t]) + bias[i]);
          total += weight;
          for (int c = 0; c < D; c++) {
            sum[c] += weight * items.embeddings()[history[i] * D + c];
          }
        }
        for (int c = 0; c < D; c++) {
          expected[t * D + c] = (float) (sum[c] / total);
        }
      }
      assertClose(attend(spec(Method.ENCODE, "kmeans", "learned", 30), history), expected, 1e-5);
    }
  }

  @Test
  void aBoostedNewestBehaviorDrawsItsClusterTowardsIt() {
    int[] history = random.ints(1, 400).distinct().limit(200).toArray();
    SequenceSpec spec = spec(Method.ENCODE, "kmeans", "learned", 12);
    InterestSequence before = sequence(spec);
    before.history(items, history, 0, 200, 42);
    learned.recency()[0] = 2;
    InterestSequence after = sequence(spec);
    after.history(items, history, 0, 200, 42);
    int[] rows = after.extractor().rows();
    int[] cluster = after.extractor().clusters();
    int newest = Arrays.binarySearch(rows, 0, 200, history[199]);
    double was = before.extractor().weights()[newest];
    double factor = 1 / (1 + was * Math.expm1(2));
    for (int i = 0; i < 200; i++) {
      double expected = before.extractor().weights()[i];
      if (cluster[i] == cluster[newest]) {
        expected *= i == newest ? Math.exp(2) * factor : factor;
      }
      assertThat((double) after.extractor().weights()[i]).isCloseTo(expected, within(1e-5));
    }
    for (int k = 0; k < after.interests().count(); k++) {
      double boost = k == cluster[newest] ? Math.expm1(2) / after.interests().masses()[k] : 0;
      assertThat((double) after.interests().massStatistics()[k]).isCloseTo(1 + boost, within(1e-5));
    }
  }

  /** Recency counts behaviors that have no direction, and moves when the order does. */
  @Test
  void recencyIsThatOfTheWholeHistory() {
    Arrays.fill(items.embeddings(), 0, D, 0f);
    items.tabulate(projection(), 0, 1);
    SequenceSpec spec = spec(Method.ENCODE, "kmeans", "learned", 1);
    learned.recency()[0] = 1;
    assertThat(inner(spec, 7, 9, 0)).isCloseTo(0.5, within(1e-6));
    assertThat(inner(spec, 0, 7, 9)).isCloseTo(1 / (1 + Math.E), within(1e-6));
    assertThat(inner(spec, 0, 9, 7)).isCloseTo(Math.E / (1 + Math.E), within(1e-6));
  }

  /** What item 7 weighs beside item 9 when similarities play no part. */
  private double inner(SequenceSpec spec, int... history) {
    InterestSequence sequence = sequence(spec);
    System.arraycopy(items.embeddings(), 7 * D, items.embeddings(), 9 * D, D);
    items.tabulate(projection(), 9, 10);
    sequence.history(items, history, 0, history.length, 42);
    assertThat(Arrays.copyOf(sequence.extractor().rows(), 2)).containsExactly(7, 9);
    return sequence.extractor().weights()[0];
  }

  @ParameterizedTest
  @ValueSource(doubles = {50, 1000, 1e30})
  void largeNumbersStayFinite(double deviation) {
    learn(deviation);
    for (Method method : new Method[] {Method.ENCODE, Method.ENCODE_MINUS}) {
      InterestSequence sequence = sequence(spec(method, "kmeans", "learned", 12));
      int[] history = random.ints(500, 0, 400).toArray();
      sequence.history(items, history, 0, 500, 42);
      float[] weights = new float[500];
      sequence.weights(items, 5, weights);
      double sum = 0;
      for (float weight : weights) {
        sum += weight;
      }
      assertThat(sum).as("%s, seed %d", method, SEED).isCloseTo(1, within(1e-5));
      for (int k = 0; k < sequence.interests().count(); k++) {
        assertThat(sequence.interests().massStatistics()[k]).isPositive().isFinite();
      }
    }
  }

  @Test
  void onlyModelsThatLearnItHaveItsTensors() {
    for (Method method : Method.values()) {
      for (String mass : ModelSpec.MASSES) {
        boolean has = method.clusters() && mass.equals("learned");
        assertThat(method.tensors(spec(method, "kmeans", mass, 12)))
            .as("%s, %s", method, mass)
            .filteredOn(tensor -> tensor.name().startsWith("mass."))
            .hasSize(has ? 3 : 0)
            .allSatisfy(tensor -> assertThat(tensor.deviation() + tensor.diagonal()).isZero());
      }
    }
  }

  private double cosine(int a, int b) {
    double product = 0;
    double ofA = 0;
    double ofB = 0;
    for (int c = 0; c < D; c++) {
      double x = items.embeddings()[a * D + c];
      double y = items.embeddings()[b * D + c];
      product += x * y;
      ofA += x * x;
      ofB += y * y;
    }
    return product / Math.sqrt(ofA * ofB);
  }

  private static int log2(long n) {
    return 63 - Long.numberOfLeadingZeros(n);
  }

  private static void assertClose(float[] actual, float[] expected, double tolerance) {
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) actual[i])
          .as("at %d, seed %d", i, SEED)
          .isCloseTo(expected[i], within(tolerance));
    }
  }

  private ItemTable table() {
    ItemTable table = new ItemTable(400, D, M);
    for (int i = 0; i < table.embeddings().length; i++) {
      table.embeddings()[i] = (float) (random.nextDouble() - 0.5);
    }
    table.tabulate(projection(), 0, 400);
    return table;
  }

  private static float[] projection() {
    SplittableRandom fixed = new SplittableRandom(7);
    float[] w = new float[D * M];
    for (int i = 0; i < w.length; i++) {
      w[i] = (float) fixed.nextGaussian();
    }
    return w;
  }
}
