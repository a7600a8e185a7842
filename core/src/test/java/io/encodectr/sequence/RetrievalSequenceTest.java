package io.encodectr.sequence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.encodectr.item.ItemCategories;
import io.encodectr.item.ItemTable;
import io.encodectr.relevance.Relevance;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What must hold of retrieval methods and of SDIM whatever the weights. */
class RetrievalSequenceTest {
  private static final int D = 32;
  private static final int M = 4;
  private static final int ITEMS = 1000;
  private static final Relevance RELEVANCE = Relevance.cosine(20f);
  private static final int K = 50;
  private static final long SEED = Long.getLong("encode.test.seed", 20261123L);
  private final SplittableRandom random = new SplittableRandom(SEED);
  private final float[] empty = vector();
  private final ItemTable items = table();
  private final int[] targets = random.ints(9, 0, ITEMS).toArray();

  @ParameterizedTest
  @EnumSource(names = {"SIM_HARD", "ETA", "ETA_ENCODE", "ETA_TA"})
  void upToKBehaviorsItIsFullTargetAttention(Method method) {
    oneCategory();
    for (int length : new int[] {1, 2, 7, 8, 9, 49, 50}) {
      int[] history = random.ints(length, 0, ITEMS).toArray();
      LongSequence full = new AttentionSequence(RELEVANCE, empty);
      assertClose(attend(sequence(method), history), attend(full, history));
      float[] weights = new float[length];
      float[] expected = new float[length];
      LongSequence retrieving = sequence(method);
      retrieving.history(items, history, 0, length, 42);
      full.history(items, history, 0, length, 42);
      assertThat(retrieving.weights(items, targets[0], weights)).isTrue();
      full.weights(items, targets[0], expected);
      assertClose(weights, expected);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"SIM_HARD", "ETA", "ETA_ENCODE", "ETA_TA", "SDIM"})
  void orderDoesNotChangeABitWhereAllFit(Method method) {
    for (int length : new int[] {2, 9, 50}) {
      int[] history = random.ints(length, 0, ITEMS).toArray();
      assertThat(attend(sequence(method), shuffled(history)))
          .as("length %d, seed %d", length, SEED)
          .isEqualTo(attend(sequence(method), history));
    }
  }

  /** Different items all, so that scores of floats are never equal. */
  @ParameterizedTest
  @EnumSource(names = {"ETA_ENCODE", "ETA_TA", "SDIM"})
  void orderDoesNotChangeABitWithoutTies(Method method) {
    int[] history = random.ints(0, ITEMS).distinct().limit(600).toArray();
    assertThat(attend(sequence(method), shuffled(history)))
        .as("seed %d", SEED)
        .isEqualTo(attend(sequence(method), history));
  }

  /** Where all are equally relevant, the latest 50 are what is read. */
  @ParameterizedTest
  @EnumSource(names = {"SIM_HARD", "ETA", "ETA_ENCODE", "ETA_TA"})
  void tiesGoToTheMoreRecent(Method method) {
    oneCategory();
    int[] history = random.ints(300, 0, ITEMS).toArray();
    // One direction and one norm make every score equal; a part that scores don't see tells items
    // apart only in their row.
    float[] e = items.embeddings();
    for (int i = 1; i < ITEMS; i++) {
      System.arraycopy(e, 0, e, i * D, D);
    }
    tabulate(items);
    LongSequence sequence = sequence(method);
    sequence.history(items, history, 0, history.length, 42);
    float[] weights = new float[history.length];
    assertThat(sequence.weights(items, 3, weights)).isTrue();
    Integer[] byPosition = IntStream.range(0, 300).boxed().toArray(Integer[]::new);
    Arrays.sort(
        byPosition, (a, b) -> history[a] == history[b] ? a.compareTo(b) : history[a] - history[b]);
    for (int p = 0; p < 300; p++) {
      float expected = byPosition[p] >= 250 ? 0.02f : 0f;
      assertThat(weights[p]).as("position %d, seed %d", p, SEED).isCloseTo(expected, within(1e-6f));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"SIM_HARD", "ETA", "ETA_ENCODE", "ETA_TA", "SDIM"})
  void targetsBesideATargetDoNotChangeABit(Method method) {
    int[] history = random.ints(400, 0, ITEMS).toArray();
    LongSequence sequence = sequence(method);
    float[] together = attend(sequence, history);
    for (int t = 0; t < targets.length; t++) {
      float[] alone = new float[D];
      sequence.attend(items, targets, t, 1, alone, 0, D);
      assertThat(alone).isEqualTo(Arrays.copyOfRange(together, t * D, (t + 1) * D));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"SIM_HARD", "ETA", "ETA_ENCODE", "ETA_TA", "SDIM"})
  void anEmptyHistoryGivesTheDefaultVector(Method method) {
    LongSequence sequence = sequence(method);
    attend(sequence, random.ints(99, 0, ITEMS).toArray());
    float[] out = attend(sequence, new int[0]);
    for (int t = 0; t < targets.length; t++) {
      assertThat(Arrays.copyOfRange(out, t * D, (t + 1) * D)).isEqualTo(empty);
    }
    assertThat(sequence.weights(items, 1, new float[0])).isFalse();
  }

