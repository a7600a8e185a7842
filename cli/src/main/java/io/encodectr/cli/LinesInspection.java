package io.encodectr.cli;

import io.encodectr.evaluation.Predictions;
import io.encodectr.file.Damage;
import io.encodectr.file.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Says what a file of lines holds: JSON objects, or predictions as CSV. */
final class LinesInspection {
  private LinesInspection() {}

  /**
   * Inspects a {@code .jsonl} file.
   *
   * @param check whether every line is to be parsed, not only the first
   */
  static Inspection of(Path file, boolean check) throws IOException {
    var facts = new LinkedHashMap<String, Object>();
    long lines = 0;
    try (BufferedReader reader = reader(file)) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        lines++;
        if (lines == 1 || check) {
          Map<?, ?> object = object(file, lines, line);
          if (lines == 1) {
            facts.put("first", object);
          }
        }
      }
    }
    facts.putFirst("lines", lines);
    facts.putFirst("kind", "jsonl");
    return new Inspection("A file of " + Inspection.count(lines) + " JSON objects.", facts);
  }

  private static Map<?, ?> object(Path file, long number, String line) {
    try {
      JsonNode tree = Json.mapper().readTree(line);
      if (tree.isObject()) {
        return Json.mapper().treeToValue(tree, Map.class);
      }
    } catch (JacksonException e) {
      throw Damage.of(file, "line " + number + " is no JSON: " + e.getOriginalMessage(), e);
    }
    throw Damage.of(file, "line " + number + " is no JSON object");
  }

  /** Whether a file begins as {@code evaluate --predictions} writes it. */
  static boolean isPredictions(Path file) throws IOException {
    try (BufferedReader reader = reader(file)) {
      char[] start = new char[Predictions.HEADER.length()];
      int count = reader.read(start);
      return count == start.length && Predictions.HEADER.equals(new String(start));
    }
  }

  /** Inspects a file for which {@link #isPredictions} holds. */
  static Inspection ofPredictions(Path file) throws IOException {
    long records = 0;
    boolean quoted = false;
    try (BufferedReader reader = reader(file)) {
      for (int c = reader.read(); c >= 0; c = reader.read()) {
        if (c == '"') {
          quoted = !quoted;
        } else if (c == '\n' && !quoted) {
          records++;
        }
      }
    }
    var facts = new LinkedHashMap<String, Object>();
    facts.put("kind", "predictions");
    facts.put("columns", Predictions.HEADER);
    facts.put("samples", records - 1);
    return new Inspection("The scores of " + Inspection.count(records - 1) + " samples.", facts);
  }

  /** Text that is no UTF-8 shows as U+FFFD rather than stopping an inspection. */
  private static BufferedReader reader(Path file) throws IOException {
    return new BufferedReader(
        new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8));
  }
}
