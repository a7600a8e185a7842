package io.encodectr.sequence;

import static org.assertj.core.api.Assertions.assertThat;

import io.encodectr.item.ItemCategories;
import io.encodectr.item.ItemTable;
import io.encodectr.relevance.Relevance;
import java.util.Arrays;
import java.util.Comparator;
import java.util.SplittableRandom;
import java.util.function.IntPredicate;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is retrieved, against sorting everything. */
class RetrievalTest {
  private static final long SEED = Long.getLong("encode.test.seed", 20261123L);
  private static final int D = 16;
  private static final int M = 5;
  private static final int ITEMS = 400;
  private final SplittableRandom random = new SplittableRandom(SEED);
  private final ItemTable items = table();
  private final int[] lengths = {1, 2, 7, 49, 50, 51, 64, 130, 1000};

  @Test
  void anIndexKnowsEachBehaviorByPositionTimeAndItem() {
    IndexedHistory index = new IndexedHistory();
    for (int length : new int[] {1000, 0, 1, 2, 60, 300}) {
      for (int largest : new int[] {3, 400, 3_000_000}) {
        int[] history = random.ints(length + 5, 0, largest).toArray();
        index.take(history, 5, length);
        assertThat(index.size()).isEqualTo(length);
        int[] own = Arrays.copyOfRange(history, 5, 5 + length);
        int[] distinct = Arrays.stream(own).sorted().distinct().toArray();
        assertThat(Arrays.copyOf(index.items(), index.distinct())).isEqualTo(distinct);
        assertThat(Arrays.copyOf(index.rows(), length))
            .isEqualTo(Arrays.stream(own).sorted().toArray());
        assertThat(index.starts()[index.distinct()]).isEqualTo(length);
        for (int p = 0; p < length; p++) {
          int time = index.times()[p];
          assertThat(own[time]).isEqualTo(index.rows()[p]);
          assertThat(index.positions()[time]).isEqualTo(p);
          int j = index.itemAt()[time];
          assertThat(distinct[j]).isEqualTo(own[time]);
          assertThat(p).isBetween(index.starts()[j], index.starts()[j] + index.count(j) - 1);
          if (p > index.starts()[j]) {
            assertThat(time).isGreaterThan(index.times()[p - 1]);
          }
        }
      }
    }
  }

  @Test
  void theLargestScoresWinAndOfEqualOnesTheMoreRecent() {
    float[] palette = {
      0f,
      -0f,
      1f,
      -1f,
      Float.NaN,
      Float.POSITIVE_INFINITY,
      Float.NEGATIVE_INFINITY,
      1e-40f,
      -3e38f,
      Math.nextUp(1f),
      Math.nextDown(1f),
      0.5f,
      -Float.NaN
    };
    for (int few = 1; few <= palette.length; few++) {
      float[] scores = new float[ITEMS];
      for (int i = 0; i < ITEMS; i++) {
        scores[i] = palette[random.nextInt(few)];
      }
      checkLargest(scores);
    }
    float[] scores = new float[ITEMS];
    for (int i = 0; i < ITEMS; i++) {
      scores[i] = (float) (random.nextDouble() * 2 - 1);
    }
    checkLargest(scores);
    for (int i = 0; i < ITEMS; i++) {
      // All but the last bits are equal.
      scores[i] = Float.intBitsToFloat(0x3f7fff00 + random.nextInt(300));
    }
    checkLargest(scores);
  }

