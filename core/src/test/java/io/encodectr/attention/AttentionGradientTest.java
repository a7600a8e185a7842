package io.encodectr.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.encodectr.item.ItemTable;
import io.encodectr.relevance.Relevance;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Forward against double arithmetic, backward against central differences of it. */
class AttentionGradientTest {
  private static final long SEED = Long.getLong("encode.test.seed", 20261123L);
  private static final int D = 8;
  private static final int ITEMS = 40;
  private final SplittableRandom random = new SplittableRandom(SEED);

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 8, 9, 33})
  void cosine(int keys) {
    check(Relevance.cosine(3f), keys);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 8, 9, 33})
  void dot(int keys) {
    check(Relevance.dot(D), keys);
  }

  private void check(Relevance relevance, int keys) {
    ItemTable items = new ItemTable(ITEMS, D, 4);
    double[] e = new double[ITEMS * D];
    for (int i = 0; i < e.length; i++) {
      items.embeddings()[i] = (float) (random.nextDouble() - 0.5);
      e[i] = items.embeddings()[i];
    }
    items.tabulate(new float[D * 4], 0, ITEMS);
    int[] rows = random.ints(keys, 0, 20).toArray();
    int[] targets = random.ints(5, 10, ITEMS).toArray();
    float[] g = new float[targets.length * D];
    for (int i = 0; i < g.length; i++) {
      g[i] = (float) (random.nextDouble() - 0.5);
    }
    TargetAttention attention = new TargetAttention(relevance, D);
    attention.gather(items, rows, 0, keys);
    float[] out = new float[targets.length * D];
    attention.attend(items, targets, 0, targets.length, out, 0, D);
    double loss = 0;
    for (int i = 0; i < g.length; i++) {
      loss += out[i] * (double) g[i];
    }
    assertThat(loss).isCloseTo(loss(relevance, e, rows, targets, g), within(1e-5));
    float[] gradient = new float[e.length];
    new AttentionGradient()
        .add(attention, items, targets, 0, targets.length, g, 0, D, gradient, rows, 0, gradient);
    for (int i = 0; i < e.length; i++) {
      double h = 1e-5;
      double before = e[i];
      e[i] = before + h;
      double up = loss(relevance, e, rows, targets, g);
      e[i] = before - h;
      double down = loss(relevance, e, rows, targets, g);
      e[i] = before;
      assertThat((double) gradient[i])
          .as("gradient %d, seed %d", i, SEED)
          .isCloseTo((up - down) / (2 * h), within(2e-5));
    }
  }

  private static double loss(Relevance r, double[] e, int[] rows, int[] targets, float[] g) {
    double loss = 0;
    for (int t = 0; t < targets.length; t++) {
      double[] w = new double[rows.length];
      double total = 0;
      for (int i = 0; i < rows.length; i++) {
        double dot = dot(e, rows[i], targets[t]);
        double similarity =
            r.isCosine()
                ? dot / Math.sqrt(dot(e, rows[i], rows[i]) * dot(e, targets[t], targets[t]))
                : dot;
        w[i] = Math.exp(r.scale() * similarity);
        total += w[i];
      }
      for (int i = 0; i < rows.length; i++) {
        for (int c = 0; c < D; c++) {
          loss += w[i] / total * e[rows[i] * D + c] * g[t * D + c];
        }
      }
    }
    return loss;
  }

  private static double dot(double[] e, int a, int b) {
    double sum = 0;
    for (int c = 0; c < D; c++) {
      sum += e[a * D + c] * e[b * D + c];
    }
    return sum;
  }
}
