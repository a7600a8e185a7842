package io.encodectr.log;

import io.encodectr.dataset.Column;
import io.encodectr.dataset.Kind;
import io.encodectr.file.InputException;
import io.encodectr.log.LogDescription.LabelField;
import io.encodectr.log.LogDescription.TimeField;
import io.encodectr.log.LogDescription.Unit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Describes a general log by a YAML mapping; {@code docs/ingest.md} tells all keys. */
public final class MappingFile {
  private static final Set<String> KEYS =
      Set.of(
          "log",
          "user",
          "item",
          "time",
          "label",
          "interactions",
          "page_view",
          "probability",
          "history",
          "samples_from",
          "csv",
          "context",
          "items",
          "users");
  private static final Set<String> CATALOG_KEYS =
      Set.of("file", "id", "name", "all", "columns", "csv");
  private static final Set<String> COLUMN_KEYS =
      Set.of("kind", "column", "separator", "multi_valued", "missing", "derived");
  private static final Set<String> CSV_KEYS = Set.of("delimiter", "quote", "columns", "encoding");
  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final MappingNode root;
  private final FileFormat format;
  private final InputPlace input;

  private MappingFile(MappingNode root, FileFormat format, InputPlace input) {
    this.root = root;
    this.format = format;
    this.input = input;
  }

  /**
   * Reads a mapping.
   *
   * @param format how the log's rows are written
   * @param input the log's file or folder; other files are found beside it
   * @throws InputException if a key is unknown, a value wrong, or a file missing
   */
  public static LogDescription read(Path mapping, FileFormat format, InputPlace input)
      throws IOException {
    if (!Files.isRegularFile(mapping)) {
      throw new InputException(mapping + ": there is no such mapping file; check --mapping");
    }
    try {
      JsonNode tree = YAML.readTree(Files.readAllBytes(mapping));
      return new MappingFile(MappingNode.of(mapping, "", tree, KEYS), format, input).describe();
    } catch (JacksonException e) {
      int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
      throw new InputException(
          mapping + ", line " + line + ": not YAML: " + e.getOriginalMessage(), e);
    }
  }

  private LogDescription describe() throws IOException {
    boolean interactions = root.flag("interactions", false);
    LabelField label = label(interactions);
    String pageView = root.text("page_view");
    Catalog items = root.has("items") ? catalog("items", true) : null;
    Catalog users = root.has("users") ? catalog("users", false) : null;
    SourceTable table =
        new SourceTable(logFiles(items, users), format, dialect(root), "correct the mapping");
    History history = interactions || pageView != null ? History.POSITIVES : History.ALL;
    String wanted = root.text("history");
    String from = root.text("samples_from");
    List<InputFile> sources = new ArrayList<>(table.files());
    for (Catalog catalog : new @Nullable Catalog[] {items, users}) {
      if (catalog != null) {
        sources.addAll(catalog.table().files());
      }
    }
    return new LogDescription(
        table,
        root.required("user"),
        root.required("item"),
        false,
        time(),
        label,
        null,
        pageView,
        root.text("probability"),
        columns(root, "context", true),
        items,
        users,
        wanted == null ? history : History.of(wanted),
        from == null ? null : TimeText.seconds(root.file() + ": samples_from", from),
        sources);
  }

  private @Nullable LabelField label(boolean interactions) {
    if (interactions == root.has("label")) {
      throw root.error(
          "needs either 'label', the column with the label, or 'interactions: true' if every row is"
              + " a positive");
    }
    if (interactions) {
      return null;
    }
    double lowest = Double.NEGATIVE_INFINITY;
    double highest = Double.POSITIVE_INFINITY;
    if (!root.get("label").isObject()) {
      return new LabelField(root.required("label"), null, lowest, highest);
    }
    MappingNode label = root.object("label", Set.of("column", "positive_at", "min", "max"));
    Double min = label.number("min");
    Double max = label.number("max");
    return new LabelField(
        label.required("column"),
        label.number("positive_at"),
        min == null ? lowest : min,
        max == null ? highest : max);
  }

  private TimeField time() {
    if (!root.has("time") || !root.get("time").isObject()) {
      return new TimeField(root.required("time"), Unit.SECONDS);
    }
    MappingNode time = root.object("time", Set.of("column", "unit"));
    String unit = time.text("unit");
    return new TimeField(
        time.required("column"),
        switch (unit == null ? "s" : unit) {
          case "s" -> Unit.SECONDS;
          case "ms" -> Unit.MILLISECONDS;
          case "iso" -> Unit.ISO;
          default -> throw time.error("has the unit \"" + unit + "\"; choose s, ms or iso");
        });
  }

  private Catalog catalog(String key, boolean allByDefault) throws IOException {
    MappingNode node = root.object(key, CATALOG_KEYS);
    String name = node.text("file");
    if (name == null) {
      throw node.error("has no 'file'; it names the table of " + key);
    }
    InputFile file = input.file(name);
    SourceTable table =
        new SourceTable(
            List.of(file),
            FileFormat.ofName(name),
            node.has("csv") ? dialect(node) : dialect(root).withHeader(),
            "correct the mapping");
    return new Catalog(
        table,
        node.required("id"),
        false,
        node.text("name"),
        columns(node, "columns", false),
        node.flag("all", allByDefault));
  }

