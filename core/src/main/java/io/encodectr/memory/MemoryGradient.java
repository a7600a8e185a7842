package io.encodectr.memory;

import static io.encodectr.memory.InterestMemory.INVERSE;
import static io.encodectr.memory.InterestMemory.SCALARS;
import static io.encodectr.memory.InterestMemory.STRENGTH;
import static io.encodectr.memory.InterestMemory.VECTORS;
import static io.encodectr.memory.InterestMemory.WEIGHTS;
import static io.encodectr.memory.InterestMemory.Z;
import static io.encodectr.memory.MemoryWeights.SLOTS;

import io.encodectr.kernel.Kernels;
import io.encodectr.relevance.ContentAddress;
import java.util.Arrays;
import java.util.Map;

/**
 * Backward pass of {@link InterestMemory}, through all of its steps. Only what one step hands to
 * the one before goes step by step; gradients of the weights and the behaviors are products over
 * all steps at the end. Which slot was induced is a constant. One instance a thread.
 */
public final class MemoryGradient {
  private final MemoryWeights weights;
  private final int d;
  private final Map<String, float[]> tensors;
  private final MemoryWeights sum;

  private final float[] controllerReadT;
  private final float[] controllerStateT;
  private final float[] controllerInputT;
  private final float[] headsT;
  private final float[] inductionMemoryT;
  private final float[] inductionStateT;
  private final float[] inductionInputT;
  private final float[] queryT;

  private final float[] memoryGradient;
  private final float[] stateGradient;
  private final float[] readGradient;
  private final float[] weightGradient = new float[VECTORS];
  private float[] controllerGradient = {};
  private float[] controllerHidden = {};
  private float[] inductionGradient = {};
  private float[] inductionHidden = {};
  private float[] slotContent = {};
  private float[] headGradient = {};
  private float[] behaviorGradient = {};
  private float[] keyGradient = {};
  private float[] targetGradient = {};

  /** Gradients for memories over these weights. */
  public MemoryGradient(MemoryWeights weights) {
    this.weights = weights;
    d = weights.dimension();
    tensors = MemoryWeights.zeros(d);
    sum = MemoryWeights.of(d, name -> tensors.get(name));
    int square = d * 3 * d;
    controllerReadT = new float[square];
    controllerStateT = new float[square];
    controllerInputT = new float[square];
    inductionMemoryT = new float[square];
    inductionStateT = new float[square];
    inductionInputT = new float[square];
    headsT = new float[d * 4 * d];
    queryT = new float[d * d];
    memoryGradient = new float[VECTORS * d];
    stateGradient = new float[d];
    readGradient = new float[d];
  }

  /** Forgets all sums, and takes the weights as they are now. */
  public void begin() {
    tensors.values().forEach(tensor -> Arrays.fill(tensor, 0f));
    transpose(weights.controllerRead(), controllerReadT);
    transpose(weights.controllerState(), controllerStateT);
    transpose(weights.controllerInput(), controllerInputT);
    transpose(weights.inductionMemory(), inductionMemoryT);
    transpose(weights.inductionState(), inductionStateT);
    transpose(weights.inductionInput(), inductionInputT);
    transpose(weights.heads(), headsT);
    transpose(weights.query(), queryT);
  }

  /** From {@code [d × n]} to {@code [n × d]}. */
  private void transpose(float[] matrix, float[] out) {
    int n = matrix.length / d;
    for (int i = 0; i < d; i++) {
      for (int j = 0; j < n; j++) {
        out[j * d + i] = matrix[i * n + j];
      }
    }
  }

  /** ∂L/∂ of a tensor, summed since {@link #begin}. */
  public float[] gradient(String name) {
    float[] found = tensors.get(name);
    if (found == null) {
      throw new IllegalArgumentException("the memory has no tensor " + name);
    }
    return found;
  }

