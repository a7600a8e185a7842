package io.encodectr.tower;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The split tower against a plain one in double precision. */
class TowerTest {
  private static final long SEED = Long.getLong("encode.test.seed", 20261123L);
  private final SplittableRandom random = new SplittableRandom(SEED);

  @Test
  void splitLayersAddUpToOneTower() {
    for (int uc : new int[] {0, 1, 17}) {
      for (int n : new int[] {1, 2, 6, 7, 95, 200}) {
        int item = 33;
        int interest = 64;
        int x = uc + item + interest;
        float[] w1 = values(x * 200);
        float[] b1 = values(200);
        float[] w2 = values(200 * 80);
        float[] b2 = values(80);
        float[] w3 = values(80);
        float[] b3 = values(1);
        Tower tower = new Tower(new int[] {uc, item, interest}, w1, b1, w2, b2, w3, b3);
        float[] u = values(n * uc);
        float[] i = values(n * item);
        float[] s = values(n * interest);
        float[] hidden = new float[n * 200];
        float[] items = new float[n * 200];
        tower.userPart(u, 0, n, hidden);
        tower.itemPart(i, 0, n, items, 0);
        for (int c = 0; c < hidden.length; c++) {
          hidden[c] += items[c];
        }
        float[] logits = new float[n + 1];
        tower.logits(hidden, s, n, new Tower.Workspace(), logits, 1);
        for (int r = 0; r < n; r++) {
          double[] input = new double[x];
          for (int c = 0; c < x; c++) {
            input[c] =
                c < uc
                    ? u[r * uc + c]
                    : c < uc + item ? i[r * item + c - uc] : s[r * interest + c - uc - item];
          }
          double z = layer(relu(layer(relu(layer(input, w1, b1)), w2, b2)), w3, b3)[0];
          assertThat((double) logits[r + 1])
              .as("row %d of %d, seed %d", r, n, SEED)
              .isCloseTo(z, within(1e-5 * Math.max(1, Math.abs(z))));
        }
      }
    }
  }

  @Test
  void shapesThatDoNotFitAreRefused() {
    assertThatThrownBy(() ->
            new Tower(
                new int[] {1, 2, 3},
                new float[5],
                new float[8],
                new float[64],
                new float[8],
                new float[8],
                new float[1]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("6 inputs");
  }

  private static double[] layer(double[] x, float[] w, float[] b) {
    double[] z = new double[b.length];
    for (int j = 0; j < b.length; j++) {
      z[j] = b[j];
      for (int i = 0; i < x.length; i++) {
        z[j] += x[i] * w[i * b.length + j];
      }
    }
    return z;
  }

  private static double[] relu(double[] x) {
    for (int i = 0; i < x.length; i++) {
      x[i] = Math.max(0, x[i]);
    }
    return x;
  }

  private float[] values(int n) {
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = (float) (random.nextDouble() - 0.5) / 4;
    }
    return x;
  }
}
