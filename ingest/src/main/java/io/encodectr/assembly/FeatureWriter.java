package io.encodectr.assembly;

import io.encodectr.dataset.Column;
import io.encodectr.dataset.IdDictionary;
import io.encodectr.dataset.StringList;
import io.encodectr.file.Json;
import io.encodectr.file.NpyWriter;
import io.encodectr.log.Catalog;
import io.encodectr.log.ColumnField;
import io.encodectr.log.FileFormat;
import io.encodectr.log.WholeNumber;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Writes ids, names and feature columns of items or users, in two passes over the catalog: the
 * first finds vocabularies and ranges, the second writes. Ranges of numbers are those of the
 * training period: of the items or users with events in it.
 */
public final class FeatureWriter {
  private final Path folder;
  private final CatalogRows rows;
  private final IntUnaryOperator index;
  private final List<ColumnField> fields;
  private final boolean named;
  private final boolean lists;
  private final List<Set<String>> values = new ArrayList<>();
  private final List<Map<String, Integer>> codes = new ArrayList<>();
  private final List<Column> columns = new ArrayList<>();
  private final float[] min;
  private final float[] max;

  /**
   * A writer.
   *
   * @param folder the dataset's {@code items} or {@code users}
   * @param catalog what is in the catalog; null if there is none
   * @param rows ids and what the catalog says of them
   * @param index the index of a code in the dataset, or -1
   */
  public FeatureWriter(
      Path folder, @Nullable Catalog catalog, CatalogRows rows, IntUnaryOperator index) {
    this.folder = folder;
    this.rows = rows;
    this.index = index;
    fields = catalog == null ? List.of() : catalog.columns();
    named = catalog != null && catalog.name() != null;
    lists = catalog != null && catalog.table().format() != FileFormat.CSV;
    min = new float[fields.size()];
    max = new float[fields.size()];
  }

  /**
   * Writes everything.
   *
   * @param trained indices with events in the training period
   * @return the columns for the schema
   */
  public List<Column> write(BitSet trained) throws IOException {
    Files.createDirectories(folder);
    boolean[] any = new boolean[fields.size()];
    for (int c = 0; c < fields.size(); c++) {
      values.add(new LinkedHashSet<>());
      codes.add(new HashMap<>());
    }
    if (!fields.isEmpty()) {
      each(row -> learn(row, trained, any));
    }
    for (int c = 0; c < fields.size(); c++) {
      finish(c, any[c]);
    }
    if (!fields.isEmpty()) {
      try (Writers writers = new Writers()) {
        each(writers::put);
      }
    }
    try (CatalogRows.Cursor cursor = rows.open()) {
      IdDictionary.write(folder, "ids", () -> new RowTexts(cursor, index, false));
    }
    if (named) {
      try (CatalogRows.Cursor cursor = rows.open()) {
        StringList.write(folder, "name", () -> new RowTexts(cursor, index, true));
      }
    }
    return columns;
  }

  /** Reads a row. */
  @FunctionalInterface
  private interface RowReader {
    void read(CatalogRows.Cursor row) throws IOException;
  }

  private void each(RowReader reader) throws IOException {
    try (CatalogRows.Cursor cursor = rows.open()) {
      while (cursor.next()) {
        if (index.applyAsInt(cursor.code()) >= 0) {
          reader.read(cursor);
        }
      }
    }
  }

  private void learn(CatalogRows.Cursor row, BitSet trained, boolean[] any) throws IOException {
    int i = index.applyAsInt(row.code());
    for (int c = 0; c < fields.size(); c++) {
      if (fields.get(c).categorical()) {
        String text = row.text(c);
        if (text != null) {
          values.get(c).addAll(split(c, text));
        }
      } else if (trained.get(i)) {
        learn(c, row.number(c), any);
      }
    }
  }

