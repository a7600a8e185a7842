package io.encodectr.train.tower;

import io.encodectr.train.torch.PublishedWeights;
import org.bytedeco.pytorch.Tensor;

/**
 * The tower's parameters where LibTorch reads them: one block of off-heap memory in the order of
 * {@link TowerShape}.
 *
 * <p>The optimizer works on the heap's copy; {@link #publish} brings it here. Publishing while a
 * {@link TorchTower} is in a step is a race; the trainer does one, then the other.
 */
public final class TowerWeights implements AutoCloseable {
  private final TowerShape shape;
  private final PublishedWeights weights;

  /** Memory for a tower of the given shape, not yet filled. */
  public TowerWeights(TowerShape shape) {
    this.shape = shape;
    weights = new PublishedWeights(shape.size());
  }

  /** The tower's sizes. */
  public TowerShape shape() {
    return shape;
  }

  /**
   * Copies parameters in.
   *
   * @param parameters at least {@link TowerShape#size} values
   */
  public void publish(float[] parameters) {
    weights.publish(parameters, 0, shape.size());
  }

  Tensor leaf(int offset, long... sizes) {
    return weights.leaf(offset, sizes);
  }

  /** Frees the memory; no tower over these weights may be used afterwards. */
  @Override
  public void close() {
    weights.close();
  }
}