  private void checkLargest(float[] scores) {
    for (int k : new int[] {1, 3, 50}) {
      TopBehaviors top = new TopBehaviors(k);
      for (int length : lengths) {
        int[] history = random.ints(length, 0, ITEMS).toArray();
        IndexedHistory index = new IndexedHistory();
        index.take(history, 0, length);
        float[] distinct = new float[index.distinct()];
        for (int j = 0; j < distinct.length; j++) {
          distinct[j] = scores[index.items()[j]];
        }
        int[] positions = new int[k];
        int found = top.largest(index, distinct, positions);
        // −0 counts as 0, NaN as less than anything.
        int[] expected =
            best(
                index,
                k,
                row -> true,
                row ->
                    Float.isNaN(scores[row])
                        ? Double.NEGATIVE_INFINITY
                        : Math.max(-1e300, Math.min(1e300, scores[row] + 0d)));
        assertThat(Arrays.copyOf(positions, found))
            .as("k %d, length %d, seed %d", k, length, SEED)
            .isEqualTo(expected);
        float[] each = new float[length];
        for (int t = 0; t < length; t++) {
          each[t] = scores[history[t]];
        }
        int[] times = Arrays.stream(expected).map(p -> index.times()[p]).sorted().toArray();
        assertThat(top.largest(each, length, positions)).isEqualTo(times.length);
        assertThat(Arrays.copyOf(positions, found)).isEqualTo(times);
      }
    }
  }

  @Test
  void etaRetrievesTheNearestCodes() {
    // Hashes of 8 bits out of 64 make many ties.
    items.hash(planes(8), 0, ITEMS);
    checkAgainstSorting(
        new HammingRetrieval(50),
        target -> row -> -Long.bitCount(items.codes()[row] ^ items.codes()[target]));
    items.hash(planes(64), 0, ITEMS);
    checkAgainstSorting(
        new HammingRetrieval(7),
        target -> row -> -Long.bitCount(items.codes()[row] ^ items.codes()[target]));
  }

  @Test
  void etaEncodeRetrievesTheNearestProjections() {
    checkAgainstSorting(
        new ProjectionRetrieval(Relevance.cosine(20f), 50),
        target -> row -> (float) dot(items.low(), row * M, target * M, M));
  }

  @Test
  void etaTaRetrievesWhatAttentionWeighsMost() {
    checkAgainstSorting(
        new EmbeddingRetrieval(Relevance.dot(D), 50),
        target -> row -> (float) dot(items.embeddings(), row * D, target * D, D));
    checkAgainstSorting(
        new EmbeddingRetrieval(Relevance.cosine(20f), 9),
        target ->
            row ->
                (float)
                    (dot(items.embeddings(), row * D, target * D, D)
                        * items.inverseNorms()[row]
                        * items.inverseNorms()[target]));
  }

  private interface Scores {
    IntToDoubleFunction of(int target);
  }

  /** Scores are rounded so far that two roundings of one number are a tie in both. */
  private void checkAgainstSorting(Retrieval retrieval, Scores scores) {
    int[] positions = new int[retrieval.limit()];
    for (int length : lengths) {
      int[] history = random.ints(length, 0, ITEMS).toArray();
      IndexedHistory index = new IndexedHistory();
      index.take(history, 0, length);
      retrieval.history(items, index);
      for (int target : new int[] {0, 1, 2, 17, 399}) {
        int found = retrieval.retrieve(items, target, positions);
        IntToDoubleFunction score = scores.of(target);
        int[] expected =
            best(
                index,
                retrieval.limit(),
                row -> true,
                row -> Math.rint(score.applyAsDouble(row) * 1e6) / 1e6);
        assertThat(Arrays.copyOf(positions, found))
            .as("length %d, target %d, seed %d", length, target, SEED)
            .isEqualTo(expected);
      }
    }
  }

  @Test
  void simRetrievesTheMostRecentThatShareACategory() {
    for (int vocabulary : new int[] {1, 3, 40, 1000}) {
      items.categories(categories(vocabulary));
      ItemCategories own = items.categories();
      for (int k : new int[] {1, 5, 50}) {
        CategoryRetrieval retrieval = new CategoryRetrieval(k);
        int[] positions = new int[k];
        for (int length : lengths) {
          int[] history = random.ints(length, 0, ITEMS).toArray();
          IndexedHistory index = new IndexedHistory();
          index.take(history, 0, length);
          retrieval.history(items, index);
          for (int target = 0; target < 20; target++) {
            int x = target;
            int[] codes = codes(own, x);
            IntPredicate shares =
                row ->
                    codes.length == 0
                        ? row == x
                        : Arrays.stream(codes(own, row))
                            .anyMatch(c -> Arrays.stream(codes).anyMatch(t -> t == c));
            int found = retrieval.retrieve(items, x, positions);
            assertThat(Arrays.copyOf(positions, found))
                .as("k %d, length %d, target %d, seed %d", k, length, x, SEED)
                .isEqualTo(best(index, k, shares, row -> 0));
          }
        }
      }
    }
    items.categories(ItemCategories.NONE);
  }

