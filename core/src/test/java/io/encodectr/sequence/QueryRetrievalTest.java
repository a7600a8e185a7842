package io.encodectr.sequence;

import static org.assertj.core.api.Assertions.assertThat;

import io.encodectr.item.ItemCategories;
import io.encodectr.item.ItemTable;
import io.encodectr.relevance.Relevance;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** UBR4CTR's search: BM25 by hand and by brute force, ties, and what finds nothing. */
class QueryRetrievalTest {
  private static final int D = 16;
  private static final int ALL = 0b111;

  /** A table whose items have the given values in each column. */
  private static ItemTable table(int[][]... columns) {
    int items = columns[0].length;
    ItemTable table = new ItemTable(items, D, 1);
    Random random = new Random(7);
    for (int i = 0; i < items * D; i++) {
      table.embeddings()[i] = (float) random.nextGaussian();
    }
    table.tabulate(new float[D], 0, items);
    List<ItemCategories> all = new ArrayList<>();
    for (int[][] column : columns) {
      int[] start = new int[items + 1];
      for (int i = 0; i < items; i++) {
        start[i + 1] = start[i] + column[i].length;
      }
      all.add(
          new ItemCategories(
              start, Arrays.stream(column).flatMapToInt(Arrays::stream).toArray(), 20));
    }
    table.columns(all);
    return table;
  }

  private static IndexedHistory history(int... rows) {
    IndexedHistory history = new IndexedHistory();
    history.take(rows, 0, rows.length);
    return history;
  }

  /**
   * Items 0 {a}, 1 {a, b}, 2 {b}, 3 {}; history 0, 1, 1, 2, 3. N = 5 and n = 2 for item 1, 3 for a
   * and for b, so ln(1 + 3.5/2.5) = 0.8754687 and ln(1 + 2.5/3.5) = 0.5389965. Documents have 2, 3,
   * 3, 2 and 1 terms, 2.2 on average; 2.2/(1 + 1.2·(0.25 + 0.75·|D|/2.2)) is 1.0386266 for 2 terms
   * and 0.8705036 for 3.
   */
  @Test
  void scoresAreThoseComputedByHand() {
    ItemTable table = table(new int[][] {{0}, {0, 1}, {1}, {}});
    BehaviorIndex index = new BehaviorIndex();
    index.index(table, history(0, 1, 1, 2, 3));
    float[] scores = new float[4];
    index.score(table, 1, 0b11, scores);
    assertScores(scores, 0.5598161, 1.7004954, 0.5598161, 0);
    index.score(table, 1, 0b01, scores);
    assertScores(scores, 0, 0.8754687 * 0.8705036, 0, 0);
    index.score(table, 0, 0b10, scores);
    assertScores(scores, 0.5598161, 0.5389965 * 0.8705036, 0, 0);
    index.score(table, 3, 0b10, scores);
    assertScores(scores, 0, 0, 0, 0);
  }