  @ParameterizedTest
  @EnumSource(names = {"SIM_HARD", "ETA", "ETA_ENCODE", "ETA_TA"})
  void weightsGiveTheVector(Method method) {
    int[] history = random.ints(400, 0, ITEMS).toArray();
    LongSequence sequence = sequence(method);
    float[] out = attend(sequence, history);
    float[] weights = new float[400];
    int[] sorted = Arrays.stream(history).sorted().toArray();
    for (int t = 0; t < targets.length; t++) {
      boolean matched = sequence.weights(items, targets[t], weights);
      int read = 0;
      double[] sum = new double[D];
      for (int i = 0; i < 400; i++) {
        read += weights[i] == 0f ? 0 : 1;
        for (int c = 0; c < D; c++) {
          sum[c] += weights[i] * items.embeddings()[sorted[i] * D + c];
        }
      }
      assertThat(matched).isEqualTo(read > 0);
      assertThat(read).isLessThanOrEqualTo(K);
      for (int c = 0; c < D && matched; c++) {
        assertThat(sum[c]).isCloseTo(out[t * D + c], within(1e-5));
      }
    }
  }

  @Test
  void noMatchGivesTheDefaultVector() {
    // Item 0 has category 0, all others 1.
    int[] start = IntStream.rangeClosed(0, ITEMS).toArray();
    int[] codes = new int[ITEMS];
    Arrays.fill(codes, 1, ITEMS, 1);
    items.categories(new ItemCategories(start, codes, 2));
    LongSequence sim = sequence(Method.SIM_HARD);
    sim.history(items, new int[] {5, 6, 7}, 0, 3, 1);
    float[] out = new float[2 * D];
    sim.attend(items, new int[] {0, 8}, 0, 2, out, 0, D);
    assertThat(Arrays.copyOf(out, D)).isEqualTo(empty);
    assertThat(Arrays.copyOfRange(out, D, 2 * D)).isNotEqualTo(empty);
    float[] weights = {9f, 9f, 9f};
    assertThat(sim.weights(items, 0, weights)).isFalse();
    assertThat(sim.weights(items, 8, weights)).isTrue();
    assertThat(weights[0] + weights[1] + weights[2]).isCloseTo(1f, within(1e-6f));
  }

  @Test
  void sdimIsTheMeanOfItsBucketsAtUnitLength() {
    for (int length : new int[] {1, 2, 10, 300}) {
      int[] history = random.ints(length, 0, ITEMS).toArray();
      float[] out = attend(sequence(Method.SDIM), history);
      for (int t = 0; t < targets.length; t++) {
        double[] expected = new double[D];
        for (int g = 0; g < 16; g++) {
          double[] sum = new double[D];
          for (int row : history) {
            long difference = (items.codes()[row] ^ items.codes()[targets[t]]) >>> (3 * g);
            for (int c = 0; c < D && (difference & 7) == 0; c++) {
              sum[c] += items.embeddings()[row * D + c];
            }
          }
          double norm = Math.sqrt(Arrays.stream(sum).map(x -> x * x).sum());
          for (int c = 0; c < D && norm > 0; c++) {
            expected[c] += sum[c] / norm / 16;
          }
        }
        for (int c = 0; c < D; c++) {
          assertThat((double) out[t * D + c])
              .as("length %d, target %d, component %d, seed %d", length, t, c, SEED)
              .isCloseTo(expected[c], within(1e-5));
        }
      }
    }
  }