  private static List<ColumnField> columns(MappingNode parent, String key, boolean context) {
    List<ColumnField> columns = new ArrayList<>();
    for (Map.Entry<String, MappingNode> entry : parent.objects(key, COLUMN_KEYS).entrySet()) {
      columns.add(column(entry.getKey(), entry.getValue(), context));
    }
    return columns;
  }

  private static ColumnField column(String name, MappingNode node, boolean context) {
    requireName(name, node);
    String derived = node.text("derived");
    if (derived != null) {
      if (!context || !(derived.equals("hour") || derived.equals("weekday"))) {
        throw node.error(
            "is derived from \""
                + derived
                + "\"; only context columns can be, from"
                + " hour or weekday");
      }
      return ColumnField.derived(name, derived);
    }
    String kind = node.text("kind");
    if (kind == null || !(kind.equals("categorical") || kind.equals("continuous"))) {
      throw node.error("needs a 'kind': categorical or continuous");
    }
    String separator = node.text("separator");
    boolean multiValued = node.flag("multi_valued", separator != null);
    if (multiValued && (context || kind.equals("continuous"))) {
      throw node.error("cannot be multi-valued; categorical columns of items and users can");
    }
    if (separator != null && (separator.isEmpty() || !multiValued)) {
      throw node.error("has a separator that is empty or contradicts 'multi_valued: false'");
    }
    List<String> missing = node.texts("missing");
    String field = node.text("column");
    return new ColumnField(
        name,
        field == null ? name : field,
        kind.equals("categorical") ? Kind.CATEGORICAL : Kind.CONTINUOUS,
        multiValued,
        separator,
        missing == null ? Set.of() : Set.copyOf(missing),
        null);
  }

  /** Names are part of file names, hence checked before anything is read or written. */
  private static void requireName(String name, MappingNode node) {
    try {
      Column.categorical(name, 0);
    } catch (InputException e) {
      InputException error = node.error("cannot be used: " + e.getMessage());
      error.addSuppressed(e);
      throw error;
    }
  }

  private static CsvDialect dialect(MappingNode parent) {
    if (!parent.has("csv")) {
      return CsvDialect.DEFAULT;
    }
    MappingNode node = parent.object("csv", CSV_KEYS);
    String delimiter = node.text("delimiter");
    String quote = node.text("quote");
    String encoding = node.text("encoding");
    if (delimiter != null && (delimiter.isEmpty() || delimiter.length() > 4)) {
      throw node.error("has the delimiter \"" + delimiter + "\"; it has 1 to 4 characters");
    }
    if (quote != null && quote.length() > 1) {
      throw node.error("has the quote \"" + quote + "\"; it is one character, or '' for none");
    }
    boolean latin1 = "latin-1".equals(encoding);
    if (encoding != null && !latin1 && !encoding.equals("utf-8")) {
      throw node.error("has the encoding \"" + encoding + "\"; choose utf-8 or latin-1");
    }
    return new CsvDialect(
        delimiter == null ? "," : delimiter,
        quote == null ? "\"" : quote,
        node.texts("columns"),
        latin1);
  }

  private List<InputFile> logFiles(@Nullable Catalog items, @Nullable Catalog users)
      throws IOException {
    if (!input.isFolder()) {
      if (root.has("log")) {
        throw root.error("names a 'log', but --input is a file already; give its folder");
      }
      return List.of(input.file());
    }
    List<InputFile> files = new ArrayList<>();
    List<String> names = root.texts("log");
    if (names != null && !names.isEmpty()) {
      for (String name : names) {
        files.add(input.file(name));
      }
      return files;
    }
    Set<String> others = new HashSet<>();
    for (Catalog catalog : new @Nullable Catalog[] {items, users}) {
      if (catalog != null) {
        catalog.table().files().forEach(file -> others.add(file.location()));
      }
    }
    for (InputFile file : input.files()) {
      String name = file.location().substring(file.location().lastIndexOf('/') + 1);
      if (!others.contains(file.location()) && isLog(name.toLowerCase(Locale.ROOT))) {
        files.add(input.file(name));
      }
    }
    if (files.isEmpty()) {
      throw new InputException(
          input.name()
              + " holds no "
              + format.name().toLowerCase(Locale.ROOT)
              + " file besides those of items and users; name it by 'log' in "
              + root.file());
    }
    return files;
  }

  private boolean isLog(String name) {
    String plain = name.replaceFirst("\\.gz$", "");
    return switch (format) {
      case CSV -> plain.endsWith(".csv") || plain.endsWith(".tsv");
      case JSONL ->
          plain.endsWith(".jsonl") || plain.endsWith(".json") || plain.endsWith(".ndjson");
      case PARQUET -> name.endsWith(".parquet");
    };
  }
}
