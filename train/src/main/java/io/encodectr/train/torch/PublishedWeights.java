package io.encodectr.train.torch;

import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Parameters where LibTorch reads them: one block of off-heap memory, of which any number of leaf
 * tensors are views.
 *
 * <p>The optimizer works on the heap's copy; {@link #publish} brings it here. Publishing while
 * somebody computes with the leaves is a race; the trainer does one, then the other.
 */
public final class PublishedWeights implements AutoCloseable {
  private final FloatPointer memory;

  /** Memory for so many values, not yet filled. */
  public PublishedWeights(int size) {
    LibTorch.start();
    memory = new FloatPointer(size);
  }

  /** Copies {@code count} values in, from {@code offset} on. */
  public void publish(float[] values, int offset, int count) {
    memory.position(offset).put(values, 0, count);
    memory.position(0);
  }

  /**
   * A view that collects a gradient of its own, so that each shard has its own. The caller closes
   * it, before these weights.
   */
  public Tensor leaf(int offset, long... sizes) {
    try (PointerScope scope = new PointerScope()) {
      return torch
          .from_blob(memory.getPointer(offset), sizes)
          .set_requires_grad(true)
          .retainReference();
    }
  }

  /** Copies a leaf's gradient out and forgets it. */
  public static void takeGradient(Tensor leaf, float[] out, int offset) {
    Tensor gradient = leaf.mutable_grad();
    Tensor contiguous = gradient.contiguous();
    new FloatPointer(contiguous.data_ptr_float()).get(out, offset, (int) contiguous.numel());
    gradient.reset();
  }

  /** Frees the memory; no leaf may be used afterwards. */
  @Override
  public void close() {
    memory.close();
  }
}
