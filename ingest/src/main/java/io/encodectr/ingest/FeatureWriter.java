package io.encodectr.ingest;

import io.encodectr.dataset.Column;
import io.encodectr.dataset.IdDictionary;
import io.encodectr.dataset.StringList;
import io.encodectr.file.Json;
import io.encodectr.file.NpyWriter;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntUnaryOperator;
import org.duckdb.DuckDBResultSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Writes ids, names and feature columns of items or users, in two passes over the catalog: the
 * first finds vocabularies and ranges, the second writes. Ranges of numbers are those of the
 * training period: of the items or users with events in it.
 */
final class FeatureWriter {
  private static final Comparator<String> AS_NUMBERS = Comparator.comparingLong(Long::parseLong);

  private final Path folder;
  private final String query;
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
   * @param codeTable table of the ids
   * @param catalogTable table of the catalog
   * @param catalog what is in it; null if there is none
   * @param index the index of a code in the dataset, or -1
   */
  FeatureWriter(
      Path folder,
      String codeTable,
      String catalogTable,
      @Nullable Catalog catalog,
      IntUnaryOperator index) {
    this.folder = folder;
    this.index = index;
    fields = catalog == null ? List.of() : catalog.columns();
    named = catalog != null && catalog.name() != null;
    lists = catalog != null && catalog.table().format() != FileFormat.CSV;
    query = query(codeTable, catalogTable, catalog);
    min = new float[fields.size()];
    max = new float[fields.size()];
  }

  private static String query(String codeTable, String catalogTable, @Nullable Catalog catalog) {
    if (catalog == null) {
      return "SELECT code, id, NULL AS name FROM " + codeTable + " ORDER BY code";
    }
    StringBuilder sql = new StringBuilder("SELECT t.code, t.id, c.name");
    for (int c = 0; c < catalog.columns().size(); c++) {
      String value = "c.c" + c;
      sql.append(", ")
          .append(
              catalog.columns().get(c).categorical()
                  ? value
                  : "coalesce(TRY_CAST(" + value + " AS FLOAT), 'nan'::FLOAT)");
    }
    return sql.append(" FROM ")
        .append(codeTable)
        .append(" t LEFT JOIN ")
        .append(CatalogLoader.usable(catalogTable))
        .append(" c ON t.id = c.id ORDER BY t.code")
        .toString();
  }

  /**
   * Writes everything.
   *
   * @param trained indices with events in the training period
   * @return the columns for the schema
   */
  List<Column> write(Database database, BitSet trained) throws IOException {
    Files.createDirectories(folder);
    boolean[] any = new boolean[fields.size()];
    learn(database, trained, any);
    for (int c = 0; c < fields.size(); c++) {
      finish(c, any[c]);
    }
    if (!fields.isEmpty()) {
      try (Writers writers = new Writers()) {
        database.each(query, writers::put);
      }
    }
    try (TextStream ids = texts(database, "id")) {
      IdDictionary.write(folder, "ids", ids);
    }
    if (named) {
      try (TextStream names = texts(database, "coalesce(name, '')")) {
        StringList.write(folder, "name", names);
      }
    }
    return columns;
  }

  private TextStream texts(Database database, String text) throws IOException {
    String columns = "SELECT code, " + text + " FROM (" + query + ")";
    return database.texts(columns, code -> index.applyAsInt(code) >= 0);
  }

  private void learn(Database database, BitSet trained, boolean[] any) throws IOException {
    for (int c = 0; c < fields.size(); c++) {
      values.add(new LinkedHashSet<>());
      codes.add(new HashMap<>());
    }
    if (!fields.isEmpty()) {
      database.each(query, row -> learn(row, trained, any));
    }
  }

  private void learn(DuckDBResultSet row, BitSet trained, boolean[] any) throws SQLException {
    int i = index.applyAsInt(row.getInt(1));
    if (i < 0) {
      return;
    }
    for (int c = 0; c < fields.size(); c++) {
      if (fields.get(c).categorical()) {
        String text = row.getString(4 + c);
        if (text != null) {
          values.get(c).addAll(split(c, text));
        }
      } else if (trained.get(i)) {
        learn(c, row.getFloat(4 + c), any);
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
    List<String> sorted = ordered(values.get(c));
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

  /** As numbers if all are whole numbers, otherwise by their UTF-8 bytes. */
  static List<String> ordered(Collection<String> texts) {
    boolean numbers = texts.stream().allMatch(Codes::isWholeNumber);
    Set<String> sorted = new TreeSet<>(numbers ? AS_NUMBERS : FeatureWriter::compareBytes);
    sorted.addAll(texts);
    return List.copyOf(sorted);
  }

  /** Compares by code points, which is the order of the UTF-8 bytes. */
  private static int compareBytes(String a, String b) {
    int[] left = a.codePoints().toArray();
    int[] right = b.codePoints().toArray();
    return java.util.Arrays.compare(left, right);
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

    void put(DuckDBResultSet row) throws SQLException, IOException {
      if (index.applyAsInt(row.getInt(1)) < 0) {
        return;
      }
      for (int c = 0; c < fields.size(); c++) {
        if (fields.get(c).categorical()) {
          put(c, row.getString(4 + c));
        } else {
          first.get(c).put(columns.get(c).normalize(row.getFloat(4 + c)));
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
