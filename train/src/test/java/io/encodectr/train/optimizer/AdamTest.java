package io.encodectr.train.optimizer;

import static io.encodectr.train.sequence.Closeness.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdamTest {
  private static final int ROWS = 13;

  @ParameterizedTest(name = "width {0}, l2 {1}")
  @CsvSource({"8, 0", "24, 0", "32, 0", "5, 0", "1, 0", "32, 0.01", "7, 0.3"})
  void allRowsTouchedIsTorchAdam(int width, double l2) {
    Random random = new Random(width);
    Parameter parameter = new Parameter("p", ROWS, width);
    parameter.fillNormal(1f, 9);
    float[] start = parameter.values().clone();
    Adam adam = new Adam(0.01, l2);
    RowGradient gradient = new RowGradient(parameter);
    int[] order = {3, 1, 12, 0, 2, 4, 11, 5, 6, 7, 10, 8, 9};
    try (PointerScope scope = new PointerScope()) {
      Tensor twin = torch.tensor(start).view(ROWS, width).clone().set_requires_grad(true);
      AdamOptions options = new AdamOptions(0.01);
      options.weight_decay().put(l2);
      try (org.bytedeco.pytorch.Adam torchAdam =
          new org.bytedeco.pytorch.Adam(new TensorVector(twin), options)) {
        for (int step = 1; step <= 50; step++) {
          float[] g = gradients(random, ROWS * width);
          twin.mutable_grad().put(torch.tensor(g).view(ROWS, width));
          torchAdam.step();
          for (int row : order) {
            gradient.add(row, g, row * width, 1f);
          }
          adam.begin(step);
          gradient.apply(adam, false);
        }
      }
      float[] expected = new float[start.length];
      new FloatPointer(twin.data_ptr_float()).get(expected);
      assertClose("parameter after 50 steps", parameter.values(), expected, 1e-5);
    }
  }

  private static float[] gradients(Random random, int count) {
    float[] g = new float[count];
    for (int i = 0; i < count; i++) {
      g[i] = (float) random.nextGaussian();
    }
    return g;
  }

  @Test
  void untouchedRowsStay() {
    Parameter parameter = new Parameter("p", 4, 8);
    parameter.fillNormal(1f, 2);
    float[] start = parameter.values().clone();
    RowGradient gradient = new RowGradient(parameter);
    Adam adam = new Adam(0.1, 0);
    float[] ones = new float[8];
    Arrays.fill(ones, 1f);
    for (int step = 1; step <= 3; step++) {
      gradient.add(2, ones, 0, 0.5f);
      adam.begin(step);
      gradient.apply(adam, false);
    }
    for (int i = 0; i < start.length; i++) {
      if (i / 8 == 2) {
        assertThat(parameter.values()[i]).isCloseTo(start[i] - 0.3f, within());
      } else {
        assertThat(parameter.values()[i]).isEqualTo(start[i]);
        assertThat(parameter.first()[i]).isZero();
      }
    }
  }

  private static org.assertj.core.data.Offset<Float> within() {
    return org.assertj.core.data.Offset.offset(1e-4f);
  }

  @Test
  void denseMovesRowsByTheirMomentsAlone() {
    Parameter dense = new Parameter("p", 2, 8);
    RowGradient gradient = new RowGradient(dense);
    Adam adam = new Adam(0.1, 0);
    float[] ones = new float[8];
    Arrays.fill(ones, 1f);
    gradient.add(1, ones, 0, 1f);
    adam.begin(1);
    gradient.apply(adam, true);
    float afterOne = dense.values()[8];
    adam.begin(2);
    gradient.apply(adam, true);
    assertThat(afterOne).isNegative();
    assertThat(dense.values()[8]).isLessThan(afterOne);
    assertThat(dense.values()[0]).isZero();
  }
}
