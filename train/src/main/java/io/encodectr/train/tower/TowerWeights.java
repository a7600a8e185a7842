package io.encodectr.train.tower;

import org.bytedeco.javacpp.FloatPointer;

/**
 * The tower's parameters where LibTorch reads them: one block of off-heap memory in the order of
 * {@link TowerShape}.
 *
 * <p>The optimizer works on the heap's copy; {@link #publish} brings it here. Publishing while a
 * {@link TorchTower} is in a step is a race; the trainer does one, then the other.
 */
public final class TowerWeights implements AutoCloseable {
  private final TowerShape shape;
  private final FloatPointer memory;

  /** Memory for a tower of the given shape, not yet filled. */
  public TowerWeights(TowerShape shape) {
    LibTorch.start();
    this.shape = shape;
    memory = new FloatPointer(shape.size());
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
    memory.position(0).put(parameters, 0, shape.size());
  }

  FloatPointer memory() {
    return memory;
  }

  /** Frees the memory; no tower over these weights may be used afterwards. */
  @Override
  public void close() {
    memory.close();
  }
}