  @Test
  void emptyBucketsAddNothing() {
    items.codes()[1] = 0;
    items.codes()[2] = -1;
    items.codes()[3] = 7;
    LongSequence sdim = sequence(Method.SDIM);
    sdim.history(items, new int[] {1, 1}, 0, 2, 1);
    float[] out = new float[2 * D];
    sdim.attend(items, new int[] {2, 3}, 0, 2, out, 0, D);
    assertThat(Arrays.copyOf(out, D)).as("no bucket in common").containsOnly(0f);
    float norm = 0f;
    for (int c = 0; c < D; c++) {
      norm += out[D + c] * out[D + c];
    }
    assertThat(Math.sqrt(norm)).as("15 of 16 in common").isCloseTo(15 / 16.0, within(1e-5));
    float[] weights = {9f, 9f};
    assertThat(sdim.weights(items, 2, weights)).isFalse();
    assertThat(sdim.weights(items, 3, weights)).isTrue();
    assertThat(weights).containsExactly(0.5f, 0.5f);
  }

  @Test
  void sdimWeighsByCollisions() {
    items.codes()[1] = 0;
    items.codes()[2] = 0b111_000_111;
    items.codes()[3] = -1;
    LongSequence sdim = sequence(Method.SDIM);
    sdim.history(items, new int[] {3, 2, 1, 2}, 0, 4, 1);
    float[] weights = new float[4];
    assertThat(sdim.weights(items, 1, weights)).isTrue();
    assertThat(weights).containsExactly(16f / 44, 14f / 44, 14f / 44, 0f);
  }

  /** One behavior that is not a number spoils at most what reads it, and retrieval ends. */
  @ParameterizedTest
  @EnumSource(names = {"SIM_HARD", "ETA", "ETA_ENCODE", "ETA_TA", "SDIM"})
  void aNanIsTheLeastRelevant(Method method) {
    int[] history = random.ints(300, 10, ITEMS).toArray();
    history[299] = 3;
    Arrays.fill(items.embeddings(), 3 * D, 4 * D, Float.NaN);
    tabulate(items);
    LongSequence sequence = sequence(method);
    float[] out = attend(sequence, history);
    if (method == Method.ETA_ENCODE || method == Method.ETA_TA) {
      for (float l : out) {
        assertThat(l).isFinite();
      }
    }
    sequence.history(items, history, 0, 299, 42);
    sequence.attend(items, targets, 0, targets.length, out, 0, D);
    for (float l : out) {
      assertThat(l).as("after the history without it").isFinite();
    }
  }

  private LongSequence sequence(Method method) {
    SequenceSpec spec =
        new SequenceSpec(method, D, M, 0, 0, 20f, RELEVANCE, "kmeans", "none", K, 5);
    return method.newSequence(spec, Map.of(Method.DEFAULT, empty)::get);
  }

  private float[] attend(LongSequence sequence, int[] history) {
    sequence.history(items, history, 0, history.length, 42);
    float[] out = new float[targets.length * D];
    sequence.attend(items, targets, 0, targets.length, out, 0, D);
    return out;
  }

  private int[] shuffled(int[] history) {
    int[] shuffled = history.clone();
    for (int i = shuffled.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swap = shuffled[i];
      shuffled[i] = shuffled[j];
      shuffled[j] = swap;
    }
    return shuffled;
  }

  private static void assertClose(float[] actual, float[] expected) {
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i]).as("at %d, seed %d", i, SEED).isCloseTo(expected[i], within(1e-5f));
    }
  }

  private void oneCategory() {
    items.categories(
        new ItemCategories(IntStream.rangeClosed(0, ITEMS).toArray(), new int[ITEMS], 1));
  }

  private ItemTable table() {
    ItemTable table = new ItemTable(ITEMS, D, M, 64);
    for (int i = 0; i < table.embeddings().length; i++) {
      table.embeddings()[i] = (float) (random.nextDouble() - 0.5);
    }
    tabulate(table);
    int[] start = IntStream.rangeClosed(0, ITEMS).toArray();
    table.categories(new ItemCategories(start, random.ints(ITEMS, 0, 9).toArray(), 9));
    return table;
  }

  private static void tabulate(ItemTable table) {
    SplittableRandom fixed = new SplittableRandom(7);
    float[] projection = new float[D * M];
    float[] planes = new float[D * 64];
    for (float[] matrix : new float[][] {projection, planes}) {
      for (int i = 0; i < matrix.length; i++) {
        matrix[i] = (float) fixed.nextGaussian();
      }
    }
    table.tabulate(projection, 0, table.rows());
    table.hash(planes, 0, table.rows());
  }

  private float[] vector() {
    float[] x = new float[D];
    for (int i = 0; i < D; i++) {
      x[i] = (float) random.nextDouble();
    }
    return x;
  }
}