  /**
   * Adds the gradients of one history and its targets. The memory must have run over the history
   * with its steps kept, and have been read by exactly these targets, just before.
   *
   * @param outGradient target t's d components at {@code offset + t*stride}
   * @param regularizer weight of {@link InterestMemory#imbalance} in the loss
   * @param behaviorRows rows of {@code itemGradient} that the behaviors add to
   * @param targetRows rows that the targets add to
   * @param itemGradient {@code [· × d]}
   */
  public void add(
      InterestMemory memory,
      float[] outGradient,
      int offset,
      int stride,
      float regularizer,
      int[] behaviorRows,
      int behaviorFrom,
      int[] targetRows,
      int targetFrom,
      int targets,
      float[] itemGradient) {
    Arrays.fill(memoryGradient, 0f);
    readers(memory, outGradient, offset, stride, targets);
    scatter(targetGradient, targetRows, targetFrom, targets, itemGradient);
    int steps = memory.steps;
    reserve(steps);
    Arrays.fill(stateGradient, 0f);
    Arrays.fill(readGradient, 0f);
    for (int t = steps - 1; t >= 0; t--) {
      step(memory, t, regularizer);
    }
    for (int i = 0; i < SLOTS * d; i++) {
      sum.start()[i] += memoryGradient[i];
    }
    overSteps(memory, steps);
    scatter(behaviorGradient, behaviorRows, behaviorFrom, steps, itemGradient);
  }

  private void reserve(int steps) {
    if (slotContent.length < steps * d) {
      int n = steps + steps / 4;
      controllerGradient = new float[n * 3 * d];
      controllerHidden = new float[n * 3 * d];
      inductionGradient = new float[n * 3 * d];
      inductionHidden = new float[n * 3 * d];
      slotContent = new float[n * d];
      headGradient = new float[n * 4 * d];
      behaviorGradient = new float[n * d];
    }
  }

  private void scatter(float[] gradient, int[] rows, int from, int n, float[] out) {
    for (int i = 0; i < n; i++) {
      int row = rows[from + i] * d;
      for (int c = 0; c < d; c++) {
        out[row + c] += gradient[i * d + c];
      }
    }
  }

  /** Of the targets' reading: keys, strengths and both memories' last state. */
  private void readers(
      InterestMemory memory, float[] outGradient, int offset, int stride, int targets) {
    if (keyGradient.length < targets * d) {
      keyGradient = new float[targets * d];
      targetGradient = new float[targets * d];
    }
    Arrays.fill(keyGradient, 0, targets * d, 0f);
    for (int t = 0; t < targets; t++) {
      int given = offset + t * stride;
      for (int i = 0; i < VECTORS; i++) {
        weightGradient[i] = Kernels.dot(outGradient, given, memory.vectors, i * d, d);
        float w = memory.keyWeights[t * VECTORS + i];
        for (int c = 0; c < d; c++) {
          memoryGradient[i * d + c] += w * outGradient[given + c];
        }
      }
      int scalars = t * SCALARS;
      float strengthGradient =
          ContentAddress.weightGradient(
              memory.keyCosines,
              memory.keyWeights,
              t * VECTORS,
              VECTORS,
              memory.keyScalars[scalars + STRENGTH],
              weightGradient);
      ContentAddress.cosineGradient(
          memory.keys,
          t * d,
          memory.keyScalars[scalars + INVERSE],
          memory.vectors,
          0,
          memory.vectorInverseNorms,
          0,
          VECTORS,
          d,
          memory.keyCosines,
          t * VECTORS,
          weightGradient,
          1f,
          keyGradient,
          t * d,
          memoryGradient,
          0);
      float z = strengthGradient * ContentAddress.strengthSlope(memory.keyScalars[scalars + Z]);
      sum.queryStrengthBias()[0] += z;
      for (int c = 0; c < d; c++) {
        int at = t * d + c;
        sum.queryStrength()[c] += z * memory.targets[at];
        targetGradient[at] = z * weights.queryStrength()[c];
        keyGradient[at] *= 1f - memory.keys[at] * memory.keys[at];
      }
    }
    weights(memory.targets, 0, keyGradient, d, targets, sum.query());
    bias(keyGradient, d, targets, sum.queryBias());
    Kernels.multiply(keyGradient, 0, d, 1, queryT, 0, d, targetGradient, 0, d, targets, d, d, true);
  }

