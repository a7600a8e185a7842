package io.encodectr.log;

import io.encodectr.file.InputException;
import io.encodectr.file.Spelling;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * An object in a mapping file whose keys are known; every error names file and key.
 *
 * @param file the mapping file
 * @param where path of keys to the object, "" for the whole file
 * @param node the object
 */
record MappingNode(Path file, String where, JsonNode node) {
  /**
   * An object with its keys checked.
   *
   * @throws InputException if it is no object, or has a key that is not known
   */
  static MappingNode of(Path file, String where, JsonNode node, Set<String> keys) {
    MappingNode object = new MappingNode(file, where, node);
    if (!node.isObject()) {
      throw object.error("holds no keys; write lines like 'user: user_id'");
    }
    for (String key : node.propertyNames()) {
      if (!keys.contains(key)) {
        String nearest = Spelling.nearest(key, keys);
        throw object.error(
            "has no key '"
                + key
                + "'; "
                + (nearest == null
                    ? "the keys are " + String.join(", ", keys.stream().sorted().toList())
                    : "did you mean '" + nearest + "'?"));
      }
    }
    return object;
  }

  /** An error about the object. */
  InputException error(String what) {
    return new InputException(file + ": " + (where.isEmpty() ? "the mapping" : where) + " " + what);
  }

  private InputException error(String key, String what) {
    return new InputException(file + ": " + path(key) + " " + what);
  }

  private String path(String key) {
    return where.isEmpty() ? key : where + "." + key;
  }

  boolean has(String key) {
    return node.has(key) && !node.get(key).isNull();
  }

  /** The value of a key, whatever it is. */
  JsonNode get(String key) {
    return node.get(key);
  }

  /** A text (or a number as it is written), or null. */
  @Nullable String text(String key) {
    if (!has(key)) {
      return null;
    }
    JsonNode value = node.get(key);
    if (!value.isValueNode()) {
      throw error(key, "is no plain value");
    }
    return value.asString();
  }

  /** A text that must be there. */
  String required(String key) {
    String text = text(key);
    if (text == null || text.isEmpty()) {
      throw error(key, "is missing; it names a column");
    }
    return text;
  }

  /** A number, or null. */
  @Nullable Double number(String key) {
    if (!has(key)) {
      return null;
    }
    if (!node.get(key).isNumber()) {
      throw error(key, "is \"" + node.get(key).asString("") + "\", not a number");
    }
    return node.get(key).asDouble();
  }

  /** Yes or no. */
  boolean flag(String key, boolean otherwise) {
    if (!has(key)) {
      return otherwise;
    }
    if (!node.get(key).isBoolean()) {
      throw error(key, "is not true or false");
    }
    return node.get(key).asBoolean();
  }

  /** A list of texts; a single text is a list of one; null if the key is missing. */
  @Nullable List<String> texts(String key) {
    if (!has(key)) {
      return null;
    }
    JsonNode value = node.get(key);
    if (!value.isArray()) {
      String text = text(key);
      return List.of(text == null ? "" : text);
    }
    List<String> texts = new ArrayList<>();
    for (JsonNode element : value) {
      if (!element.isValueNode() || element.isNull()) {
        throw error(key, "holds something else than plain values");
      }
      texts.add(element.asString());
    }
    return texts;
  }

  /** The object of a key with its keys checked. */
  MappingNode object(String key, Set<String> keys) {
    return of(file, path(key), node.get(key), keys);
  }

  /** The objects within the object of a key, each with its keys checked; empty if there is none. */
  Map<String, MappingNode> objects(String key, Set<String> keys) {
    Map<String, MappingNode> objects = new LinkedHashMap<>();
    if (has(key)) {
      JsonNode value = node.get(key);
      if (!value.isObject()) {
        throw error(key, "holds no columns; write lines like 'price: {kind: continuous}'");
      }
      for (Map.Entry<String, JsonNode> entry : value.properties()) {
        objects.put(
            entry.getKey(), of(file, path(key) + "." + entry.getKey(), entry.getValue(), keys));
      }
    }
    return objects;
  }
}
