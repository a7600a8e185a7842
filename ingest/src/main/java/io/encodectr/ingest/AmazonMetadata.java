package io.encodectr.ingest;

import io.encodectr.file.InputException;
import io.encodectr.file.OutputFile;
import io.encodectr.log.Catalog;
import io.encodectr.log.ColumnField;
import io.encodectr.log.CsvDialect;
import io.encodectr.log.FileFormat;
import io.encodectr.log.InputFile;
import io.encodectr.log.Rejects;
import io.encodectr.log.Rejects.Reject;
import io.encodectr.log.SourceTable;
import io.encodectr.progress.Progress;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Amazon's meta file: lines of JSON or, in the release of 2014, of Python literals. Of each line
 * the id, the title and the path of categories are taken over into a small CSV file, since DuckDB
 * reads strict JSON only.
 */
final class AmazonMetadata {
  /** Between the categories of a path; no category holds it. */
  private static final String SEPARATOR = "\u001f";

  private static final JsonMapper LENIENT =
      JsonMapper.builder()
          .enable(JsonReadFeature.ALLOW_SINGLE_QUOTES)
          .enable(JsonReadFeature.ALLOW_BACKSLASH_ESCAPING_ANY_CHARACTER)
          .enable(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS)
          .build();

  private AmazonMetadata() {}

  /** Names of the fields of a line; none if it is no object. */
  static Set<String> fields(String line) {
    try {
      return Set.copyOf(LENIENT.readTree(line).propertyNames());
    } catch (JacksonException e) {
      return Set.of();
    }
  }

  /**
   * Reads a meta file.
   *
   * @param scratch existing folder for the CSV file
   * @param rejects gets the lines that are no JSON or have no id
   * @return the catalog: column {@code category}, the leaf, and {@code categories}, the whole path
   * @throws InputException if the file is no whole gzip, or too many lines cannot be used
   */
  static Catalog read(InputFile meta, Path scratch, Rejects rejects, Progress progress)
      throws IOException {
    Path csv = scratch.resolve("meta.csv");
    List<Reject> first = new ArrayList<>();
    long bad = 0;
    long rows = 0;
    long lineNumber = 0;
    try (BufferedReader lines =
            new BufferedReader(
                new InputStreamReader(InputScan.open(meta), StandardCharsets.UTF_8), 1 << 20);
        OutputFile out = OutputFile.create(csv);
        Progress.Task task = progress.begin("Reading " + meta.name(), Progress.UNKNOWN, "lines")) {
      out.put(utf8("asin,title,category,categories\n"));
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        lineNumber++;
        if (line.isBlank()) {
          continue;
        }
        rows++;
        String row = row(line);
        if (row != null) {
          out.put(utf8(row));
        } else {
          bad++;
          if (first.size() < Rejects.KEPT) {
            first.add(
                new Reject(meta.name(), lineNumber, "the line is no JSON object with an asin"));
          }
        }
        task.advance(1);
      }
    } catch (java.io.EOFException | java.util.zip.ZipException e) {
      throw new InputException(meta.name() + " is no whole gzip file: " + e.getMessage(), e);
    }
    rejects.add(first, bad, rows);
    rejects.endTable(meta.name());
    return catalog(csv);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Catalog catalog(Path csv) {
    SourceTable table =
        new SourceTable(
            List.of(InputFile.at(csv)), FileFormat.CSV, CsvDialect.DEFAULT, "report this");
    return new Catalog(
        table,
        "asin",
        false,
        "title",
        List.of(
            ColumnField.categorical("category"),
            ColumnField.list("categories", SEPARATOR, Set.of())),
        false);
  }

  private static @Nullable String row(String line) {
    JsonNode node;
    try {
      node = LENIENT.readTree(line);
    } catch (JacksonException e) {
      return null;
    }
    String asin = node.path("parent_asin").asString(node.path("asin").asString(""));
    if (asin.isEmpty()) {
      return null;
    }
    JsonNode categories = node.has("categories") ? node.get("categories") : node.path("category");
    JsonNode main =
        categories.isArray() && !categories.isEmpty() && categories.get(0).isArray()
            ? categories.get(0)
            : categories;
    List<String> path = new ArrayList<>();
    collect(main, path);
    Set<String> all = new LinkedHashSet<>(path);
    List<String> rest = new ArrayList<>();
    collect(categories, rest);
    all.addAll(rest);
    String leaf = path.isEmpty() ? "" : path.getLast();
    return String.join(
        ",",
        quoted(asin),
        quoted(node.path("title").asString("")),
        quoted(leaf),
        quoted(String.join(SEPARATOR, all)) + "\n");
  }

  private static void collect(JsonNode node, List<String> path) {
    if (node.isArray()) {
      node.forEach(child -> collect(child, path));
    } else if (node.isString()) {
      String text = node.asString().strip();
      if (!text.isEmpty()) {
        path.add(text);
      }
    }
  }

  private static String quoted(String text) {
    String plain = text.replace('\n', ' ').replace('\r', ' ').replace(SEPARATOR + SEPARATOR, " ");
    return '"' + plain.replace("\"", "\"\"") + '"';
  }
}
