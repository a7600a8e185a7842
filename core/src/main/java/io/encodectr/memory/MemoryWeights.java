package io.encodectr.memory;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Function;

/**
 * What MIMN learns beside the embeddings, or the gradient of it. All matrices are input-major; [ρ |
 * u | n] are a gated unit's three gates.
 *
 * @param dimension d, width of a slot, of the controller and of an item's embedding
 * @param slotKeys K, what the slots are addressed by beside their content, {@code [SLOTS × d]}
 * @param start M₀, {@code [SLOTS × d]}
 * @param controllerInput from e_t, {@code [d × 3d]}
 * @param controllerRead from r_{t−1}, {@code [d × 3d]}
 * @param controllerState from h_{t−1}, {@code [d × 3d]}
 * @param controllerBias {@code [3d]}
 * @param heads from h_t to [read key | write key | add | erase], {@code [d × 4d]}
 * @param headsBias {@code [4d]}
 * @param strengths from h_t to the strengths of read and write key, {@code [2 × d]}
 * @param strengthsBias {@code [2]}
 * @param inductionInput from e_t, {@code [d × 3d]}
 * @param inductionMemory from the slot's content, {@code [d × 3d]}
 * @param inductionState from the slot's induced interest, {@code [d × 3d]}
 * @param inductionBias {@code [3d]}
 * @param query from the target's e to its key, {@code [d × d]}
 * @param queryBias {@code [d]}
 * @param queryStrength from the target's e to its key's strength, {@code [d]}
 * @param queryStrengthBias {@code [1]}
 */
public record MemoryWeights(
    int dimension,
    float[] slotKeys,
    float[] start,
    float[] controllerInput,
    float[] controllerRead,
    float[] controllerState,
    float[] controllerBias,
    float[] heads,
    float[] headsBias,
    float[] strengths,
    float[] strengthsBias,
    float[] inductionInput,
    float[] inductionMemory,
    float[] inductionState,
    float[] inductionBias,
    float[] query,
    float[] queryBias,
    float[] queryStrength,
    float[] queryStrengthBias) {
  /** Slots of the memory. */
  public static final int SLOTS = 4;

  private static final String PREFIX = "memory.";

  /** Name of K. */
  public static final String SLOT_KEYS = PREFIX + "keys";

  /** Rows and columns of each tensor by its name in the weights file, in order. */
  public static SequencedMap<String, int[]> shapes(int d) {
    SequencedMap<String, int[]> shapes = new LinkedHashMap<>();
    shapes.put(SLOT_KEYS, new int[] {SLOTS, d});
    shapes.put(PREFIX + "start", new int[] {SLOTS, d});
    for (String source : new String[] {"input", "read", "state"}) {
      shapes.put(PREFIX + "controller." + source, new int[] {d, 3 * d});
    }
    shapes.put(PREFIX + "controller.bias", new int[] {1, 3 * d});
    shapes.put(PREFIX + "heads", new int[] {d, 4 * d});
    shapes.put(PREFIX + "heads.bias", new int[] {1, 4 * d});
    shapes.put(PREFIX + "strengths", new int[] {2, d});
    shapes.put(PREFIX + "strengths.bias", new int[] {1, 2});
    for (String source : new String[] {"input", "memory", "state"}) {
      shapes.put(PREFIX + "induction." + source, new int[] {d, 3 * d});
    }
    shapes.put(PREFIX + "induction.bias", new int[] {1, 3 * d});
    shapes.put(PREFIX + "query", new int[] {d, d});
    shapes.put(PREFIX + "query.bias", new int[] {1, d});
    shapes.put(PREFIX + "query.strength", new int[] {1, d});
    shapes.put(PREFIX + "query.strength.bias", new int[] {1, 1});
    return shapes;
  }

  /** Standard deviation that a tensor starts from: ½ of K, 0 of biases, 1/√d of all others. */
  public static float deviation(String name, int d) {
    if (name.equals(SLOT_KEYS)) {
      return 0.5f;
    }
    return name.endsWith("bias") ? 0f : (float) (1 / Math.sqrt(d));
  }

  /** The tensors by name; arrays are shared, not copied. */
  public static MemoryWeights of(int d, Function<String, float[]> tensors) {
    Function<String, float[]> get = name -> tensors.apply(PREFIX + name);
    return new MemoryWeights(
        d,
        tensors.apply(SLOT_KEYS),
        get.apply("start"),
        get.apply("controller.input"),
        get.apply("controller.read"),
        get.apply("controller.state"),
        get.apply("controller.bias"),
        get.apply("heads"),
        get.apply("heads.bias"),
        get.apply("strengths"),
        get.apply("strengths.bias"),
        get.apply("induction.input"),
        get.apply("induction.memory"),
        get.apply("induction.state"),
        get.apply("induction.bias"),
        get.apply("query"),
        get.apply("query.bias"),
        get.apply("query.strength"),
        get.apply("query.strength.bias"));
  }

  /** New tensors of zeros by name. */
  public static Map<String, float[]> zeros(int d) {
    Map<String, float[]> zeros = new LinkedHashMap<>();
    shapes(d).forEach((name, shape) -> zeros.put(name, new float[shape[0] * shape[1]]));
    return zeros;
  }
}
