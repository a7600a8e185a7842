package io.encodectr.cli;

import io.encodectr.file.InputException;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.core.type.TypeReference;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Named sets of training options, kept as YAML beside this class. */
final class TrainPreset {
  private TrainPreset() {}

  /**
   * The options of a preset, by their snake_case names.
   *
   * @throws InputException if there is no such preset
   */
  static Map<String, Object> named(String name) throws IOException {
    String resource = "presets/" + name + ".yaml";
    try (InputStream in =
        name.matches("[a-z0-9-]+") ? TrainPreset.class.getResourceAsStream(resource) : null) {
      if (in == null) {
        throw new InputException("--preset " + name + ": there are paper and small.");
      }
      Map<String, Object> options =
          YAMLMapper.shared().readValue(in, new TypeReference<LinkedHashMap<String, Object>>() {});
      Map<String, Object> named = new LinkedHashMap<>();
      options.forEach((key, value) -> named.put(key.replace('-', '_'), value));
      return named;
    }
  }
}
