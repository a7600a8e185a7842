package io.encodectr.memory;

import static io.encodectr.memory.MemoryWeights.SLOTS;

import io.encodectr.item.ItemTable;
import io.encodectr.kernel.Kernels;
import io.encodectr.relevance.ContentAddress;
import io.encodectr.relevance.Relevance;
import java.util.Arrays;

/**
 * MIMN's memory of one user (Pi et al., 2019). Behaviors e_1 … e_T are read oldest first; with h_0
 * = r_0 = 0, S_0 = 0 and learned M_0 and K, step t is
 *
 * <pre>
 * h_t = GRU([e_t, r_{t−1}], h_{t−1})                         controller
 * k^r, k^w, a = tanh(h_t·W + b),  g = σ(h_t·W + b)           read key, write key, add, erase
 * β = 2(1 + softplus(h_t·v + c))                             strength of each key
 * w^r_i = softmax_i(β^r ½(cos(k^r, K(i)) + cos(k^r, M_{t−1}(i))))      read weights; w^w from k^w
 * r_t = Σ_i w^r_i M_{t−1}(i)
 * S_t(j) = GRU([e_t, M_{t−1}(j)], S_{t−1}(j)),  j = argmax_i w^r_i     memory induction
 * M_t(i) = M_{t−1}(i)∘(1 − w^w_i g) + w^w_i a
 * </pre>
 *
 * and induced interests of the other slots stay as they are. K is never written to, so that slots
 * are told apart however alike their contents grow. A target item x then reads both memories at
 * once: l = Σ_i softmax_i(β^q cos(k^q, v_i))·v_i over v = M_T(1…4), S_T(1…4), with key k^q =
 * tanh(x·W^q + b^q) and strength β^q from x. Before a slot was ever induced its S is zero, has
 * cosine 0, and lends its weight to nothing.
 *
 * <p>There is no padding: the recurrence runs over exactly the behaviors given. One instance a
 * thread; memory grows with the history only if the steps are kept for {@link MemoryGradient}.
 */
public final class InterestMemory {
  private static final int BLOCK = 64;

  /** Read and write weights of a step lie this far apart. */
  static final int WEIGHTS = Kernels.padded(SLOTS);

  /** Vectors that a target reads: both memories. */
  static final int VECTORS = 2 * SLOTS;

  final MemoryWeights weights;
  final int d;
  int steps;

  // Of each kept step: gates and third state part of both units, states before and after.
  float[] embeddings = {};
  float[] controllerGates = {};
  float[] controllerThird = {};
  float[] inductionGates = {};
  float[] inductionThird = {};
  float[] state = {};
  float[] read = {};
  float[] memory = {};
  float[] inverseNorms = {};
  float[] heads = {};
  float[] headScalars = {};
  float[] cosines = {};
  float[] slotCosines = {};
  float[] similarities = {};
  float[] addresses = {};
  float[] induced = {};
  int[] slots = {};

  final float[] slotKeyInverses = new float[SLOTS];
  final float[] interests;
  final float[] usage = new float[SLOTS];
  final float[] vectors;
  final float[] vectorInverseNorms = new float[VECTORS];
  private final float[] hidden;
  private final float[] next;

  float[] targets = {};
  float[] keys = {};
  float[] keyScalars = {};
  float[] keyCosines = {};
  float[] keyWeights = {};

  /** Offsets within a step's scalars: z, β and 1/‖k‖, of the read and of the write key. */
  static final int Z = 0;

  static final int STRENGTH = 2;
  static final int INVERSE = 4;
  static final int SCALARS = 6;

  /** A memory over the weights, which are read at every call. */
  public InterestMemory(MemoryWeights weights) {
    this.weights = weights;
    d = weights.dimension();
    interests = new float[SLOTS * d];
    vectors = new float[VECTORS * d];
    hidden = new float[3 * d];
    next = new float[d];
  }