  @Test
  void withoutCategoriesSimRetrievesTheItemItself() {
    CategoryRetrieval retrieval = new CategoryRetrieval(3);
    IndexedHistory index = new IndexedHistory();
    index.take(new int[] {9, 4, 9, 9, 1, 9}, 0, 6);
    retrieval.history(items, index);
    int[] positions = new int[3];
    assertThat(retrieval.retrieve(items, 5, positions)).isZero();
    assertThat(retrieval.retrieve(items, 4, positions)).isEqualTo(1);
    assertThat(positions[0]).isEqualTo(1);
    assertThat(retrieval.retrieve(items, 9, positions)).isEqualTo(3);
    assertThat(positions).containsExactly(3, 4, 5);
  }

  /** Positions of the k best behaviors by score, then time, ascending. */
  private static int[] best(
      IndexedHistory index, int k, IntPredicate eligible, IntToDoubleFunction score) {
    return IntStream.range(0, index.size())
        .filter(p -> eligible.test(index.rows()[p]))
        .boxed()
        .sorted(
            Comparator.<Integer>comparingDouble(p -> -score.applyAsDouble(index.rows()[p]))
                .thenComparing(p -> -index.times()[p]))
        .limit(k)
        .mapToInt(p -> p)
        .sorted()
        .toArray();
  }

  private static int[] codes(ItemCategories categories, int row) {
    return Arrays.copyOfRange(
        categories.codes(), categories.start()[row], categories.start()[row + 1]);
  }

  /** None for every seventh item, else one to four, some named twice. */
  private ItemCategories categories(int vocabulary) {
    int[] start = new int[ITEMS + 1];
    int[] codes = new int[ITEMS * 4];
    for (int i = 0; i < ITEMS; i++) {
      int count = i % 7 == 3 ? 0 : 1 + random.nextInt(4);
      start[i + 1] = start[i] + count;
      for (int c = start[i]; c < start[i + 1]; c++) {
        codes[c] = random.nextInt(vocabulary);
      }
    }
    return new ItemCategories(start, codes, vocabulary);
  }

  private static double dot(float[] x, int a, int b, int n) {
    double sum = 0;
    for (int c = 0; c < n; c++) {
      sum += (double) x[a + c] * x[b + c];
    }
    return sum;
  }

  /** Planes of which all but the first few are zero. */
  private float[] planes(int few) {
    float[] planes = new float[D * 64];
    for (int c = 0; c < D; c++) {
      for (int b = 0; b < few; b++) {
        planes[c * 64 + b] = (float) random.nextGaussian();
      }
    }
    return planes;
  }

  /** Embeddings of few whole numbers, so that scores are exact and often equal; item 2 is zero. */
  private ItemTable table() {
    ItemTable table = new ItemTable(ITEMS, D, M, 64);
    for (int i = 0; i < table.embeddings().length; i++) {
      table.embeddings()[i] = random.nextInt(-1, 2);
    }
    Arrays.fill(table.embeddings(), 2 * D, 3 * D, 0f);
    for (int i = 0; i < ITEMS; i += 2) {
      System.arraycopy(table.embeddings(), i / 5 * D, table.embeddings(), i * D, D);
    }
    float[] projection = new float[D * M];
    for (int i = 0; i < projection.length; i++) {
      projection[i] = random.nextInt(-2, 3);
    }
    table.tabulate(projection, 0, ITEMS);
    return table;
  }
}
