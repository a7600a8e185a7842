package io.encodectr.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.encodectr.item.ItemTable;
import io.encodectr.relevance.Relevance;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SelectedAttentionTest {
  private static final long SEED = Long.getLong("encode.test.seed", 20261123L);
  private static final int D = 24;
  private static final int ITEMS = 60;
  private final SplittableRandom random = new SplittableRandom(SEED);
  private final ItemTable items = table();

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 8, 9, 16, 33, 50})
  void overTheSameKeysItIsTargetAttention(int count) {
    for (Relevance relevance : new Relevance[] {Relevance.cosine(20f), Relevance.dot(D)}) {
      int[] keys = random.ints(count + 3, 0, ITEMS).toArray();
      int[] targets = random.ints(5, 0, ITEMS).toArray();
      TargetAttention full = new TargetAttention(relevance, D);
      full.gather(items, keys, 3, count);
      float[] expected = new float[targets.length * D];
      full.attend(items, targets, 0, targets.length, expected, 0, D);
      SelectedAttention selected = new SelectedAttention(relevance, D);
      float[] out = new float[targets.length * D];
      for (int t = 0; t < targets.length; t++) {
        selected.attend(items, targets[t], keys, 3, count, out, t * D);
        for (int i = 0; i < count; i++) {
          assertThat(selected.weights()[selected.start(t) + i])
              .isCloseTo(full.weights()[t * full.stride() + i], within(1e-5f));
        }
      }
      for (int i = 0; i < out.length; i++) {
        assertThat(out[i]).as("at %d, seed %d", i, SEED).isCloseTo(expected[i], within(1e-5f));
      }
    }
  }

  /**
   * The known trap: in a padded tensor a zero beats a negative score, and softmax over it leaks
   * weight. Here all scores are as negative as they get, at every length around whole eights.
   */
  @Test
  void nothingButTheKeysEverWeighs() {
    ItemTable opposed = new ItemTable(2, D, 4);
    Arrays.fill(opposed.embeddings(), 0, D, 10f);
    Arrays.fill(opposed.embeddings(), D, 2 * D, -10f);
    opposed.tabulate(new float[D * 4], 0, 2);
    for (Relevance relevance : new Relevance[] {Relevance.cosine(20f), Relevance.dot(D)}) {
      SelectedAttention attention = new SelectedAttention(relevance, D);
      for (int count = 1; count <= 20; count++) {
        attention.begin();
        // Whatever was in the buffers before must not matter.
        attention.attend(opposed, 0, new int[24], 0, 24, new float[D], 0);
        attention.begin();
        int[] keys = new int[count];
        Arrays.fill(keys, 1);
        float[] out = new float[D];
        attention.attend(opposed, 0, keys, 0, count, out, 0);
        assertThat(attention.similarities()[attention.start(0)]).isNegative();
        float sum = 0;
        for (int i = 0; i < count; i++) {
          assertThat(attention.weights()[attention.start(0) + i])
              .isCloseTo(1f / count, within(1e-6f));
          sum += attention.weights()[attention.start(0) + i];
        }
        assertThat(sum).isCloseTo(1f, within(1e-6f));
        for (float l : out) {
          assertThat(l).isCloseTo(-10f, within(1e-4f));
        }
      }
    }
  }

  @Test
  void targetsBesideATargetDoNotChangeABit() {
    SelectedAttention attention = new SelectedAttention(Relevance.cosine(20f), D);
    int[] sizes = {3, 0, 50, 1, 8, 0, 17};
    int[][] keys = new int[sizes.length][];
    float[][] together = new float[sizes.length][D];
    for (int t = 0; t < sizes.length; t++) {
      keys[t] = random.ints(sizes[t], 0, ITEMS).toArray();
      Arrays.fill(together[t], 7f);
      attention.attend(items, t, keys[t], 0, sizes[t], together[t], 0);
    }
    assertThat(attention.targets()).isEqualTo(sizes.length);
    for (int t = 0; t < sizes.length; t++) {
      assertThat(attention.size(t)).isEqualTo(sizes[t]);
      int start = attention.start(t);
      assertThat(Arrays.copyOfRange(attention.rows(), start, start + sizes[t])).isEqualTo(keys[t]);
      float[] alone = new float[D];
      Arrays.fill(alone, 7f);
      SelectedAttention other = new SelectedAttention(Relevance.cosine(20f), D);
      other.attend(items, t, keys[t], 0, sizes[t], alone, 0);
      assertThat(alone).isEqualTo(together[t]);
    }
    assertThat(together[1]).as("nothing to attend to").containsOnly(7f);
  }

  /** Same keys, same formulas: the other attention's gradient, which is tested by differences. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 8, 9, 33})
  void gradientIsThatOfTargetAttention(int count) {
    for (Relevance relevance : new Relevance[] {Relevance.cosine(3f), Relevance.dot(D)}) {
      int[] keys = random.ints(count, 0, 20).toArray();
      int[] targets = random.ints(4, 10, ITEMS).toArray();
      float[] g = new float[targets.length * D];
      for (int i = 0; i < g.length; i++) {
        g[i] = (float) (random.nextDouble() - 0.5);
      }
      TargetAttention full = new TargetAttention(relevance, D);
      full.gather(items, keys, 0, count);
      full.weigh(items, targets, 0, targets.length);
      float[] expected = new float[ITEMS * D];
      new AttentionGradient()
          .add(full, items, targets, 0, targets.length, g, 0, D, expected, keys, 0, expected);
      SelectedAttention selected = new SelectedAttention(relevance, D);
      SelectedAttentionGradient backward = new SelectedAttentionGradient();
      float[] gradient = new float[ITEMS * D];
      for (int target : targets) {
        selected.attend(items, target, keys, 0, count, new float[D], 0);
      }
      for (int t = 0; t < targets.length; t++) {
        backward.add(selected, t, items, targets[t], g, t * D, gradient);
      }
      for (int i = 0; i < gradient.length; i++) {
        assertThat(gradient[i]).as("at %d, seed %d", i, SEED).isCloseTo(expected[i], within(1e-5f));
      }
    }
  }

  private ItemTable table() {
    ItemTable table = new ItemTable(ITEMS, D, 4);
    for (int i = 0; i < table.embeddings().length; i++) {
      table.embeddings()[i] = (float) (random.nextDouble() - 0.5);
    }
    Arrays.fill(table.embeddings(), 5 * D, 6 * D, 0f);
    table.tabulate(new float[D * 4], 0, ITEMS);
    return table;
  }
}
