package io.encodectr.train.tower;

import io.encodectr.train.torch.PublishedWeights;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * The CTR tower, its binary cross-entropy (Eq. 13) and their gradients, by LibTorch's autograd.
 *
 * <p>The tower is joined to the sequence part at a leaf tensor: {@link #step} makes the tower's
 * input rows a leaf that requires a gradient and hands that gradient back, so that the sequence
 * modules can carry it on to the embedding rows.
 *
 * <p>One instance serves one shard of a batch. Instances over the same {@link TowerWeights} may
 * step at the same time, each in its own thread. LibTorch runs on one thread inside a step, so its
 * arithmetic does not depend on how many threads the trainer has.
 */
public final class TorchTower implements AutoCloseable {
  private static final int SUM = 2;

  private final TowerShape shape;
  private final List<Tensor> weights = new ArrayList<>();
  private final List<Tensor> biases = new ArrayList<>();
  private FloatPointer input = new FloatPointer(0L);
  private FloatPointer target = new FloatPointer(0L);
  private float[] stepLogits = {};

  /** A tower over the given weights, which must outlive it. */
  public TorchTower(TowerWeights published) {
    this.shape = published.shape();
    for (int layer = 0; layer < shape.layers(); layer++) {
      int inputs = shape.inputs(layer);
      int outputs = shape.outputs(layer);
      weights.add(published.leaf(shape.weightOffset(layer), inputs, outputs));
      biases.add(published.leaf(shape.biasOffset(layer), outputs));
    }
  }

  /**
   * Forward and backward pass of one shard.
   *
   * @param x input rows {@code [rows × X]}
   * @param labels {@code [rows]}, 0 or 1
   * @param rows at least 1
   * @param scale factor of the summed loss in the gradients: 1/B for the mean over a batch
   * @param inputGradient out: gradient of x, {@code [rows × X]}
   * @param weightGradient out: gradient of the parameters, flat as {@link TowerShape} says
   * @return the summed, unscaled cross-entropy
   */
  public double step(
      float[] x,
      float[] labels,
      int rows,
      float scale,
      float[] inputGradient,
      float[] weightGradient) {
    reserve(rows);
    int values = rows * shape.inputWidth();
    input.put(x, 0, values);
    target.put(labels, 0, rows);
    try (PointerScope scope = new PointerScope()) {
      Tensor leaf = torch.from_blob(input, rows, shape.inputWidth()).set_requires_grad(true);
      Tensor result = logits(leaf);
      Tensor loss =
          torch.binary_cross_entropy_with_logits(
              result,
              torch.from_blob(target, rows),
              new TensorOptional(),
              new TensorOptional(),
              SUM);
      loss.mul(new Scalar(scale)).backward();
      new FloatPointer(leaf.grad().data_ptr_float()).get(inputGradient, 0, values);
      takeGradients(weightGradient);
      new FloatPointer(result.detach().data_ptr_float()).get(stepLogits, 0, rows);
      return loss.item_float();
    }
  }

  /**
   * Logits alone.
   *
   * @param x input rows {@code [rows × X]}
   * @param logits out: {@code [rows]}
   */
  public void logits(float[] x, int rows, float[] logits) {
    reserve(rows);
    input.put(x, 0, rows * shape.inputWidth());
    try (PointerScope scope = new PointerScope()) {
      Tensor result = logits(torch.from_blob(input, rows, shape.inputWidth())).detach();
      new FloatPointer(result.data_ptr_float()).get(logits, 0, rows);
    }
  }

  private Tensor logits(Tensor x) {
    Tensor hidden = x;
    int last = shape.layers() - 1;
    for (int layer = 0; layer < last; layer++) {
      hidden = torch.relu(torch.addmm(biases.get(layer), hidden, weights.get(layer)));
    }
    return torch.addmm(biases.get(last), hidden, weights.get(last)).squeeze(1);
  }

  /** Logits of the last {@link #step}'s rows. */
  public float[] stepLogits() {
    return stepLogits;
  }

  private void takeGradients(float[] out) {
    for (int layer = 0; layer < shape.layers(); layer++) {
      PublishedWeights.takeGradient(weights.get(layer), out, shape.weightOffset(layer));
      PublishedWeights.takeGradient(biases.get(layer), out, shape.biasOffset(layer));
    }
  }

  private void reserve(int rows) {
    if (target.capacity() < rows) {
      input.close();
      target.close();
      int capacity = Math.max(rows, 64);
      input = new FloatPointer((long) capacity * shape.inputWidth());
      target = new FloatPointer(capacity);
      stepLogits = new float[capacity];
    }
  }

  /** Frees the off-heap memory. */
  @Override
  public void close() {
    weights.forEach(Tensor::close);
    biases.forEach(Tensor::close);
    input.close();
    target.close();
  }
}
