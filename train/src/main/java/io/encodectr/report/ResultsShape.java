package io.encodectr.report;

import io.encodectr.file.InputException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** Tells results of an experiment from other JSON, so that a page is never silently empty. */
final class ResultsShape {
  private static final String REMEDY =
      "; give the results.json that `encode experiment` wrote into its output folder";

  private final Path path;

  private ResultsShape(Path path) {
    this.path = path;
  }

  /**
   * Checks what the page cannot do without; whatever else is missing is shown as missing.
   *
   * @throws InputException naming the file, the field and its value
   */
  static void check(Path path, JsonNode results) {
    new ResultsShape(path).check(results);
  }

  private void check(JsonNode results) {
    if (!results.isObject() || !results.has("format")) {
      throw new InputException(path + ": no results of an experiment (no \"format\")" + REMEDY);
    }
    JsonNode format = results.get("format");
    if (!format.isIntegralNumber() || format.asLong() != ReportPage.FORMAT) {
      throw new InputException(
          path
              + ": \"format\" is "
              + format
              + ", this version shows format "
              + ReportPage.FORMAT
              + "; run the experiment again, or show it with the version that made it");
    }
    text(results, "experiment", "");
    if (!results.path("complete").isBoolean()) {
      throw bad("complete", results.path("complete"), "true or false");
    }
    Set<String> ids = new HashSet<>();
    JsonNode sections = array(results, "sections", "");
    for (int i = 0; i < sections.size(); i++) {
      section(sections.get(i), "sections[" + i + "]", ids);
    }
  }

  private void section(JsonNode section, String where, Set<String> ids) {
    if (!section.isObject()) {
      throw bad(where, section, "an object");
    }
    String id = text(section, "id", where);
    if (!id.matches("[A-Za-z][A-Za-z0-9_-]*")) {
      throw bad(where + ".id", section.get("id"), "a letter, then letters, digits, _ or -");
    }
    if (!ids.add(id)) {
      throw bad(where + ".id", section.get("id"), "an id of its own");
    }
    text(section, "kind", where);
    text(section, "title", where);
    JsonNode rows = array(section, "rows", where);
    for (int i = 0; i < rows.size(); i++) {
      String row = where + ".rows[" + i + "]";
      if (!rows.get(i).isObject()) {
        throw bad(row, rows.get(i), "an object");
      }
      text(rows.get(i), "id", row);
      text(rows.get(i), "label", row);
      array(rows.get(i), "runs", row);
    }
  }

  private String text(JsonNode object, String field, String where) {
    JsonNode value = object.path(field);
    if (!value.isString()) {
      throw bad(in(where, field), value, "a text");
    }
    return value.asString();
  }

  private JsonNode array(JsonNode object, String field, String where) {
    JsonNode value = object.path(field);
    if (!value.isArray()) {
      throw bad(in(where, field), value, "a list");
    }
    return value;
  }

  private static String in(String where, String field) {
    return where.isEmpty() ? field : where + "." + field;
  }

  private InputException bad(String field, JsonNode value, String expected) {
    String found = value.isMissingNode() ? "missing" : shortened(value.toString());
    return new InputException(
        path + ": \"" + field + "\" is " + found + ", expected " + expected + REMEDY);
  }

  private static String shortened(String text) {
    return text.length() <= 60 ? text : text.substring(0, 60) + "…";
  }
}
