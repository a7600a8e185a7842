package io.encodectr.train.tower;

import static io.encodectr.train.sequence.Closeness.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import io.encodectr.tower.Tower;
import io.encodectr.train.optimizer.Parameter;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TorchTowerTest {
  private static Parameter weights(TowerShape shape, long seed) {
    Parameter parameter = new Parameter("tower", 1, shape.size());
    parameter.fillNormal(0.2f, seed);
    return parameter;
  }

  private static float[] normal(Random random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  @ParameterizedTest(name = "{0} user and context, {1} item, {2} interest inputs, {3} rows")
  @CsvSource({"0,32,64,1", "16,33,128,7", "1,32,128,130", "40,35,128,1024", "9,32,64,65"})
  void agreesWithTheTowerThatServes(int userContext, int item, int interest, int rows) {
    TowerShape shape = new TowerShape(userContext + item + interest, List.of(200, 80));
    float[] p = weights(shape, rows).values();
    float[] x = normal(new Random(rows), rows * shape.inputWidth());
    float[] actual = new float[rows];
    try (TowerWeights published = new TowerWeights(shape);
        TorchTower torch = new TorchTower(published)) {
      published.publish(p);
      torch.logits(x, rows, actual);
    }
    Tower tower =
        new Tower(
            new int[] {userContext, item, interest},
            part(p, shape.weightOffset(0), shape.biasOffset(0)),
            part(p, shape.biasOffset(0), shape.weightOffset(1)),
            part(p, shape.weightOffset(1), shape.biasOffset(1)),
            part(p, shape.biasOffset(1), shape.weightOffset(2)),
            part(p, shape.weightOffset(2), shape.biasOffset(2)),
            part(p, shape.biasOffset(2), shape.size()));
    assertClose("logits", actual, serve(tower, x, rows, shape.inputWidth()), 1e-5);
  }

  private static float[] part(float[] all, int from, int to) {
    return Arrays.copyOfRange(all, from, to);
  }

  private static float[] serve(Tower tower, float[] x, int rows, int width) {
    int first = tower.firstWidth();
    float[] user = columns(x, rows, width, 0, tower.userContextWidth());
    float[] item = columns(x, rows, width, tower.userContextWidth(), tower.itemWidth());
    float[] interest =
        columns(
            x, rows, width, tower.userContextWidth() + tower.itemWidth(), tower.interestWidth());
    float[] hidden = new float[rows * first];
    float[] itemPart = new float[rows * first];
    tower.userPart(user, 0, rows, hidden);
    tower.itemPart(item, 0, rows, itemPart, 0);
    for (int i = 0; i < hidden.length; i++) {
      hidden[i] += itemPart[i];
    }
    float[] logits = new float[rows];
    tower.logits(hidden, interest, rows, new Tower.Workspace(), logits, 0);
    return logits;
  }

  private static float[] columns(float[] x, int rows, int width, int from, int count) {
    float[] part = new float[rows * count];
    for (int i = 0; i < rows; i++) {
      System.arraycopy(x, i * width + from, part, i * count, count);
    }
    return part;
  }

  @Test
  void gradientsFitDifferencesOfTheLoss() {
    TowerShape shape = new TowerShape(11, List.of(16, 8));
    float[] p = weights(shape, 4).values();
    Random random = new Random(8);
    int rows = 5;
    float[] x = normal(random, rows * 11);
    float[] labels = {1, 0, 0, 1, 1};
    float[] dx = new float[x.length];
    float[] dp = new float[shape.size()];
    float[] ignored = new float[Math.max(x.length, dp.length)];
    try (TowerWeights published = new TowerWeights(shape);
        TorchTower tower = new TorchTower(published)) {
      published.publish(p);
      tower.step(x, labels, rows, 0.25f, dx, dp);
      float h = 1e-3f;
      for (int i = 0; i < x.length; i += 7) {
        float[] up = x.clone();
        up[i] += h;
        float[] down = x.clone();
        down[i] -= h;
        double slope =
            (tower.step(up, labels, rows, 1f, ignored, ignored)
                    - tower.step(down, labels, rows, 1f, ignored, ignored))
                / (2 * h);
        assertThat(4 * dx[i]).isCloseTo((float) slope, org.assertj.core.data.Offset.offset(2e-2f));
      }
      for (int i = 0; i < p.length; i += 13) {
        float[] moved = p.clone();
        moved[i] += h;
        published.publish(moved);
        double up = tower.step(x, labels, rows, 1f, ignored, ignored);
        moved[i] = p[i] - h;
        published.publish(moved);
        double slope = (up - tower.step(x, labels, rows, 1f, ignored, ignored)) / (2 * h);
        assertThat(4 * dp[i]).isCloseTo((float) slope, org.assertj.core.data.Offset.offset(2e-2f));
      }
    }
  }

  @Test
  void stepsDoNotAddUpAndDoNotDependOnEarlierOnes() {
    TowerShape shape = new TowerShape(9, List.of(8));
    Random random = new Random(1);
    float[] x = normal(random, 3 * 9);
    float[] labels = {1, 0, 1};
    float[][] dx = new float[2][x.length];
    float[][] dp = new float[2][shape.size()];
    try (TowerWeights published = new TowerWeights(shape);
        TorchTower tower = new TorchTower(published)) {
      published.publish(weights(shape, 3).values());
      double first = tower.step(x, labels, 3, 1f, dx[0], dp[0]);
      tower.step(normal(random, 700 * 9), new float[700], 700, 1f, new float[6300], dp[1]);
      double again = tower.step(x, labels, 3, 1f, dx[1], dp[1]);
      assertThat(again).isEqualTo(first);
    }
    assertThat(dx[1]).isEqualTo(dx[0]);
    assertThat(dp[1]).isEqualTo(dp[0]);
  }
}
