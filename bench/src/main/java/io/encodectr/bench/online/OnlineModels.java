package io.encodectr.bench.online;

import io.encodectr.dataset.Dataset;
import io.encodectr.file.InputException;
import io.encodectr.file.Safetensors;
import io.encodectr.file.WorkFolder;
import io.encodectr.model.CodeVersion;
import io.encodectr.model.Layout;
import io.encodectr.model.Model;
import io.encodectr.model.ModelSpec;
import io.encodectr.model.ModelWriter;
import io.encodectr.sequence.Method;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SequencedMap;
import java.util.stream.IntStream;

/** The models that are timed, one a method. */
final class OnlineModels {
  private OnlineModels() {}

  /**
   * Models that an experiment trained.
   *
   * @param runs folder with {@code METHOD/seed-N/model}
   * @throws InputException if one is missing
   */
  static Map<String, Model> trained(Path runs, long seed, List<String> methods) throws IOException {
    Map<String, Model> models = new LinkedHashMap<>();
    for (String method : methods) {
      Path folder = runs.resolve(method).resolve("seed-" + seed).resolve("model");
      if (!Files.isDirectory(folder)) {
        throw new InputException("there is no model " + folder + "; train it, or use random ones");
      }
      models.put(method, Model.load(folder));
    }
    return models;
  }

  /**
   * Models of the paper's sizes with random weights: half of a layer's outputs are then above zero.
   *
   * @param folder receives them
   */
  static Map<String, Model> random(Path folder, Dataset dataset, long seed, List<String> methods)
      throws IOException {
    Map<String, Model> models = new LinkedHashMap<>();
    for (String method : methods) {
      ModelSpec spec = spec(method, dataset, seed);
      try (WorkFolder work = WorkFolder.create(folder.resolve(method), false)) {
        int[] rows = IntStream.rangeClosed(1, dataset.items()).toArray();
        ModelWriter.write(work, spec, tensors(spec, seed), dataset, rows, List.of());
        work.commit();
      }
      models.put(method, Model.load(folder.resolve(method)));
    }
    return models;
  }

  private static ModelSpec spec(String method, Dataset dataset, long seed) {
    String metric = Method.named(method).attendsBy("cosine") ? "cosine" : "dot";
    return new ModelSpec(
        ModelSpec.FORMAT,
        ModelSpec.KIND,
        method,
        32,
        4,
        30,
        15,
        20f,
        0,
        50,
        "dot",
        metric,
        "kmeans",
        "none",
        50,
        8,
        List.of(200, 80),
        seed,
        seed,
        dataset.schema(),
        dataset.items() + 1,
        dataset.info().fingerprint(),
        Map.of(),
        Map.of(),
        CodeVersion.current(),
        "");
  }

  private static SequencedMap<String, Safetensors.Tensor> tensors(ModelSpec spec, long seed) {
    Random random = new Random(seed);
    SequencedMap<String, Safetensors.Tensor> tensors = new LinkedHashMap<>();
    new Layout(spec)
        .tensors()
        .forEach((name, shape) -> {
          int count = IntStream.of(shape).reduce(1, Math::multiplyExact);
          float scale = (float) (name.startsWith("tower") ? Math.sqrt(2.0 / shape[0]) : 0.5);
          float[] values = new float[count];
          for (int i = 0; i < count; i++) {
            values[i] = name.endsWith("bias") ? 0f : (float) random.nextGaussian() * scale;
          }
          tensors.put(name, new Safetensors.Tensor(shape, values));
        });
    return tensors;
  }
}