  private void step(InterestMemory memory, int t, float regularizer) {
    int head = t * 4 * d;
    Arrays.fill(headGradient, head, head + 4 * d, 0f);
    // What was written: the gradient of M_t becomes that of M_{t−1}.
    written(memory, t, regularizer);
    float writeZ = address(memory, t, 1);
    induced(memory, t);
    int before = t * SLOTS * d;
    for (int i = 0; i < SLOTS; i++) {
      weightGradient[i] = Kernels.dot(readGradient, 0, memory.memory, before + i * d, d);
      float w = memory.addresses[t * 2 * WEIGHTS + i];
      for (int c = 0; c < d; c++) {
        memoryGradient[i * d + c] += w * readGradient[c];
      }
    }
    Arrays.fill(weightGradient, SLOTS, WEIGHTS, 0f);
    float readZ = address(memory, t, 0);
    for (int c = 0; c < 3 * d; c++) {
      float value = memory.heads[head + c];
      headGradient[head + c] *= 1f - value * value;
    }
    for (int c = 3 * d; c < 4 * d; c++) {
      float value = memory.heads[head + c];
      headGradient[head + c] *= value * (1f - value);
    }
    times(headGradient, head, headsT, 4 * d, stateGradient, 0);
    for (int c = 0; c < d; c++) {
      stateGradient[c] += readZ * weights.strengths()[c] + writeZ * weights.strengths()[d + c];
    }
    GatedUnit.back(
        memory.controllerGates,
        t * 3 * d,
        memory.controllerThird,
        t * d,
        memory.state,
        t * d,
        stateGradient,
        0,
        controllerGradient,
        controllerHidden,
        t * 3 * d,
        d);
    times(controllerHidden, t * 3 * d, controllerStateT, 3 * d, stateGradient, 0);
    Arrays.fill(readGradient, 0f);
    times(controllerGradient, t * 3 * d, controllerReadT, 3 * d, readGradient, 0);
  }

  /** out += x·B for one row x of k components. */
  private void times(float[] x, int xo, float[] matrix, int k, float[] out, int oo) {
    Kernels.multiply(x, xo, k, 1, matrix, 0, d, out, oo, d, 1, d, k, true);
  }

  private void written(InterestMemory memory, int t, float regularizer) {
    int before = t * SLOTS * d;
    int add = t * 4 * d + 2 * d;
    int erase = add + d;
    int address = (2 * t + 1) * WEIGHTS;
    for (int i = 0; i < SLOTS; i++) {
      float w = memory.addresses[address + i];
      float even = memory.usage[i] / memory.steps - 1f / SLOTS;
      float gradient = regularizer * 2f * even / memory.steps;
      for (int c = 0; c < d; c++) {
        int at = i * d + c;
        float given = memoryGradient[at];
        float content = memory.memory[before + at];
        float erased = memory.heads[erase + c];
        gradient += given * (memory.heads[add + c] - content * erased);
        headGradient[add + c] += given * w;
        headGradient[erase + c] -= given * w * content;
        memoryGradient[at] = given * (1f - w * erased);
      }
      weightGradient[i] = gradient;
    }
    Arrays.fill(weightGradient, SLOTS, WEIGHTS, 0f);
  }

