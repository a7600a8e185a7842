package io.encodectr.model;

import io.encodectr.dataset.Column;
import io.encodectr.dataset.Dataset;
import io.encodectr.file.Json;
import io.encodectr.file.NpyWriter;
import io.encodectr.file.OutputFile;
import io.encodectr.file.Safetensors;
import io.encodectr.file.Sha256;
import io.encodectr.file.WorkFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import tools.jackson.databind.SerializationFeature;

/** Writes a model folder: weights, what it needs of the dataset, and {@code model.json} last. */
public final class ModelWriter {
  private static final List<String> DICTIONARY =
      List.of(".bytes.npy", ".offsets.npy", ".sorted.npy");

  private ModelWriter() {}

  /**
   * Fills a work folder; the caller commits it.
   *
   * @param spec the specification; its weights' checksum is filled in here
   * @param tensors at least those of {@link Layout#tensors}, in their shapes, all values finite
   * @param dataset the dataset trained on; item ids, features, vocabularies and names are copied
   * @param itemRow row of {@code item.id} by item index; 0 for out-of-vocabulary
   * @param metrics lines of {@code metrics.jsonl}
   * @return the specification as written
   * @throws io.encodectr.file.InputException if a tensor is missing, of another shape, or holds a
   *     value that is not finite
   * @throws IllegalArgumentException if the rows are not those of the dataset's items, or the
   *     schemas differ
   */
  public static ModelSpec write(
      WorkFolder folder,
      ModelSpec spec,
      SequencedMap<String, Safetensors.Tensor> tensors,
      Dataset dataset,
      int[] itemRow,
      List<? extends Map<String, ?>> metrics)
      throws IOException {
    Path path = folder.path();
    check(path.resolve(Weights.FILE), spec, tensors);
    checkRows(spec, dataset, itemRow);
    Path weights = path.resolve(Weights.FILE);
    Safetensors.write(
        weights, tensors, Map.of("format", "encode-model-1", "method", spec.method()));
    copyColumns(dataset, path);
    try (NpyWriter rows = NpyWriter.int32(path.resolve("items").resolve("row.npy"))) {
      rows.putAll(itemRow);
    }
    writeMetrics(path.resolve("metrics.jsonl"), metrics);
    ModelSpec written = spec.withWeights(Sha256.of(weights));
    written.write(path);
    return written;
  }

  private static void check(
      Path path, ModelSpec spec, SequencedMap<String, Safetensors.Tensor> tensors) {
    for (Map.Entry<String, int[]> needed : new Layout(spec).tensors().entrySet()) {
      Safetensors.Tensor tensor = tensors.get(needed.getKey());
      if (tensor == null) {
        throw new IllegalArgumentException("the model has no tensor " + needed.getKey());
      }
      Weights.requireShape(path, needed.getKey(), tensor.shape(), needed.getValue());
    }
    tensors.forEach((name, tensor) -> Weights.requireFinite(path, name, tensor.values()));
  }

  private static void checkRows(ModelSpec spec, Dataset dataset, int[] itemRow) {
    if (!spec.schema().equals(dataset.schema())) {
      throw new IllegalArgumentException("the model's schema is not that of " + dataset.path());
    }
    if (itemRow.length != dataset.items()) {
      throw new IllegalArgumentException(
          itemRow.length + " item rows for " + dataset.items() + " items");
    }
    for (int row : itemRow) {
      if (row < 0 || row >= spec.itemRows()) {
        throw new IllegalArgumentException("item row " + row + " of " + spec.itemRows());
      }
    }
  }

  private static void copyColumns(Dataset dataset, Path to) throws IOException {
    List<String> items = new ArrayList<>();
    addDictionary("ids", items);
    for (Column column : dataset.schema().item()) {
      if (column.multiValued()) {
        items.add(column.name() + ".offsets.npy");
        items.add(column.name() + ".values.npy");
      } else {
        items.add(column.name() + ".npy");
      }
    }
    addVocabularies(dataset.schema().item(), items);
    if (Files.exists(dataset.path().resolve("items").resolve("name.offsets.npy"))) {
      items.add("name.bytes.npy");
      items.add("name.offsets.npy");
    }
    List<String> users = new ArrayList<>();
    addVocabularies(dataset.schema().user(), users);
    List<String> context = new ArrayList<>();
    addVocabularies(dataset.schema().context(), context);
    copy(dataset.path().resolve("items"), to.resolve("items"), items);
    copy(dataset.path().resolve("users"), to.resolve("users"), users);
    copy(dataset.path().resolve("context"), to.resolve("context"), context);
  }

  private static void addVocabularies(List<Column> columns, List<String> files) {
    for (Column column : columns) {
      if (column.categorical() && column.derived() == null) {
        addDictionary(column.name() + ".vocabulary", files);
      }
    }
  }

  private static void addDictionary(String name, List<String> files) {
    DICTIONARY.forEach(part -> files.add(name + part));
  }

  private static void copy(Path from, Path to, List<String> files) throws IOException {
    Files.createDirectories(to);
    for (String file : files) {
      OutputFile.copy(from.resolve(file), to.resolve(file));
    }
  }

  private static void writeMetrics(Path path, List<? extends Map<String, ?>> metrics)
      throws IOException {
    var writer = Json.mapper().writer().without(SerializationFeature.INDENT_OUTPUT);
    StringBuilder lines = new StringBuilder();
    for (Map<String, ?> line : metrics) {
      lines.append(writer.writeValueAsString(line)).append('\n');
    }
    try (OutputFile out = OutputFile.create(path)) {
      out.put(lines.toString().getBytes(StandardCharsets.UTF_8));
    }
  }
}
