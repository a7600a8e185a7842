package io.encodectr.cli;

import io.encodectr.dataset.DatasetInfo;
import io.encodectr.file.InputException;
import io.encodectr.file.Json;
import io.encodectr.model.ModelSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** Says what one of our JSON files holds, without the files around it. */
final class JsonInspection {
  private static final Set<String> KINDS =
      Set.of(DatasetInfo.KIND, ModelSpec.KIND, "generation", "world");

  private JsonInspection() {}

  /** Inspects a file whose {@code kind} is one of ours; datasets and models are checked too. */
  static Inspection of(Path file) throws IOException {
    JsonNode tree = Json.readTree(file);
    String kind = tree.path("kind").asString("");
    if (!tree.isObject() || !KINDS.contains(kind)) {
      throw new InputException(
          file
              + ": this is no JSON file of ours: its kind is "
              + (kind.isEmpty() ? "not given" : "\"" + kind + "\"")
              + ", not one of "
              + String.join(", ", KINDS.stream().sorted().toList()));
    }
    Path folder = file.toAbsolutePath().getParent();
    String name = file.toAbsolutePath().getFileName().toString();
    if (folder != null && name.equals(DatasetInfo.FILE)) {
      DatasetInfo.read(folder);
    }
    if (folder != null && name.equals(ModelSpec.FILE)) {
      ModelSpec.read(folder);
    }
    Map<?, ?> values = Json.mapper().treeToValue(tree, Map.class);
    var facts = new LinkedHashMap<String, Object>();
    values.forEach((key, value) -> facts.put(String.valueOf(key), value == null ? "" : value));
    return new Inspection("The description of a " + kind + ".", facts);
  }
}
