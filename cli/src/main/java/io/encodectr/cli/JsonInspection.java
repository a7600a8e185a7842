package io.encodectr.cli;

import io.encodectr.dataset.DatasetInfo;
import io.encodectr.file.InputException;
import io.encodectr.file.Json;
import io.encodectr.generation.GenerationManifest;
import io.encodectr.model.ModelSpec;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Says what one of our JSON files holds, without the files around it. */
final class JsonInspection {
  /** Name of the file that describes a synthetic world. */
  static final String WORLD = "world.json";

  private static final String STATE = "state.json";
  private static final Pattern STEP = Pattern.compile("step-\\d{1,18}");
  private static final Set<String> KINDS =
      Set.of(DatasetInfo.KIND, ModelSpec.KIND, GenerationManifest.KIND);

  private JsonInspection() {}

  /** Inspects a file whose {@code kind} is one of ours; datasets and models are checked too. */
  static Inspection of(Path file) throws IOException {
    Path parent = file.toAbsolutePath().getParent();
    if (parent != null && file.toAbsolutePath().getFileName().toString().equals(WORLD)) {
      return ofWorld(parent);
    }
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
    check(file);
    return new Inspection("The description of a " + kind + ".", facts(tree));
  }

  /** Inspects the folder of a synthetic world by its {@value #WORLD}. */
  static Inspection ofWorld(Path folder) throws IOException {
    Path file = folder.resolve(WORLD);
    JsonNode tree = Json.readTree(file);
    if (!tree.path("parameters").isObject() || !tree.path("counts").isObject()) {
      throw new InputException(
          file + ": this describes no synthetic world of ours: it has no parameters and counts");
    }
    SequencedMap<String, Object> facts = new LinkedHashMap<>();
    facts.put("kind", "world");
    facts.putAll(facts(tree));
    Object readme = facts.remove("readme");
    return new Inspection(readme == null ? "A synthetic world." : readme.toString(), facts);
  }

  /** The newest checkpoint in a folder, the folder itself if it is one, or null. */
  static @Nullable Path newestCheckpoint(Path folder) throws IOException {
    if (Files.exists(folder.resolve(STATE))) {
      return folder;
    }
    Path newest = null;
    long last = -1;
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, "step-*")) {
      for (Path entry : entries) {
        String name = entry.getFileName().toString();
        if (STEP.matcher(name).matches() && Files.exists(entry.resolve(STATE))) {
          long step = Long.parseLong(name.substring("step-".length()));
          if (step > last) {
            last = step;
            newest = entry;
          }
        }
      }
    }
    return newest;
  }

  /** Inspects where a training stands, by the state in its checkpoint. */
  static Inspection ofCheckpoint(Path folder) throws IOException {
    JsonNode tree = Json.readTree(folder.resolve(STATE));
    if (!tree.path("step").isIntegralNumber()) {
      throw new InputException(folder.resolve(STATE) + ": this is no state of a training of ours");
    }
    SequencedMap<String, Object> facts = new LinkedHashMap<>();
    facts.put("kind", "checkpoint");
    facts.putAll(facts(tree));
    facts.put("metrics", tree.path("metrics").size());
    return new Inspection(
        "A training interrupted after %s steps; train with the same options goes on."
            .formatted(Inspection.count(tree.path("step").asLong())),
        facts);
  }

  private static void check(Path file) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    String name = file.toAbsolutePath().getFileName().toString();
    if (folder != null && name.equals(DatasetInfo.FILE)) {
      DatasetInfo.read(folder);
    }
    if (folder != null && name.equals(ModelSpec.FILE)) {
      ModelSpec.read(folder);
    }
  }

  private static SequencedMap<String, Object> facts(JsonNode tree) {
    Map<?, ?> values = Json.mapper().treeToValue(tree, Map.class);
    SequencedMap<String, Object> facts = new LinkedHashMap<>();
    values.forEach((key, value) -> facts.put(String.valueOf(key), value == null ? "" : value));
    return facts;
  }
}