  /**
   * Reads a history from an empty memory on.
   *
   * @param rows item rows, oldest first
   * @param keep whether to keep every step for {@link MemoryGradient}
   */
  public void run(ItemTable items, int[] rows, int from, int count, boolean keep) {
    reserve(keep ? count : Math.min(count, BLOCK));
    steps = count;
    Arrays.fill(state, 0, d, 0f);
    Arrays.fill(read, 0, d, 0f);
    Arrays.fill(interests, 0f);
    Arrays.fill(usage, 0f);
    System.arraycopy(weights.start(), 0, memory, 0, SLOTS * d);
    ContentAddress.inverseNorms(weights.slotKeys(), 0, SLOTS, d, slotKeyInverses, 0);
    int last = 0;
    for (int start = 0; start < count; start += BLOCK) {
      int n = Math.min(BLOCK, count - start);
      int base = keep ? start : 0;
      if (!keep && start > 0) {
        System.arraycopy(state, BLOCK * d, state, 0, d);
        System.arraycopy(read, BLOCK * d, read, 0, d);
        System.arraycopy(memory, BLOCK * SLOTS * d, memory, 0, SLOTS * d);
      }
      Kernels.gather(items.embeddings(), d, rows, from + start, n, embeddings, base * d);
      project(weights.controllerInput(), weights.controllerBias(), base, n, controllerGates);
      project(weights.inductionInput(), weights.inductionBias(), base, n, inductionGates);
      for (int t = base; t < base + n; t++) {
        step(t);
      }
      last = base + n;
    }
    System.arraycopy(memory, last * SLOTS * d, vectors, 0, SLOTS * d);
    System.arraycopy(interests, 0, vectors, SLOTS * d, SLOTS * d);
    ContentAddress.inverseNorms(vectors, 0, VECTORS, d, vectorInverseNorms, 0);
  }

  private void reserve(int capacity) {
    if (slots.length >= capacity && slots.length > 0) {
      return;
    }
    int n = Math.max(BLOCK, capacity + capacity / 4);
    embeddings = new float[n * d];
    controllerGates = new float[n * 3 * d];
    controllerThird = new float[n * d];
    inductionGates = new float[n * 3 * d];
    inductionThird = new float[n * d];
    state = new float[(n + 1) * d];
    read = new float[(n + 1) * d];
    memory = new float[(n + 1) * SLOTS * d];
    inverseNorms = new float[n * SLOTS];
    heads = new float[n * 4 * d];
    headScalars = new float[n * SCALARS];
    cosines = new float[n * 2 * WEIGHTS];
    slotCosines = new float[n * 2 * WEIGHTS];
    similarities = new float[n * 2 * WEIGHTS];
    addresses = new float[n * 2 * WEIGHTS];
    induced = new float[n * d];
    slots = new int[n];
  }

  /** What the steps' behaviors add to the gates, all at once. */
  private void project(float[] matrix, float[] bias, int base, int n, float[] gates) {
    for (int t = base; t < base + n; t++) {
      System.arraycopy(bias, 0, gates, t * 3 * d, 3 * d);
    }
    Kernels.multiply(
        embeddings,
        base * d,
        d,
        1,
        matrix,
        0,
        3 * d,
        gates,
        base * 3 * d,
        3 * d,
        n,
        3 * d,
        d,
        true);
  }

  private void step(int t) {
    int before = t * SLOTS * d;
    times(read, t * d, weights.controllerRead(), controllerGates, t * 3 * d, 3 * d, true);
    times(state, t * d, weights.controllerState(), hidden, 0, 3 * d, false);
    System.arraycopy(hidden, 2 * d, controllerThird, t * d, d);
    GatedUnit.step(controllerGates, t * 3 * d, hidden, state, t * d, state, (t + 1) * d, d);
    int head = t * 4 * d;
    System.arraycopy(weights.headsBias(), 0, heads, head, 4 * d);
    times(state, (t + 1) * d, weights.heads(), heads, head, 4 * d, true);
    Kernels.tanh(heads, head, 3 * d);
    Kernels.sigmoid(heads, head + 3 * d, d);
    ContentAddress.inverseNorms(memory, before, SLOTS, d, inverseNorms, t * SLOTS);
    address(t, 0);
    address(t, 1);
    int address = t * 2 * WEIGHTS;
    int slot = 0;
    Arrays.fill(next, 0f);
    for (int i = 0; i < SLOTS; i++) {
      float w = addresses[address + i];
      slot = w > addresses[address + slot] ? i : slot;
      for (int c = 0; c < d; c++) {
        next[c] += w * memory[before + i * d + c];
      }
    }
    System.arraycopy(next, 0, read, (t + 1) * d, d);
    induce(t, slot);
    write(t, before, address + WEIGHTS);
  }

  /** x·B for one row x of d components. */
  private void times(
      float[] x, int xo, float[] matrix, float[] out, int oo, int n, boolean accumulate) {
    Kernels.multiply(x, xo, d, 1, matrix, 0, n, out, oo, n, 1, n, d, accumulate);
  }

