package io.encodectr.sequence;

import static org.assertj.core.api.Assertions.assertThat;

import io.encodectr.item.ItemCategories;
import io.encodectr.item.ItemTable;
import io.encodectr.relevance.Relevance;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a method says of itself. */
class MethodTest {
  private static final int D = 32;
  private static final int M = 4;
  private static final int ITEMS = 400;
  private static final int CATEGORIES = 9;
  private static final long SEED = Long.getLong("encode.test.seed", 20261123L);
  private final SplittableRandom random = new SplittableRandom(SEED);
  private final int[] history = random.ints(300, 0, ITEMS).toArray();
  private final int[] targets = random.ints(50, 0, ITEMS).toArray();

  /** Who says not to search by columns is not given any, in training and in scoring. */
  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "DIN")
  void columnsChangeTheVectorExactlyIfItSearchesByThem(Method method) {
    Relevance relevance = Relevance.named(method.attendsBy("cosine") ? "cosine" : "dot", 20f, D);
    SequenceSpec spec =
        new SequenceSpec(
            method, D, M, 6, 5, 20f, relevance, "kmeans", "none", 20, 5, List.of(D / 2, D / 2));
    Map<String, float[]> weights = new HashMap<>(Map.of(Method.DEFAULT, new float[D]));
    for (MethodTensor tensor : method.tensors(spec)) {
      float[] values = normal(tensor.rows() * tensor.columns(), tensor.deviation());
      tensor.addDiagonal(values);
      weights.put(tensor.name(), values);
    }
    LongSequence sequence = method.newSequence(spec, weights::get);
    ItemTable items = table(method.hashBits());
    float[] without = attend(sequence, items);
    int[] start = IntStream.rangeClosed(0, ITEMS).toArray();
    int[] codes = random.ints(ITEMS, 0, CATEGORIES).toArray();
    items.columns(List.of(new ItemCategories(start, codes, CATEGORIES)));
    float[] with = attend(sequence, items);
    assertThat(Arrays.equals(with, without)).as("seed %d", SEED).isEqualTo(!method.searches());
  }

  private float[] attend(LongSequence sequence, ItemTable items) {
    sequence.history(items, history, 0, history.length, 42);
    float[] out = new float[targets.length * D];
    sequence.attend(items, targets, 0, targets.length, out, 0, D);
    return out;
  }

  private ItemTable table(int hashBits) {
    ItemTable table = new ItemTable(ITEMS, D, M, hashBits);
    System.arraycopy(normal(ITEMS * D, 0.3f), 0, table.embeddings(), 0, ITEMS * D);
    table.tabulate(normal(D * M, 1f), 0, ITEMS);
    if (hashBits > 0) {
      table.hash(normal(D * hashBits, 1f), 0, ITEMS);
    }
    return table;
  }

  private float[] normal(int count, float deviation) {
    float[] x = new float[count];
    for (int i = 0; i < count; i++) {
      x[i] = (float) (deviation * random.nextGaussian());
    }
    return x;
  }
}
