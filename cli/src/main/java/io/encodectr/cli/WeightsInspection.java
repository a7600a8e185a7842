package io.encodectr.cli;

import io.encodectr.file.Safetensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Says what a file of tensors holds. */
final class WeightsInspection {
  private WeightsInspection() {}

  /** Inspects a {@code .safetensors} file. */
  static Inspection of(Path file) throws IOException {
    Safetensors tensors = Safetensors.read(file);
    List<Map<String, Object>> rows = new ArrayList<>();
    long total = 0;
    for (String name : tensors.names()) {
      Safetensors.Tensor tensor = tensors.tensor(name);
      var row = new LinkedHashMap<String, Object>();
      row.put("tensor", name);
      row.put("shape", ModelInspection.shape(tensor.shape()));
      addValues(tensor.values(), row);
      total += tensor.values().length;
      rows.add(row);
    }
    var facts = new LinkedHashMap<String, Object>();
    facts.put("kind", "safetensors");
    facts.put("values", total);
    if (!tensors.metadata().isEmpty()) {
      facts.put("metadata", tensors.metadata());
    }
    facts.put("tensors", rows);
    String sentence =
        "%s tensors of %s float32 values in all."
            .formatted(Inspection.count(rows.size()), Inspection.count(total));
    return new Inspection(sentence, facts);
  }

  /**
   * Adds how many values there are, their range and root mean square, and how many are no numbers.
   */
  static void addValues(float[] values, Map<String, Object> row) {
    double squares = 0;
    float min = Float.POSITIVE_INFINITY;
    float max = Float.NEGATIVE_INFINITY;
    long notFinite = 0;
    for (float value : values) {
      if (Float.isFinite(value)) {
        squares += (double) value * value;
        min = Math.min(min, value);
        max = Math.max(max, value);
      } else {
        notFinite++;
      }
    }
    row.put("values", values.length);
    row.put("min", min);
    row.put("max", max);
    row.put("rms", Math.sqrt(squares / Math.max(1, values.length - notFinite)));
    row.put("not_finite", notFinite);
  }
}
