package io.encodectr.sequence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.encodectr.interest.ClusterMass;
import io.encodectr.interest.Interests;
import io.encodectr.item.ItemTable;
import io.encodectr.relevance.Relevance;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What must hold of ENCODE whatever its relevance, clustering and mass. */
class InterestVariantsTest {
  private static final int D = 32;
  private static final long SEED = Long.getLong("encode.test.seed", 20261123L);
  private static final float BETA = 20f;
  private final SplittableRandom random = new SplittableRandom(SEED);

  /** A variant with its sizes; any K and m must do. */
  record Variant(Method method, String clustering, String mass, int clusters, int m) {
    SequenceSpec spec() {
      boolean cosine = method == Method.ENCODE;
      return new SequenceSpec(
          method,
          D,
          m,
          clusters,
          15,
          BETA,
          cosine ? Relevance.cosine(BETA) : Relevance.dot(D),
          clustering,
          mass,
          50,
          99);
    }

    InterestSequence sequence() {
      return new InterestSequence(spec(), weights()::get);
    }

    /** Some numbers for what is learned. */
    Map<String, float[]> weights() {
      Map<String, float[]> weights = new HashMap<>();
      weights.put(Method.DEFAULT, new float[D]);
      SplittableRandom fixed = new SplittableRandom(5);
      for (MethodTensor tensor : method.tensors(spec())) {
        float[] values = new float[tensor.columns()];
        for (int i = 0; i < values.length; i++) {
          values[i] = (float) fixed.nextGaussian();
        }
        weights.put(tensor.name(), values);
      }
      return weights;
    }

    Variant with(int newClusters) {
      return new Variant(method, clustering, mass, newClusters, m);
    }

    Variant withMass(String newMass) {
      return new Variant(method, clustering, newMass, clusters, m);
    }

    AttentionSequence full() {
      return new AttentionSequence(spec().relevance(), new float[D]);
    }
  }

  static Stream<Variant> timeless() {
    return variants().filter(variant -> !variant.mass().equals("learned"));
  }

  static Stream<Variant> variants() {
    int[][] sizes = {{30, 4}, {1, 2}, {100, 16}, {7, 3}, {50, 10}};
    int[] next = {0};
    return Stream.of(Method.ENCODE, Method.ENCODE_MINUS)
        .flatMap(method ->
            Stream.of("kmeans", "random", "routing", "agglomerative")
                .flatMap(clustering ->
                    Stream.of("none", "count", "log-sum-exp", "learned")
                        .map(mass -> {
                          int[] size = sizes[next[0]++ % sizes.length];
                          return new Variant(method, clustering, mass, size[0], size[1]);
                        })));
  }

  @ParameterizedTest
  @MethodSource("timeless")
  void orderOfHistoryDoesNotChangeABit(Variant variant) {
    ItemTable items = table(900, variant.m());
    for (int length : new int[] {2, 40, 257, 1200}) {
      int[] history = random.ints(length, 0, 900).toArray();
      int[] shuffled = history.clone();
      for (int i = length - 1; i > 0; i--) {
        int j = random.nextInt(i + 1);
        int swap = shuffled[i];
        shuffled[i] = shuffled[j];
        shuffled[j] = swap;
      }
      int[] targets = {1, 2, 3};
      assertThat(attend(variant.sequence(), items, shuffled, targets))
          .as("%s, %d behaviors, seed %d", variant, length, SEED)
          .isEqualTo(attend(variant.sequence(), items, history, targets));
    }
  }

  /** A batch numbers items in its own way, in the same order. */
  @ParameterizedTest
  @MethodSource("variants")
  void aBatchesOwnNumbersDoNotChangeABit(Variant variant) {
    ItemTable items = table(900, variant.m());
    int[] history = random.ints(300, 0, 900).toArray();
    int[] present =
        IntStream.concat(Arrays.stream(history), IntStream.of(5)).sorted().distinct().toArray();
    ItemTable batch = new ItemTable(present.length + 3, D, variant.m());
    batch.numbers(present);
    for (int i = 0; i < present.length; i++) {
      System.arraycopy(items.embeddings(), present[i] * D, batch.embeddings(), i * D, D);
    }
    batch.tabulate(projection(variant.m()), 0, present.length);
    int[] renumbered = Arrays.stream(history).map(i -> Arrays.binarySearch(present, i)).toArray();
    assertThat(
            attend(
                variant.sequence(), batch, renumbered, new int[] {Arrays.binarySearch(present, 5)}))
        .isEqualTo(attend(variant.sequence(), items, history, new int[] {5}));
  }