  private void learn(int c, float number, boolean[] any) {
    if (!Float.isNaN(number)) {
      min[c] = any[c] ? Math.min(min[c], number) : number;
      max[c] = any[c] ? Math.max(max[c], number) : number;
      any[c] = true;
    }
  }

  private void finish(int c, boolean any) throws IOException {
    ColumnField field = fields.get(c);
    if (!field.categorical()) {
      columns.add(Column.continuous(field.name(), any ? min[c] : 0, any ? max[c] : 0));
      return;
    }
    List<String> sorted = WholeNumber.ordered(values.get(c));
    values.get(c).clear();
    for (String value : sorted) {
      codes.get(c).put(value, codes.get(c).size());
    }
    IdDictionary.write(folder, field.name() + ".vocabulary", sorted);
    columns.add(
        field.multiValued()
            ? Column.multiValued(field.name(), sorted.size())
            : Column.categorical(field.name(), sorted.size()));
  }

  private Collection<String> split(int c, String text) {
    ColumnField field = fields.get(c);
    if (!field.multiValued()) {
      return List.of(text);
    }
    Set<String> parts = new LinkedHashSet<>();
    if (lists && text.startsWith("[")) {
      collect(list(text), parts);
    } else {
      String separator = field.separator();
      String[] pieces =
          separator == null
              ? new String[] {text}
              : text.split(java.util.regex.Pattern.quote(separator), -1);
      Collections.addAll(parts, pieces);
    }
    Set<String> kept = new LinkedHashSet<>();
    for (String part : parts) {
      String value = part.strip();
      if (!value.isEmpty() && !field.missing().contains(value)) {
        kept.add(value);
      }
    }
    return kept;
  }

  private static JsonNode list(String text) {
    try {
      return Json.mapper().readTree(text);
    } catch (JacksonException e) {
      return Json.mapper().getNodeFactory().stringNode(text);
    }
  }

  private static void collect(JsonNode node, Set<String> parts) {
    if (node.isArray()) {
      node.forEach(child -> collect(child, parts));
    } else if (!node.isNull()) {
      parts.add(node.asString());
    }
  }

  /** The open column files. */
  private final class Writers implements Closeable {
    private final List<NpyWriter> first = new ArrayList<>();
    private final List<@Nullable NpyWriter> second = new ArrayList<>();

    Writers() throws IOException {
      for (ColumnField field : fields) {
        String name = field.name();
        if (field.multiValued()) {
          NpyWriter offsets = NpyWriter.int64(folder.resolve(name + ".offsets.npy"));
          offsets.put(0L);
          first.add(offsets);
          second.add(NpyWriter.int32(folder.resolve(name + ".values.npy")));
        } else {
          Path path = folder.resolve(name + ".npy");
          first.add(field.categorical() ? NpyWriter.int32(path) : NpyWriter.float32(path));
          second.add(null);
        }
      }
    }

    void put(CatalogRows.Cursor row) throws IOException {
      for (int c = 0; c < fields.size(); c++) {
        if (fields.get(c).categorical()) {
          put(c, row.text(c));
        } else {
          first.get(c).put(columns.get(c).normalize(row.number(c)));
        }
      }
    }

    private void put(int c, @Nullable String text) throws IOException {
      NpyWriter list = second.get(c);
      if (list == null) {
        first.get(c).put(text == null ? -1 : code(c, text));
        return;
      }
      if (text != null) {
        for (String value : split(c, text)) {
          list.put(code(c, value));
        }
      }
      first.get(c).put(list.count());
    }

    private int code(int c, String value) {
      Integer code = codes.get(c).get(value);
      if (code == null) {
        throw new IllegalStateException("the catalog changed between two passes: " + value);
      }
      return code;
    }

    @Override
    public void close() throws IOException {
      for (int c = 0; c < first.size(); c++) {
        first.get(c).close();
        NpyWriter list = second.get(c);
        if (list != null) {
          list.close();
        }
      }
    }
  }
}