  /** Weights of the read (0) or the write (1) key. */
  private void address(int t, int which) {
    int key = t * 4 * d + which * d;
    int scalars = t * SCALARS + which;
    float z =
        Kernels.dot(state, (t + 1) * d, weights.strengths(), which * d, d)
            + weights.strengthsBias()[which];
    headScalars[scalars + Z] = z;
    headScalars[scalars + STRENGTH] = ContentAddress.strength(z);
    ContentAddress.inverseNorms(heads, key, 1, d, headScalars, scalars + INVERSE);
    float inverse = headScalars[scalars + INVERSE];
    int to = (2 * t + which) * WEIGHTS;
    int before = t * SLOTS;
    Relevance.cosines(
        heads, key, inverse, memory, before * d, inverseNorms, before, SLOTS, d, cosines, to);
    Relevance.cosines(
        heads, key, inverse, weights.slotKeys(), 0, slotKeyInverses, 0, SLOTS, d, slotCosines, to);
    for (int i = to; i < to + SLOTS; i++) {
      similarities[i] = 0.5f * (cosines[i] + slotCosines[i]);
    }
    ContentAddress.weigh(similarities, addresses, to, SLOTS, headScalars[scalars + STRENGTH]);
  }

  private void induce(int t, int slot) {
    slots[t] = slot;
    System.arraycopy(interests, slot * d, induced, t * d, d);
    times(
        memory,
        (t * SLOTS + slot) * d,
        weights.inductionMemory(),
        inductionGates,
        t * 3 * d,
        3 * d,
        true);
    times(induced, t * d, weights.inductionState(), hidden, 0, 3 * d, false);
    System.arraycopy(hidden, 2 * d, inductionThird, t * d, d);
    GatedUnit.step(inductionGates, t * 3 * d, hidden, induced, t * d, interests, slot * d, d);
  }

  private void write(int t, int before, int address) {
    int add = t * 4 * d + 2 * d;
    int erase = add + d;
    int after = before + SLOTS * d;
    for (int i = 0; i < SLOTS; i++) {
      float w = addresses[address + i];
      usage[i] += w;
      for (int c = 0; c < d; c++) {
        int at = i * d + c;
        memory[after + at] = memory[before + at] * (1f - w * heads[erase + c]) + w * heads[add + c];
      }
    }
  }

  /** How many behaviors were read. */
  public int steps() {
    return steps;
  }

  /** M_T, then S_T, {@code [8 × d]}. */
  public float[] vectors() {
    return vectors;
  }

  /**
   * How evenly the slots were written to: Σ_i (w̄_i − 1/4)² with w̄ the mean of w^w over the steps;
   * 0 if all alike. MIMN's utilization regularizer is a multiple of it.
   */
  public float imbalance() {
    float sum = 0f;
    for (float written : usage) {
      float off = written / Math.max(1, steps) - 1f / SLOTS;
      sum += off * off;
    }
    return sum;
  }

  /**
   * Writes l for each target item.
   *
   * @param rows the targets' item rows
   * @param out target t's d components go to {@code out[offset + t*stride]}
   */
  public void read(
      ItemTable items, int[] rows, int from, int count, float[] out, int offset, int stride) {
    if (keys.length < count * d) {
      targets = new float[count * d];
      keys = new float[count * d];
      keyScalars = new float[count * SCALARS];
      keyCosines = new float[count * VECTORS];
      keyWeights = new float[count * VECTORS];
    }
    Kernels.gather(items.embeddings(), d, rows, from, count, targets, 0);
    for (int t = 0; t < count; t++) {
      System.arraycopy(weights.queryBias(), 0, keys, t * d, d);
    }
    Kernels.multiply(targets, 0, d, 1, weights.query(), 0, d, keys, 0, d, count, d, d, true);
    Kernels.tanh(keys, 0, count * d);
    for (int t = 0; t < count; t++) {
      int scalars = t * SCALARS;
      float z =
          Kernels.dot(targets, t * d, weights.queryStrength(), 0, d)
              + weights.queryStrengthBias()[0];
      keyScalars[scalars + Z] = z;
      keyScalars[scalars + STRENGTH] = ContentAddress.strength(z);
      ContentAddress.inverseNorms(keys, t * d, 1, d, keyScalars, scalars + INVERSE);
      Relevance.cosines(
          keys,
          t * d,
          keyScalars[scalars + INVERSE],
          vectors,
          0,
          vectorInverseNorms,
          0,
          VECTORS,
          d,
          keyCosines,
          t * VECTORS);
      ContentAddress.weigh(
          keyCosines, keyWeights, t * VECTORS, VECTORS, keyScalars[scalars + STRENGTH]);
    }
    Kernels.multiply(
        keyWeights, 0, VECTORS, 1, vectors, 0, d, out, offset, stride, count, d, VECTORS, false);
  }
}
