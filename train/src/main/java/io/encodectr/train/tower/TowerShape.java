package io.encodectr.train.tower;

import java.util.List;

/**
 * Sizes of the CTR tower: {@code inputWidth → hidden₀ → … → 1}, ReLU between layers.
 *
 * <p>All its parameters lie in one flat array, layer by layer: the weight of layer i, input-major
 * [width of its input, its own width], then its bias.
 *
 * @param inputWidth width X of the tower's input vector
 * @param hidden widths of the hidden layers, in order
 */
public record TowerShape(int inputWidth, List<Integer> hidden) {
  /** Copies the list; all widths must be positive. */
  public TowerShape {
    hidden = List.copyOf(hidden);
    if (inputWidth <= 0 || hidden.stream().anyMatch(width -> width <= 0)) {
      throw new IllegalArgumentException("tower widths must be positive: " + inputWidth + hidden);
    }
  }

  /** Number of layers, the output layer included. */
  public int layers() {
    return hidden.size() + 1;
  }

  /** Width of a layer's input. */
  public int inputs(int layer) {
    return layer == 0 ? inputWidth : hidden.get(layer - 1);
  }

  /** Width of a layer's output; 1 for the last layer. */
  public int outputs(int layer) {
    return layer == hidden.size() ? 1 : hidden.get(layer);
  }

  /** Where a layer's weight starts in the flat array. */
  public int weightOffset(int layer) {
    int offset = 0;
    for (int i = 0; i < layer; i++) {
      offset += inputs(i) * outputs(i) + outputs(i);
    }
    return offset;
  }

  /** Where a layer's bias starts in the flat array. */
  public int biasOffset(int layer) {
    return weightOffset(layer) + inputs(layer) * outputs(layer);
  }

  /** Length of the flat array. */
  public int size() {
    return weightOffset(layers());
  }

  /** Name of a layer's weight in the weights file. */
  public static String weightName(int layer) {
    return "tower." + layer + ".weight";
  }

  /** Name of a layer's bias in the weights file. */
  public static String biasName(int layer) {
    return "tower." + layer + ".bias";
  }
}
