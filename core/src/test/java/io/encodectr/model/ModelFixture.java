package io.encodectr.model;

import io.encodectr.dataset.Dataset;
import io.encodectr.file.Safetensors.Tensor;
import io.encodectr.file.WorkFolder;
import io.encodectr.sequence.Method;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SequencedMap;

/** Makes models with random weights for tests. */
public final class ModelFixture {
  private ModelFixture() {}

  /** The paper's sizes, for a dataset: each item but item 0 has a row of its own. */
  public static ModelSpec spec(String method, Dataset dataset) {
    return spec(method, "kmeans", "none", dataset);
  }

  /** The same with a clustering and a mass. */
  public static ModelSpec spec(String method, String clustering, String mass, Dataset dataset) {
    return new ModelSpec(
        ModelSpec.FORMAT,
        ModelSpec.KIND,
        method,
        32,
        4,
        30,
        15,
        20f,
        1500,
        50,
        "dot",
        Method.named(method).attendsBy("cosine") ? "cosine" : "dot",
        clustering,
        mass,
        50,
        8,
        List.of(200, 80),
        1,
        2,
        dataset.schema(),
        dataset.items() + 1,
        dataset.info().fingerprint(),
        Map.of("epochs", 1),
        Map.of("validation_auc", 0.5),
        CodeVersion.current(),
        "");
  }

  /** Tensors of the layout's shapes, uniform in ±1/√(rows of a matrix). */
  public static SequencedMap<String, Tensor> tensors(ModelSpec spec, long seed) {
    Random random = new Random(seed);
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
    new Layout(spec)
        .tensors()
        .forEach((name, shape) -> {
          int count = 1;
          for (int extent : shape) {
            count *= extent;
          }
          float[] values = new float[count];
          float scale = name.startsWith("tower") ? (float) (1 / Math.sqrt(shape[0])) : 1f;
          for (int i = 0; i < count; i++) {
            values[i] = (2 * random.nextFloat() - 1) * scale;
          }
          tensors.put(name, new Tensor(shape, values));
        });
    return tensors;
  }

  /** Rows 1, 2, … for the items, but 0 (out-of-vocabulary) for every tenth. */
  public static int[] itemRows(int items) {
    int[] rows = new int[items];
    for (int i = 0; i < items; i++) {
      rows[i] = i % 10 == 9 ? 0 : i + 1;
    }
    return rows;
  }

  /** Writes a model folder with random weights. */
  public static ModelSpec write(Path folder, String method, Dataset dataset, long seed)
      throws IOException {
    return write(folder, spec(method, dataset), dataset, seed);
  }

  /** Writes a model folder with random weights for a specification of one's own. */
  public static ModelSpec write(Path folder, ModelSpec spec, Dataset dataset, long seed)
      throws IOException {
    try (WorkFolder work = WorkFolder.create(folder, false)) {
      ModelSpec written =
          ModelWriter.write(
              work,
              spec,
              tensors(spec, seed),
              dataset,
              itemRows(dataset.items()),
              List.of(Map.of("step", 1, "loss", 0.7)));
      work.commit();
      return written;
    }
  }
}