  private static void assertScores(float[] scores, double... expected) {
    for (int j = 0; j < expected.length; j++) {
      assertThat((double) scores[j]).as("item %d", j).isCloseTo(expected[j], Offset.offset(1e-6));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void retrievesWhatSortingWouldFind(long seed) {
    Random random = new Random(seed);
    int items = 40;
    int[][][] columns = new int[2][items][];
    for (int[][] column : columns) {
      for (int i = 0; i < items; i++) {
        column[i] = random.ints(random.nextInt(4), 0, 6).distinct().toArray();
      }
    }
    ItemTable table = table(columns);
    BehaviorIndex index = new BehaviorIndex();
    for (int length : new int[] {0, 1, 5, 90}) {
      int[] rows = random.ints(length, 0, items).toArray();
      IndexedHistory history = history(rows);
      index.index(table, history);
      for (int k : new int[] {1, 7, 50}) {
        for (long fields : new long[] {0, 1, 2, 4, 5, 7}) {
          QueryRetrieval retrieval = retrieval(table, history, fields, k);
          int target = random.nextInt(items);
          int[] positions = new int[k];
          int found = length == 0 ? 0 : retrieval.retrieve(table, target, positions);
          float[] scores = new float[items];
          index.score(table, target, fields, scores);
          int[] expected = expected(columns, rows, target, fields, scores, history, k);
          int[] times = new int[found];
          for (int i = 0; i < found; i++) {
            times[i] = history.times()[positions[i]];
          }
          assertThat(times)
              .as("length %d k %d fields %d", length, k, fields)
              .containsExactlyInAnyOrder(expected);
          assertThat(Arrays.copyOf(positions, found)).isSorted();
        }
      }
    }
  }

  /** Times of the matching behaviors with the best scores; of equal ones the latest. */
  private static int[] expected(
      int[][][] columns,
      int[] rows,
      int target,
      long fields,
      float[] scores,
      IndexedHistory history,
      int k) {
    List<Integer> matching = new ArrayList<>();
    for (int t = 0; t < rows.length; t++) {
      boolean matches = (fields & 1) != 0 && rows[t] == target;
      for (int c = 0; c < columns.length; c++) {
        Set<Integer> values = new HashSet<>();
        Arrays.stream(columns[c][target]).forEach(values::add);
        matches |=
            (fields >> (c + 1) & 1) != 0
                && Arrays.stream(columns[c][rows[t]]).anyMatch(values::contains);
      }
      if (matches) {
        matching.add(t);
      }
    }
    matching.sort(
        Comparator.<Integer, Float>comparing(t -> -scores[history.itemAt()[t]])
            .thenComparing(t -> -t));
    return matching.stream().limit(k).mapToInt(Integer::intValue).toArray();
  }

  private static Map<String, float[]> weights(SequenceSpec spec) {
    Map<String, float[]> weights = new java.util.HashMap<>();
    Random random = new Random(3);
    for (MethodTensor tensor : FieldSelector.tensors(spec)) {
      float[] values = new float[tensor.rows() * tensor.columns()];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (tensor.deviation() * random.nextGaussian());
      }
      weights.put(tensor.name(), values);
    }
    weights.put(Method.DEFAULT, filled(0.5f));
    return weights;
  }

  private static float[] filled(float value) {
    float[] vector = new float[D];
    Arrays.fill(vector, value);
    return vector;
  }

  private static SequenceSpec spec(int k, Integer... fields) {
    return new SequenceSpec(
        Method.UBR4CTR,
        D,
        0,
        0,
        0,
        20f,
        Relevance.cosine(20f),
        "kmeans",
        "none",
        k,
        1,
        List.of(fields));
  }

  private static QueryRetrieval retrieval(
      ItemTable table, IndexedHistory history, long fields, int k) {
    SequenceSpec spec = spec(k, 8, 4, 4);
    Map<String, float[]> weights = weights(spec);
    QueryRetrieval retrieval =
        new QueryRetrieval(
            new FieldSelector(spec, name -> weights.get(name)),
            (items, target, logits) -> fields,
            k);
    retrieval.history(table, history);
    return retrieval;
  }

  @Test
  void ofEqualBehaviorsTheMoreRecent() {
    ItemTable table = table(new int[][] {{1}, {1}, {2}, {1}}, new int[4][0]);
    IndexedHistory history = history(0, 1, 2, 0, 1, 0);
    QueryRetrieval retrieval = retrieval(table, history, ALL, 2);
    int[] positions = new int[2];
    assertThat(retrieval.retrieve(table, 3, positions)).isEqualTo(2);
    assertThat(IntStream.of(positions).map(p -> history.times()[p]).toArray())
        .containsExactlyInAnyOrder(5, 4);
  }

  @Test
  void theLastHistoryLeavesNothingBehind() {
    ItemTable table = table(new int[][] {{1}, {2}, {1}}, new int[3][0]);
    QueryRetrieval retrieval = retrieval(table, history(0, 0, 0), ALL, 5);
    IndexedHistory other = history(1);
    retrieval.history(table, other);
    assertThat(retrieval.retrieve(table, 2, new int[5])).isZero();
    assertThat(retrieval.retrieve(table, 1, new int[5])).isOne();
  }

  @Test
  void whatFindsNothingGetsTheDefaultVector() {
    ItemTable table = table(new int[][] {{1}, {2}, {}});
    SequenceSpec spec = spec(5, 8, 8);
    Map<String, float[]> weights = weights(spec);
    LongSequence sequence = Method.UBR4CTR.newSequence(spec, name -> weights.get(name));
    float[] out = new float[2 * D];
    sequence.history(table, new int[0], 0, 0, 0);
    sequence.attend(table, new int[] {0, 1}, 0, 2, out, 0, D);
    assertThat(out).containsOnly(0.5f);
    weights.get("selector.output.bias")[0] = -100f;
    sequence.history(table, new int[] {0, 1, 2}, 0, 3, 0);
    sequence.attend(table, new int[] {0}, 0, 1, out, 0, D);
    assertThat(Arrays.copyOf(out, D)).as("no field selected").containsOnly(0.5f);
    assertThat(sequence.weights(table, 0, new float[3])).isFalse();
    weights.get("selector.output.bias")[0] = 100f;
    sequence.history(table, new int[] {1}, 0, 1, 0);
    sequence.attend(table, new int[] {0, 1}, 0, 2, out, 0, D);
    assertThat(Arrays.copyOf(out, D)).as("no match").containsOnly(0.5f);
    assertThat(Arrays.copyOfRange(out, D, 2 * D))
        .as("one behavior, which matches")
        .isEqualTo(Arrays.copyOfRange(table.embeddings(), D, 2 * D));
    float[] q = new float[1];
    assertThat(sequence.weights(table, 1, q)).isTrue();
    assertThat(q[0]).isEqualTo(1f);
  }

  @Test
  void behaviorsThatDoNotMatchWeighNothing() {
    ItemTable table = table(new int[][] {{1}, {2}, {1}, {}});
    SequenceSpec spec = spec(50, 8, 8);
    Map<String, float[]> weights = weights(spec);
    weights.get("selector.output.bias")[0] = 100f;
    LongSequence sequence = Method.UBR4CTR.newSequence(spec, name -> weights.get(name));
    sequence.history(table, new int[] {3, 2, 1, 0, 2}, 0, 5, 0);
    float[] q = new float[5];
    assertThat(sequence.weights(table, 0, q)).isTrue();
    // Ascending item row: 0, 1, 2, 2, 3.
    assertThat(q[1]).isZero();
    assertThat(q[4]).isZero();
    assertThat(q[2]).isEqualTo(q[3]).isPositive();
    assertThat(q[0] + q[2] + q[3]).isCloseTo(1f, Offset.offset(1e-6f));
  }
}