  @ParameterizedTest
  @MethodSource("timeless")
  void asManyClustersAsItemsIsFullAttentionWithoutRepeatsOrWithMasses(Variant variant) {
    ItemTable items = table(900, variant.m());
    int[] targets = random.ints(13, 0, 900).toArray();
    for (int distinct : new int[] {1, 2, 9, 40}) {
      Variant wide = variant.with(distinct + random.nextInt(3));
      int[] history = random.ints(0, 900).distinct().limit(distinct).toArray();
      float[] full = attend(wide.full(), items, history, targets);
      assertClose(attend(wide.sequence(), items, history, targets), full, wide);

      int[] repeated = new int[5 * distinct];
      for (int i = 0; i < repeated.length; i++) {
        repeated[i] = history[random.nextInt(distinct)];
      }
      InterestSequence sequence = wide.sequence();
      float[] encode = attend(sequence, items, repeated, targets);
      assertThat(sequence.interests().count())
          .isEqualTo((int) Arrays.stream(repeated).distinct().count());
      full = attend(wide.full(), items, repeated, targets);
      if (!variant.mass().equals("none")) {
        assertClose(encode, full, wide);
      } else if (distinct > 2) {
        double difference = 0;
        for (int i = 0; i < full.length; i++) {
          difference = Math.max(difference, Math.abs(full[i] - encode[i]));
        }
        assertThat(difference).as("what repeats weigh in full attention").isGreaterThan(1e-3);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("variants")
  void oneClusterIgnoresTheTarget(Variant variant) {
    ItemTable items = table(300, variant.m());
    int[] history = random.ints(200, 0, 300).toArray();
    float[] out = attend(variant.with(1).sequence(), items, history, new int[] {3, 70, 299});
    assertThat(Arrays.copyOfRange(out, D, 2 * D)).isEqualTo(Arrays.copyOf(out, D));
    assertThat(Arrays.copyOfRange(out, 2 * D, 3 * D)).isEqualTo(Arrays.copyOf(out, D));
  }

  @ParameterizedTest
  @MethodSource("variants")
  void everyBehaviorIsInOneClusterAndZeroVectorsInNone(Variant variant) {
    ItemTable items = table(400, variant.m());
    for (int i = 0; i < 20; i++) {
      Arrays.fill(items.embeddings(), 7 * i * D, (7 * i + 1) * D, 0f);
    }
    items.tabulate(projection(variant.m()), 0, 400);
    for (int length : new int[] {1, 31, 101, 700}) {
      int[] history = random.ints(length, 0, 400).toArray();
      long directed = Arrays.stream(history).filter(i -> items.inverseLowNorms()[i] != 0f).count();
      InterestSequence sequence = variant.sequence();
      float[] out = attend(sequence, items, history, new int[] {0, 1, 2});
      int count = sequence.interests().count();
      assertThat(sequence.extractor().size()).isEqualTo((int) directed);
      assertThat(count).isLessThanOrEqualTo(Math.min(variant.clusters(), (int) directed));
      assertThat(Arrays.stream(sequence.interests().masses(), 0, count).sum())
          .isEqualTo((int) directed);
      double[] sums = new double[count];
      for (int i = 0; i < directed; i++) {
        assertThat(items.inverseLowNorms()[sequence.extractor().rows()[i]]).isNotZero();
        sums[sequence.extractor().clusters()[i]] += sequence.extractor().weights()[i];
      }
      for (int k = 0; k < count; k++) {
        assertThat(sums[k]).isCloseTo(1, within(1e-5));
        if (ClusterMass.named(variant.mass()).hasStatistic()) {
          double most =
              switch (variant.mass()) {
                case "spread" -> 1;
                case "learned" -> Float.MAX_VALUE;
                default -> sequence.interests().masses()[k];
              };
          assertThat((double) sequence.interests().massStatistics()[k])
              .isPositive()
              .isLessThan(most * (1 + 1e-5));
        }
      }
      for (float value : out) {
        assertThat(value).isFinite();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("variants")
  void oddEmbeddingsGiveNoNaN(Variant variant) {
    for (float size : new float[] {1e-9f, 1f, 1e5f}) {
      ItemTable items = table(300, variant.m());
      for (int i = 0; i < 300; i++) {
        for (int c = 0; c < D; c++) {
          // Two opposite directions, one of them in many copies, in all sizes.
          items.embeddings()[i * D + c] = size * (i % 5 == 0 ? -1 : 1) * (1 + c) * (1 + i % 3);
        }
      }
      items.tabulate(projection(variant.m()), 0, 300);
      int[] history = random.ints(500, 0, 300).toArray();
      InterestSequence sequence = variant.sequence();
      float[] out = attend(sequence, items, history, new int[] {0, 7, 150});
      for (float value : out) {
        assertThat(value).as("%s, embeddings of size %s", variant, size).isFinite();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("variants")
  void weightsOfBehaviorsMakeTheOutput(Variant variant) {
    ItemTable items = table(400, variant.m());
    int[] history = random.ints(350, 0, 400).toArray();
    InterestSequence sequence = variant.sequence();
    float[] out = attend(sequence, items, history, new int[] {9});
    float[] weights = new float[350];
    assertThat(sequence.weights(items, 9, weights)).isTrue();
    int[] sorted = history.clone();
    Arrays.sort(sorted);
    double[] sum = new double[D];
    double total = 0;
    for (int i = 0; i < 350; i++) {
      total += weights[i];
      for (int c = 0; c < D; c++) {
        sum[c] += (double) weights[i] * items.embeddings()[sorted[i] * D + c];
      }
    }
    assertThat(total).isCloseTo(1, within(1e-5));
    for (int c = 0; c < D; c++) {
      assertThat((double) out[c]).isCloseTo(sum[c], within(1e-5));
    }
  }

  /** Weights inside clusters and mass statistics, from raw h in double precision. */
  @ParameterizedTest
  @ValueSource(strings = {"cosine", "dot"})
  void weightsInsideClustersAreSoftmaxOfRelevanceToTheCenter(String relevance) {
    boolean cosine = relevance.equals("cosine");
    Variant variant =
        new Variant(cosine ? Method.ENCODE : Method.ENCODE_MINUS, "random", "log-sum-exp", 6, 4);
    ItemTable items = table(200, 4);
    int[] history = random.ints(120, 0, 200).toArray();
    InterestSequence sequence = variant.sequence();
    sequence.history(items, history, 0, 120, 3);
    int[] rows = sequence.extractor().rows();
    int[] clusters = sequence.extractor().clusters();
    int count = sequence.interests().count();
    double[][] h = new double[120][4];
    double[][] centers = new double[count][4];
    for (int i = 0; i < 120; i++) {
      double norm = 0;
      for (int j = 0; j < 4; j++) {
        for (int c = 0; c < D; c++) {
          h[i][j] += (double) items.embeddings()[rows[i] * D + c] * projection(4)[c * 4 + j];
        }
        norm += h[i][j] * h[i][j];
      }
      for (int j = 0; j < 4; j++) {
        centers[clusters[i]][j] += h[i][j] / Math.sqrt(norm);
        h[i][j] /= cosine ? Math.sqrt(norm) : 1;
      }
    }
    double[] logits = new double[120];
    double[] largest = new double[count];
    Arrays.fill(largest, Double.NEGATIVE_INFINITY);
    for (int i = 0; i < 120; i++) {
      double[] center = centers[clusters[i]];
      double norm = Math.sqrt(Arrays.stream(center).map(x -> x * x).sum());
      for (int j = 0; j < 4; j++) {
        logits[i] += (cosine ? BETA : 1 / Math.sqrt(4)) * h[i][j] * center[j] / norm;
      }
      largest[clusters[i]] = Math.max(largest[clusters[i]], logits[i]);
    }
    double[] totals = new double[count];
    for (int i = 0; i < 120; i++) {
      totals[clusters[i]] += Math.exp(logits[i] - (cosine ? BETA : largest[clusters[i]]));
    }
    for (int k = 0; k < count; k++) {
      assertThat((double) sequence.interests().massStatistics()[k])
          .isCloseTo(totals[k], within(1e-4 * totals[k]));
    }
    for (int i = 0; i < 120; i++) {
      double expected =
          Math.exp(logits[i] - (cosine ? BETA : largest[clusters[i]])) / totals[clusters[i]];
      assertThat((double) sequence.extractor().weights()[i])
          .isCloseTo(expected, within(1e-4 * expected + 1e-9));
    }
  }

  /** R_k, and the logits that follow from it, in double precision. */
  @Test
  void spreadIsTheLengthOfTheMeanDirection() {
    Variant variant = new Variant(Method.ENCODE, "kmeans", "spread", 12, 4);
    ItemTable items = table(300, 4);
    int[] history = random.ints(250, 0, 300).toArray();
    InterestSequence sequence = variant.sequence();
    float[] weights = new float[250];
    sequence.history(items, history, 0, 250, 3);
    sequence.weights(items, 9, weights);
    Interests interests = sequence.interests();
    double[] logits = new double[interests.count()];
    for (int k = 0; k < interests.count(); k++) {
      double[] mean = new double[D];
      int n = 0;
      for (int i = 0; i < 250; i++) {
        if (sequence.extractor().clusters()[i] == k) {
          double[] s = row(items.embeddings(), sequence.extractor().rows()[i]);
          double norm = Math.sqrt(dot(s, s));
          for (int c = 0; c < D; c++) {
            mean[c] += s[c] / norm;
          }
          n++;
        }
      }
      double length = Math.sqrt(dot(mean, mean)) / n;
      assertThat((double) interests.massStatistics()[k]).isCloseTo(length, within(1e-5));
      assertThat(length).isLessThan(1);
      double[] u = row(interests.vectors(), k);
      double[] x = row(items.embeddings(), 9);
      double cos = dot(u, x) / Math.sqrt(dot(u, u) * dot(x, x));
      logits[k] = BETA * length * cos + Math.log(n) + BETA * BETA / 2 * (1 - length * length) / D;
    }
    double total = Arrays.stream(logits).map(Math::exp).sum();
    for (int k = 0; k < logits.length; k++) {
      assertThat((double) sequence.attention().weights()[k])
          .isCloseTo(Math.exp(logits[k]) / total, within(1e-5));
    }
  }

  private static double[] row(float[] table, int row) {
    double[] x = new double[D];
    Arrays.setAll(x, c -> table[row * D + c]);
    return x;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int c = 0; c < D; c++) {
      sum += a[c] * b[c];
    }
    return sum;
  }

  @Test
  void storedMassesScoreLikeFreshOnes() {
    variants()
        .forEach(variant -> {
          ItemTable items = table(400, variant.m());
          int[] history = random.ints(300, 0, 400).toArray();
          int[] targets = {0, 5, 399};
          InterestSequence fresh = variant.sequence();
          float[] expected = attend(fresh, items, history, targets);
          Interests found = fresh.interests();
          Interests stored = new Interests(variant.clusters(), D);
          System.arraycopy(found.vectors(), 0, stored.vectors(), 0, found.count() * D);
          System.arraycopy(found.masses(), 0, stored.masses(), 0, found.count());
          System.arraycopy(found.massStatistics(), 0, stored.massStatistics(), 0, found.count());
          stored.complete(found.count());
          InterestSequence later = variant.sequence();
          later.interests(stored);
          float[] out = new float[targets.length * D];
          later.attend(items, targets, 0, targets.length, out, 0, D);
          assertThat(out).as(variant.toString()).isEqualTo(expected);
        });
  }

  @Test
  void massesMatter() {
    Variant variant = new Variant(Method.ENCODE, "kmeans", "none", 10, 4);
    ItemTable items = table(400, 4);
    int[] history = random.ints(300, 0, 400).toArray();
    float[] none = attend(variant.sequence(), items, history, new int[] {5});
    float[] count = attend(variant.withMass("count").sequence(), items, history, new int[] {5});
    float[] sums =
        attend(variant.withMass("log-sum-exp").sequence(), items, history, new int[] {5});
    float[] spread = attend(variant.withMass("spread").sequence(), items, history, new int[] {5});
    assertThat(none).isNotEqualTo(count).isNotEqualTo(sums).isNotEqualTo(spread);
    assertThat(count).isNotEqualTo(sums).isNotEqualTo(spread);
    assertThat(sums).isNotEqualTo(spread);
  }

  private static float[] attend(
      LongSequence sequence, ItemTable items, int[] history, int[] targets) {
    sequence.history(items, history, 0, history.length, 42);
    float[] out = new float[targets.length * D];
    sequence.attend(items, targets, 0, targets.length, out, 0, D);
    return out;
  }

  private static void assertClose(float[] actual, float[] expected, Variant variant) {
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i])
          .as("%s at %d, seed %d", variant, i, SEED)
          .isCloseTo(expected[i], within(1e-5f));
    }
  }

  private ItemTable table(int rows, int m) {
    ItemTable table = new ItemTable(rows, D, m);
    for (int i = 0; i < table.embeddings().length; i++) {
      table.embeddings()[i] = (float) (random.nextDouble() - 0.5);
    }
    table.tabulate(projection(m), 0, rows);
    return table;
  }

  private static float[] projection(int m) {
    SplittableRandom fixed = new SplittableRandom(7);
    float[] w = new float[D * m];
    for (int i = 0; i < w.length; i++) {
      w[i] = (float) fixed.nextGaussian();
    }
    return w;
  }
}
