package io.encodectr.train.sequence;

import io.encodectr.item.ItemTable;
import io.encodectr.kernel.Kernels;
import io.encodectr.sequence.HashSequence;
import io.encodectr.train.batch.Batch;
import java.util.Arrays;

/**
 * SDIM in training. With u_b a bucket's sum at unit length, v_b the sum, and G_b = 1/16·Σ_t g_t
 * over the targets that read it: ∂L/∂v_b = (G_b − (G_b·u_b)·u_b)/‖v_b‖, which every behavior in the
 * bucket gets. Codes carry no gradient, so targets get none.
 *
 * <p>The buckets that a target read are kept from forward to backward, 2 KiB a target at d = 32.
 */
public final class HashTraining extends SequenceTraining<HashSequence> {
  private static final int GROUPS = HashSequence.GROUPS;

  private final int d;
  private final float[] bucketGradient;
  private final int[] own = new int[GROUPS];
  // For each bucket that the current group's targets read, where it is kept; else −1.
  private final int[] keptAt = new int[HashSequence.BUCKETS];
  private float[] vectors = {};
  private float[] inverseNorms = {};
  private int written;
  private int read;

  /**
   * SDIM's long sequence.
   *
   * @param sequence this instance's own
   * @param dimension d
   */
  public HashTraining(HashSequence sequence, int dimension) {
    super(sequence, dimension);
    d = dimension;
    bucketGradient = new float[HashSequence.BUCKETS * d];
  }

  @Override
  public void begin() {
    super.begin();
    written = 0;
    read = 0;
  }

  @Override
  public void forward(
      ItemTable items, Batch batch, int group, float[] out, int offset, int stride) {
    super.forward(items, batch, group, out, offset, stride);
    if (batch.historyLength(group) > 0) {
      keep(items, batch.targets(), batch.sampleStart()[group], batch.sampleCount(group));
    }
  }

  private void keep(ItemTable items, int[] targets, int from, int count) {
    int rows = (written + count) * GROUPS;
    if (inverseNorms.length < rows) {
      int capacity = Math.max(64 * GROUPS, Math.addExact(rows, rows / 2));
      inverseNorms = Arrays.copyOf(inverseNorms, capacity);
      vectors = Arrays.copyOf(vectors, Math.multiplyExact(capacity, d));
    }
    for (int t = from; t < from + count; t++) {
      HashSequence.bucketsOf(items.codes()[targets[t]], own);
      int to = written++ * GROUPS;
      Kernels.gather(sequence.buckets(), d, own, 0, GROUPS, vectors, to * d);
      for (int g = 0; g < GROUPS; g++) {
        inverseNorms[to + g] = sequence.inverseNorms()[own[g]];
      }
    }
  }

  @Override
  public void backward(
      ItemTable items,
      Batch batch,
      int group,
      float[] outGradient,
      int offset,
      int stride,
      ItemGradient gradient) {
    int from = batch.sampleStart()[group];
    int count = batch.sampleCount(group);
    int length = batch.historyLength(group);
    if (length == 0) {
      DefaultGradient.add(outGradient, offset, stride, count, defaultGradient());
      return;
    }
    Arrays.fill(bucketGradient, 0f);
    Arrays.fill(keptAt, -1);
    for (int t = 0; t < count; t++, read++) {
      HashSequence.bucketsOf(items.codes()[batch.targets()[from + t]], own);
      for (int g = 0; g < GROUPS; g++) {
        keptAt[own[g]] = read * GROUPS + g;
        int bucket = own[g] * d;
        for (int c = 0; c < d; c++) {
          bucketGradient[bucket + c] += outGradient[offset + t * stride + c] / GROUPS;
        }
      }
    }
    for (int b = 0; b < keptAt.length; b++) {
      if (keptAt[b] >= 0) {
        throughLength(b * d, keptAt[b]);
      }
    }
    int start = batch.historyStart()[group];
    gradient.touch(batch.histories(), start, length);
    Kernels.scatterBuckets(
        gradient.embeddings(),
        d,
        batch.histories(),
        start,
        length,
        items.codes(),
        GROUPS,
        HashSequence.BITS,
        bucketGradient);
  }

  /** Gradient of the sum from that of the unit vector; an empty bucket's stays out. */
  private void throughLength(int o, int kept) {
    float along = 0f;
    for (int c = 0; c < d; c++) {
      along += bucketGradient[o + c] * vectors[kept * d + c];
    }
    for (int c = 0; c < d; c++) {
      float across = bucketGradient[o + c] - along * vectors[kept * d + c];
      bucketGradient[o + c] = across * inverseNorms[kept];
    }
  }
}