  /** Of the read (0) or the write (1) key; returns ∂L/∂z of its strength and adds z's weights. */
  private float address(InterestMemory memory, int t, int which) {
    int key = t * 4 * d + which * d;
    int scalars = t * SCALARS + which;
    int at = (2 * t + which) * WEIGHTS;
    float strengthGradient =
        ContentAddress.weightGradient(
            memory.similarities,
            memory.addresses,
            at,
            SLOTS,
            memory.headScalars[scalars + STRENGTH],
            weightGradient);
    ContentAddress.cosineGradient(
        memory.heads,
        key,
        memory.headScalars[scalars + INVERSE],
        memory.memory,
        t * SLOTS * d,
        memory.inverseNorms,
        t * SLOTS,
        SLOTS,
        d,
        memory.cosines,
        at,
        weightGradient,
        0.5f,
        headGradient,
        key,
        memoryGradient,
        0);
    ContentAddress.cosineGradient(
        memory.heads,
        key,
        memory.headScalars[scalars + INVERSE],
        weights.slotKeys(),
        0,
        memory.slotKeyInverses,
        0,
        SLOTS,
        d,
        memory.slotCosines,
        at,
        weightGradient,
        0.5f,
        headGradient,
        key,
        sum.slotKeys(),
        0);
    float z = strengthGradient * ContentAddress.strengthSlope(memory.headScalars[scalars + Z]);
    sum.strengthsBias()[which] += z;
    for (int c = 0; c < d; c++) {
      sum.strengths()[which * d + c] += z * memory.state[(t + 1) * d + c];
    }
    return z;
  }

  private void induced(InterestMemory memory, int t) {
    int slot = memory.slots[t];
    int interest = (SLOTS + slot) * d;
    System.arraycopy(memory.memory, (t * SLOTS + slot) * d, slotContent, t * d, d);
    GatedUnit.back(
        memory.inductionGates,
        t * 3 * d,
        memory.inductionThird,
        t * d,
        memory.induced,
        t * d,
        memoryGradient,
        interest,
        inductionGradient,
        inductionHidden,
        t * 3 * d,
        d);
    times(inductionHidden, t * 3 * d, inductionStateT, 3 * d, memoryGradient, interest);
    times(inductionGradient, t * 3 * d, inductionMemoryT, 3 * d, memoryGradient, slot * d);
  }

  private void overSteps(InterestMemory memory, int steps) {
    weights(memory.embeddings, 0, controllerGradient, 3 * d, steps, sum.controllerInput());
    weights(memory.read, 0, controllerGradient, 3 * d, steps, sum.controllerRead());
    weights(memory.state, 0, controllerHidden, 3 * d, steps, sum.controllerState());
    bias(controllerGradient, 3 * d, steps, sum.controllerBias());
    weights(memory.state, d, headGradient, 4 * d, steps, sum.heads());
    bias(headGradient, 4 * d, steps, sum.headsBias());
    weights(memory.embeddings, 0, inductionGradient, 3 * d, steps, sum.inductionInput());
    weights(slotContent, 0, inductionGradient, 3 * d, steps, sum.inductionMemory());
    weights(memory.induced, 0, inductionHidden, 3 * d, steps, sum.inductionState());
    bias(inductionGradient, 3 * d, steps, sum.inductionBias());
    product(controllerGradient, controllerInputT, steps, false);
    product(inductionGradient, inductionInputT, steps, true);
  }

  /** sum += Xᵀ·G over all steps. */
  private void weights(float[] x, int xo, float[] gradient, int n, int steps, float[] total) {
    Kernels.multiply(x, xo, 1, d, gradient, 0, n, total, 0, n, d, n, steps, true);
  }

  private static void bias(float[] gradient, int n, int steps, float[] total) {
    for (int t = 0; t < steps; t++) {
      for (int c = 0; c < n; c++) {
        total[c] += gradient[t * n + c];
      }
    }
  }

  private void product(float[] gradient, float[] matrix, int steps, boolean accumulate) {
    int n = 3 * d;
    Kernels.multiply(
        gradient, 0, n, 1, matrix, 0, d, behaviorGradient, 0, d, steps, d, n, accumulate);
  }
}
