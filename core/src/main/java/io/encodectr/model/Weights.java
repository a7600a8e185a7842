package io.encodectr.model;

import io.encodectr.file.Damage;
import io.encodectr.file.Safetensors;
import io.encodectr.file.Sha256;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/** Reads a model's tensors and checks them against its specification. */
final class Weights {
  static final String FILE = "weights.safetensors";

  private Weights() {}

  /**
   * All tensors of a model folder, by name.
   *
   * @throws io.encodectr.file.InputException if the file is missing, has another checksum, lacks a
   *     tensor, or holds one of another shape or with a value that is not finite
   */
  static SequencedMap<String, float[]> read(Path folder, ModelSpec spec, Layout layout)
      throws IOException {
    Path path = folder.resolve(FILE);
    Safetensors file = Safetensors.read(path);
    String found = Sha256.of(path);
    if (!found.equals(spec.weightsSha256())) {
      throw Damage.of(
          path, "its checksum is " + found + ", model.json says " + spec.weightsSha256());
    }
    for (Map.Entry<String, int[]> needed : layout.tensors().entrySet()) {
      String name = needed.getKey();
      if (!file.has(name)) {
        throw Damage.of(path, "tensor " + name + " is missing");
      }
      requireShape(path, name, file.shape(name), needed.getValue());
    }
    SequencedMap<String, float[]> weights = new LinkedHashMap<>();
    for (String name : file.names()) {
      float[] values = file.tensor(name).values();
      requireFinite(path, name, values);
      weights.put(name, values);
    }
    return weights;
  }

  static void requireShape(Path path, String name, int[] shape, int[] needed) {
    if (!Arrays.equals(shape, needed)) {
      throw Damage.of(
          path,
          "tensor "
              + name
              + " has the shape "
              + Arrays.toString(shape)
              + ", the model needs "
              + Arrays.toString(needed));
    }
  }

  static void requireFinite(Path path, String name, float[] values) {
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw new io.encodectr.file.InputException(
            path
                + ": tensor "
                + name
                + " holds "
                + values[i]
                + " at "
                + i
                + "; the training diverged: train again with a smaller learning rate");
      }
    }
  }
}
