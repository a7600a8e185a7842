package io.encodectr.train.torch;

import static io.encodectr.train.sequence.Closeness.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import io.encodectr.item.ItemTable;
import io.encodectr.relevance.Relevance;
import io.encodectr.sequence.FieldSelector;
import io.encodectr.sequence.Method;
import io.encodectr.sequence.SequenceSpec;
import io.encodectr.train.optimizer.Parameter;
import io.encodectr.train.sequence.Twin;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** UBR4CTR's selector: what serves, what learns, and the formulas written down once more. */
class SelectorPolicyTest {
  private static final double TOLERANCE = 1e-5;

  /** A selector over {@code columns} categorical columns, and random targets. */
  private static final class Fixture {
    final SequenceSpec spec;
    final List<Parameter> parameters = new ArrayList<>();
    final int n = 37;
    final float[] targets;
    final float[] choices;
    final float[] advantages;
    final int fields;

    Fixture(int columns, long seed) {
      List<Integer> widths = new ArrayList<>(List.of(32 - 8 * columns));
      for (int c = 0; c < columns; c++) {
        widths.add(8);
      }
      fields = widths.size();
      spec =
          new SequenceSpec(
              Method.UBR4CTR,
              32,
              0,
              0,
              0,
              20f,
              Relevance.cosine(20f),
              "kmeans",
              "none",
              50,
              1,
              widths);
      FieldSelector.tensors(spec)
          .forEach(tensor -> {
            Parameter parameter = new Parameter(tensor.name(), tensor.rows(), tensor.columns());
            parameter.fillNormal(0.4f, seed + parameters.size());
            parameters.add(parameter);
          });
      Random random = new Random(seed);
      targets = new float[n * 32];
      choices = new float[n * fields];
      advantages = new float[n * fields];
      for (int i = 0; i < targets.length; i++) {
        targets[i] = (float) (0.3 * random.nextGaussian());
      }
      for (int i = 0; i < n; i++) {
        Arrays.fill(advantages, i * fields, (i + 1) * fields, (float) random.nextGaussian());
      }
      for (int i = 0; i < choices.length; i++) {
        choices[i] = random.nextInt(2);
      }
    }

    float[] values(String name) {
      return parameters.stream()
          .filter(p -> p.name().equals(name))
          .findFirst()
          .orElseThrow()
          .values();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void whatServesIsWhatLearns(int columns) {
    Fixture fixture = new Fixture(columns, columns + 1);
    float[] learned = new float[fixture.n * fixture.fields];
    try (PublishedTensors published = new PublishedTensors(fixture.parameters);
        SelectorPolicy policy = new SelectorPolicy(published, fixture.spec.fields())) {
      policy.logits(fixture.targets, fixture.n, learned);
    }
    ItemTable table = new ItemTable(fixture.n, 32, 1);
    System.arraycopy(fixture.targets, 0, table.embeddings(), 0, fixture.targets.length);
    FieldSelector selector = new FieldSelector(fixture.spec, fixture::values);
    float[] served = new float[learned.length];
    for (int i = 0; i < fixture.n; i++) {
      System.arraycopy(selector.logits(table, i), 0, served, i * fixture.fields, fixture.fields);
    }
    assertClose("logits", served, learned, TOLERANCE);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3})
  void gradientsAreThoseOfTheFormulas(int columns) {
    Fixture fixture = new Fixture(columns, columns + 11);
    try (PublishedTensors published = new PublishedTensors(fixture.parameters);
        SelectorPolicy policy = new SelectorPolicy(published, fixture.spec.fields());
        PointerScope scope = new PointerScope()) {
      policy.step(fixture.targets, fixture.choices, fixture.advantages, fixture.n, 0.25f);
      Map<String, Tensor> leaves = new HashMap<>();
      fixture.parameters.forEach(
          p -> leaves.put(p.name(), Twin.leaf(p.values(), p.rows(), p.width())));
      Tensor loss = torch.zeros(1).to(torch.ScalarType.Double).sum();
      for (int i = 0; i < fixture.n; i++) {
        Tensor p = torch.sigmoid(logits(fixture, leaves, i));
        for (int f = 0; f < fixture.fields; f++) {
          int at = i * fixture.fields + f;
          Tensor own = p.narrow(0, f, 1).sum();
          Tensor taken = fixture.choices[at] == 1f ? own : torch.ones_like(own).sub(own);
          loss = loss.sub(taken.log().mul(new Scalar(0.25 * fixture.advantages[at])));
        }
      }
      loss.backward();
      leaves.forEach(
          (name, leaf) -> assertClose(name, policy.gradient(name), Twin.gradient(leaf), TOLERANCE));
    }
  }

  /** One target's logits, field by field. */
  private static Tensor logits(Fixture fixture, Map<String, Tensor> leaves, int target) {
    Tensor e =
        Twin.tensor(Arrays.copyOfRange(fixture.targets, target * 32, target * 32 + 32), 1, 32);
    TensorVector rows = new TensorVector();
    int offset = 0;
    for (int f = 0; f < fixture.fields; f++) {
      int width = fixture.spec.fields().get(f);
      Tensor part = e.narrow(1, offset, width);
      Tensor matrix = leaves.get("selector.fields").narrow(0, offset, width);
      rows.push_back(part.matmul(matrix).add(leaves.get("selector.fields.bias").narrow(0, f, 1)));
      offset += width;
    }
    Tensor x = torch.cat(rows, 0);
    Tensor weights =
        x.matmul(leaves.get("selector.query"))
            .matmul(x.matmul(leaves.get("selector.key")).t())
            .div(new Scalar(4.0))
            .softmax(1);
    Tensor z = x.add(weights.matmul(x.matmul(leaves.get("selector.value"))));
    Tensor hidden =
        torch.relu(z.matmul(leaves.get("selector.hidden")).add(leaves.get("selector.hidden.bias")));
    return hidden
        .matmul(leaves.get("selector.output").t())
        .add(leaves.get("selector.output.bias"))
        .add(new Scalar(1.0))
        .view(fixture.fields);
  }

  @Test
  void aThousandStepsLeaveNothingBehindAndDoNotAddUp() {
    Fixture fixture = new Fixture(1, 5);
    try (PublishedTensors published = new PublishedTensors(fixture.parameters);
        SelectorPolicy policy = new SelectorPolicy(published, fixture.spec.fields())) {
      policy.step(fixture.targets, fixture.choices, fixture.advantages, fixture.n, 1f);
      float[] first = policy.gradient("selector.fields").clone();
      assertThat(first).isNotEqualTo(new float[first.length]);
      long bytes = Pointer.totalBytes();
      long count = Pointer.totalCount();
      for (int step = 0; step < 1000; step++) {
        published.publish();
        policy.step(fixture.targets, fixture.choices, fixture.advantages, fixture.n, 1f);
      }
      assertThat(Pointer.totalBytes()).isEqualTo(bytes);
      assertThat(Pointer.totalCount()).isEqualTo(count);
      assertThat(policy.gradient("selector.fields")).isEqualTo(first);
    }
  }
}
