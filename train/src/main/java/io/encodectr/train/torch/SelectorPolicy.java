package io.encodectr.train.torch;

import io.encodectr.sequence.FieldSelector;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * UBR4CTR's {@link FieldSelector} as a policy that learns, by LibTorch's autograd. REINFORCE
 * (Williams, 1992): for drawn fields m with advantage A the loss is −A·log π(m), with log π(m) =
 * Σ_f m_f log p_f + (1 − m_f) log(1 − p_f). Embeddings are constants here.
 *
 * <p>One instance serves one shard; instances over the same {@link PublishedTensors} may step at
 * the same time, each in its own thread.
 */
public final class SelectorPolicy implements AutoCloseable {
  private static final int SUM = 2;

  private final int dimension;
  private final int fields;
  private final SequencedMap<String, Tensor> leaves;
  private final Map<String, float[]> gradients;
  private final Tensor parts;
  private final FloatPointer partsMemory;
  private FloatPointer embeddings = new FloatPointer(0L);
  private FloatPointer drawn = new FloatPointer(0L);
  private FloatPointer weights = new FloatPointer(0L);
  private int capacity;

  /**
   * A policy.
   *
   * @param published the selector's tensors, which must outlive it
   * @param widths of the fields' parts of e(x)
   */
  public SelectorPolicy(PublishedTensors published, List<Integer> widths) {
    fields = widths.size();
    dimension = widths.stream().mapToInt(Integer::intValue).sum();
    leaves = published.leaves();
    gradients = published.gradients();
    float[] part = new float[fields * dimension];
    int offset = 0;
    for (int f = 0; f < fields; f++) {
      int from = f * dimension + offset;
      Arrays.fill(part, from, from + widths.get(f), 1f);
      offset += widths.get(f);
    }
    partsMemory = new FloatPointer(part);
    try (PointerScope scope = new PointerScope()) {
      parts = torch.from_blob(partsMemory, 1, fields, dimension).retainReference();
    }
  }

  /**
   * Computes the gradients of the summed loss, times {@code scale}.
   *
   * @param targets embeddings of the drawn samples' targets, {@code [n × d]}
   * @param choices 1 for a field that was drawn, 0 for one that was not, {@code [n × fields]}
   * @param advantages A for each entry of {@code choices}
   * @param n at least 1
   */
  public void step(float[] targets, float[] choices, float[] advantages, int n, float scale) {
    reserve(n);
    embeddings.put(targets, 0, n * dimension);
    drawn.put(choices, 0, n * fields);
    weights.put(advantages, 0, n * fields);
    try (PointerScope scope = new PointerScope()) {
      Tensor loss =
          torch.binary_cross_entropy_with_logits(
              logits(torch.from_blob(embeddings, n, dimension)),
              torch.from_blob(drawn, n, fields),
              new TensorOptional(torch.from_blob(weights, n, fields)),
              new TensorOptional(),
              SUM);
      loss.mul(new Scalar(scale)).backward();
      leaves.forEach((name, leaf) -> PublishedWeights.takeGradient(leaf, gradient(name), 0));
    }
  }

  /**
   * Logits of the fields' probabilities.
   *
   * @param targets {@code [n × d]}
   * @param out {@code [n × fields]}
   */
  public void logits(float[] targets, int n, float[] out) {
    reserve(n);
    embeddings.put(targets, 0, n * dimension);
    try (PointerScope scope = new PointerScope()) {
      Tensor result = logits(torch.from_blob(embeddings, n, dimension)).detach().contiguous();
      new FloatPointer(result.data_ptr_float()).get(out, 0, n * fields);
    }
  }

  /** {@code [n × fields]} from {@code [n × d]}. */
  private Tensor logits(Tensor targets) {
    Tensor x = targets.unsqueeze(1).mul(parts).matmul(leaf("fields")).add(leaf("fields.bias"));
    Tensor similarity =
        torch
            .bmm(x.matmul(leaf("query")), x.matmul(leaf("key")).transpose(1, 2))
            .mul(new Scalar((float) (1 / Math.sqrt(FieldSelector.WIDTH))));
    Tensor attended = x.add(torch.bmm(similarity.softmax(2), x.matmul(leaf("value"))));
    Tensor hidden = torch.relu(attended.matmul(leaf("hidden")).add(leaf("hidden.bias")));
    return hidden
        .matmul(leaf("output").t())
        .squeeze(2)
        .add(leaf("output.bias"))
        .add(new Scalar(FieldSelector.OPENNESS));
  }

  private Tensor leaf(String name) {
    return Objects.requireNonNull(leaves.get("selector." + name), name);
  }

  /** Gradient of a tensor by the last {@link #step}. */
  public float[] gradient(String tensor) {
    float[] gradient = gradients.get(tensor);
    if (gradient == null) {
      throw new IllegalArgumentException("the selector has no tensor " + tensor);
    }
    return gradient;
  }

  private void reserve(int n) {
    if (capacity < n) {
      free();
      capacity = Math.max(64, n + n / 4);
      embeddings = new FloatPointer((long) capacity * dimension);
      drawn = new FloatPointer((long) capacity * fields);
      weights = new FloatPointer((long) capacity * fields);
    }
  }

  private void free() {
    embeddings.close();
    drawn.close();
    weights.close();
  }

  /** Frees the off-heap memory. */
  @Override
  public void close() {
    leaves.values().forEach(Tensor::close);
    parts.close();
    partsMemory.close();
    free();
  }
}
