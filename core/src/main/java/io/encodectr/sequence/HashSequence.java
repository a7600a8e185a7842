package io.encodectr.sequence;

import io.encodectr.item.ItemTable;
import io.encodectr.kernel.Kernels;
import io.encodectr.relevance.Relevance;
import java.util.Arrays;

/**
 * SDIM: attention by hash collisions. 48 SimHash bits (Eq. 3) in 16 groups of 3; of each group the
 * sum of the behaviors whose code equals the target's, at unit length, and the mean of the 16: l_t
 * = 1/16·Σ_g ν(Σ_{i : code_g(i) = code_g(t)} s_i), ν(v) = v/‖v‖, ν(0) = 0 for an empty bucket.
 *
 * <p>The 16·8 normalized sums are built once a history; a target then costs 16 rows to read.
 */
public final class HashSequence implements LongSequence {
  /** Groups of bits. */
  public static final int GROUPS = 16;

  /** Bits of a group; a group has 2³ buckets. */
  public static final int BITS = 3;

  /** Number of buckets of all groups. */
  public static final int BUCKETS = GROUPS << BITS;

  private final int d;
  private final float[] defaultVector;
  private final float[] buckets;
  private final float[] inverseNorms = new float[BUCKETS];
  private final int[] own = new int[GROUPS];
  private final float[] shares = new float[GROUPS];
  private final IndexedHistory history = new IndexedHistory();
  private float[] counts = {};

  /** An empty history gives {@code defaultVector} (d floats). */
  public HashSequence(float[] defaultVector) {
    this.defaultVector = defaultVector;
    d = defaultVector.length;
    buckets = new float[BUCKETS * d];
    Arrays.fill(shares, 1f / GROUPS);
  }

  @Override
  public void history(ItemTable items, int[] rows, int from, int count, long userHash) {
    history.take(rows, from, count);
    int n = history.distinct();
    if (counts.length < n) {
      counts = new float[n + n / 2];
    }
    for (int j = 0; j < n; j++) {
      counts[j] = history.count(j);
    }
    Arrays.fill(buckets, 0f);
    Kernels.sumBuckets(
        items.embeddings(), d, history.items(), 0, n, counts, items.codes(), GROUPS, BITS, buckets);
    Kernels.squaredNorms(buckets, d, 0, BUCKETS, inverseNorms);
    for (int b = 0; b < BUCKETS; b++) {
      inverseNorms[b] = Relevance.inverseNorm(inverseNorms[b]);
      for (int c = b * d; c < (b + 1) * d; c++) {
        buckets[c] *= inverseNorms[b];
      }
    }
  }

  @Override
  public void attend(
      ItemTable items, int[] targets, int from, int count, float[] out, int offset, int outStride) {
    if (history.size() == 0) {
      DefaultVector.fill(defaultVector, count, out, offset, outStride);
      return;
    }
    for (int t = 0; t < count; t++) {
      bucketsOf(items.codes()[targets[from + t]], own);
      Kernels.sumRows(buckets, d, own, 0, GROUPS, shares, 0, out, offset + t * outStride);
    }
  }

  /** The bucket of each group that a code falls into, ascending. */
  public static void bucketsOf(long code, int[] buckets) {
    for (int g = 0; g < GROUPS; g++) {
      buckets[g] = (g << BITS) | ((int) (code >>> (g * BITS)) & ((1 << BITS) - 1));
    }
  }

  /**
   * q_i ∝ in how many groups behavior i collides with the target: what SDIM's weights estimate. The
   * lengths of the sums are left aside. False if none collides.
   */
  @Override
  public boolean weights(ItemTable items, int target, float[] out) {
    long code = items.codes()[target];
    int total = 0;
    for (int j = 0; j < history.distinct(); j++) {
      int collisions = collisions(items.codes()[history.items()[j]] ^ code);
      Arrays.fill(out, history.starts()[j], history.starts()[j + 1], collisions);
      total += collisions * history.count(j);
    }
    for (int i = 0; i < history.size(); i++) {
      out[i] /= Math.max(1, total);
    }
    return total > 0;
  }

  private static int collisions(long difference) {
    int collisions = 0;
    for (int g = 0; g < GROUPS; g++) {
      collisions += (difference >>> (g * BITS) & ((1 << BITS) - 1)) == 0 ? 1 : 0;
    }
    return collisions;
  }

  /** The last history's buckets at unit length, {@code [128 × d]}; group g's 8 from 8g on. */
  public float[] buckets() {
    return buckets;
  }

  /** 1/‖sum‖ of each bucket; 0 for empty ones. */
  public float[] inverseNorms() {
    return inverseNorms;
  }
}
