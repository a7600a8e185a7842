package io.encodectr.sequence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.encodectr.interest.Interests;
import io.encodectr.item.ItemTable;
import io.encodectr.relevance.Relevance;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What must hold of the methods whatever the weights. */
class SequencePropertiesTest {
  private static final int D = 32;
  private static final int M = 4;
  private static final long SEED = Long.getLong("encode.test.seed", 20261123L);
  private final SplittableRandom random = new SplittableRandom(SEED);
  private final Relevance cosine = Relevance.cosine(20f);
  private final float[] empty = vector();
  private final ItemTable items = table(3000);

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 8, 9, 29, 30})
  void asManyClustersAsBehaviorsIsFullTargetAttention(int length) {
    int[] history = random.ints(0, 2900).distinct().limit(length).toArray();
    int[] targets = random.ints(13, 0, 3000).toArray();
    float[] full = attend(new AttentionSequence(cosine, empty), history, targets);
    float[] encode = attend(encode(30, 15), history, targets);
    assertClose(encode, full, 1e-5f);
  }

  /** The same through KMeans and Eq. 8: more items than K, but only K directions among them. */
  @ParameterizedTest
  @ValueSource(ints = {2, 7, 29})
  void asManyClustersAsDirectionsIsFullTargetAttention(int directions) {
    ItemTable scaled = table(200);
    float[] e = scaled.embeddings();
    for (int i = 0; i < 100; i++) {
      for (int c = 0; c < D; c++) {
        e[(100 + i) * D + c] = e[i * D + c];
      }
    }
    scaled.tabulate(projection(), 0, 200);
    int[] history = new int[2 * directions];
    for (int i = 0; i < directions; i++) {
      history[2 * i] = i;
      history[2 * i + 1] = 100 + i;
    }
    int[] targets = random.ints(13, 0, 200).toArray();
    float[] full = attend(new AttentionSequence(cosine, empty), scaled, history, targets);
    InterestSequence clustered = encode(directions, 15);
    float[] encode = attend(clustered, scaled, history, targets);
    assertThat(clustered.interests().count()).isEqualTo(directions);
    assertClose(encode, full, 1e-5f);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5, 50, 333})
  void oneClusterIgnoresTheTarget(int length) {
    int[] history = random.ints(length, 0, 2900).toArray();
    float[] out = attend(encode(1, 15), history, new int[] {3, 700, 2999});
    assertThat(Arrays.copyOfRange(out, D, 2 * D)).isEqualTo(Arrays.copyOf(out, D));
    assertThat(Arrays.copyOfRange(out, 2 * D, 3 * D)).isEqualTo(Arrays.copyOf(out, D));
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 40, 64, 65, 257, 1500})
  void orderOfHistoryDoesNotChangeABit(int length) {
    int[] history = random.ints(length, 0, 2900).toArray();
    int[] shuffled = history.clone();
    for (int i = length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swap = shuffled[i];
      shuffled[i] = shuffled[j];
      shuffled[j] = swap;
    }
    int[] targets = {1, 2, 3};
    for (LongSequence s :
        new LongSequence[] {
          encode(30, 15), new AttentionSequence(cosine, empty), new AverageSequence(empty)
        }) {
      assertThat(attend(s, shuffled, targets))
          .as("%s seed %d", s.getClass().getSimpleName(), SEED)
          .isEqualTo(attend(s, history, targets));
    }
  }

  @Test
  void targetsBesideATargetDoNotChangeABit() {
    int[] history = random.ints(400, 0, 2900).toArray();
    int[] targets = random.ints(50, 0, 3000).toArray();
    for (LongSequence s :
        new LongSequence[] {
          encode(30, 15),
          new AttentionSequence(cosine, empty),
          new AttentionSequence(Relevance.dot(D), empty)
        }) {
      float[] together = attend(s, history, targets);
      for (int t = 0; t < targets.length; t++) {
        assertThat(attend(s, history, new int[] {targets[t]}))
            .isEqualTo(Arrays.copyOfRange(together, t * D, (t + 1) * D));
      }
    }
  }

  @Test
  void storedInterestsScoreLikeFreshOnes() {
    int[] history = random.ints(800, 0, 2900).toArray();
    int[] targets = random.ints(50, 0, 3000).toArray();
    InterestSequence fresh = encode(30, 15);
    float[] expected = attend(fresh, history, targets);
    Interests stored = new Interests(30, D);
    int count = fresh.interests().count();
    System.arraycopy(fresh.interests().vectors(), 0, stored.vectors(), 0, count * D);
    stored.complete(count);
    InterestSequence later = encode(30, 15);
    later.interests(stored);
    float[] out = new float[targets.length * D];
    later.attend(items, targets, 0, targets.length, out, 0, D);
    assertThat(out).isEqualTo(expected);
  }

  @Test
  void everyBehaviorBelongsToOneClusterWhoseWeightsAddUpToOne() {
    for (int length : new int[] {1, 31, 100, 1500}) {
      int[] history = random.ints(length, 0, 2900).toArray();
      InterestSequence s = encode(30, 15);
      s.history(items, history, 0, length, 5);
      int k = s.interests().count();
      assertThat(k).isBetween(1, Math.min(30, length));
      assertThat(s.extractor().size()).isEqualTo(length);
      assertThat(Arrays.stream(s.interests().masses(), 0, k).sum()).isEqualTo(length);
      double[] sums = new double[k];
      for (int i = 0; i < length; i++) {
        sums[s.extractor().clusters()[i]] += s.extractor().weights()[i];
      }
      for (double sum : sums) {
        assertThat(sum).isCloseTo(1, within(1e-5));
      }
    }
  }

  @Test
  void anEmptyHistoryGivesTheDefaultVector() {
    for (LongSequence s :
        new LongSequence[] {
          encode(30, 15), new AttentionSequence(cosine, empty), new AverageSequence(empty)
        }) {
      assertThat(attend(s, new int[0], new int[] {4})).isEqualTo(empty);
    }
  }

  @Test
  void aZeroVectorStaysOutOfClustersAndHasNoDirection() {
    ItemTable table = table(100);
    Arrays.fill(table.embeddings(), 7 * D, 8 * D, 0f);
    table.tabulate(projection(), 7, 8);
    InterestSequence s = encode(30, 15);
    s.history(table, new int[] {7, 7, 7}, 0, 3, 1);
    assertThat(s.interests().count()).isZero();
    s.history(table, new int[] {1, 7, 2}, 0, 3, 1);
    assertThat(s.extractor().size()).isEqualTo(2);
    float[] out = new float[D];
    s.attend(table, new int[] {7}, 0, 1, out, 0, D);
    for (int c = 0; c < D; c++) {
      float mean = (table.embeddings()[D + c] + table.embeddings()[2 * D + c]) / 2;
      assertThat(out[c]).isCloseTo(mean, within(1e-5f));
    }
  }

  private InterestSequence encode(int clusters, int iterations) {
    return new InterestSequence(
        new SequenceSpec(
            Method.ENCODE, D, M, clusters, iterations, 20f, cosine, "kmeans", "none", 50, 99),
        Map.of(Method.DEFAULT, empty)::get);
  }

  private float[] attend(LongSequence sequence, int[] history, int[] targets) {
    return attend(sequence, items, history, targets);
  }

  private static float[] attend(
      LongSequence sequence, ItemTable items, int[] history, int[] targets) {
    sequence.history(items, history, 0, history.length, 42);
    float[] out = new float[targets.length * D];
    sequence.attend(items, targets, 0, targets.length, out, 0, D);
    return out;
  }

  private static void assertClose(float[] actual, float[] expected, float tolerance) {
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i]).as("at %d, seed %d", i, SEED).isCloseTo(expected[i], within(tolerance));
    }
  }

  private ItemTable table(int rows) {
    ItemTable table = new ItemTable(rows, D, M);
    for (int i = 0; i < table.embeddings().length; i++) {
      table.embeddings()[i] = (float) (random.nextDouble() - 0.5);
    }
    table.tabulate(projection(), 0, rows);
    return table;
  }

  private float[] projection() {
    SplittableRandom fixed = new SplittableRandom(7);
    float[] w = new float[D * M];
    for (int i = 0; i < w.length; i++) {
      w[i] = (float) fixed.nextGaussian();
    }
    return w;
  }

  private float[] vector() {
    float[] x = new float[D];
    for (int i = 0; i < D; i++) {
      x[i] = (float) random.nextDouble();
    }
    return x;
  }
}
