package io.encodectr.spark.ingest;

import io.encodectr.file.InputException;
import io.encodectr.log.FileColumns;
import io.encodectr.log.FileFormat;
import io.encodectr.log.InputFile;
import io.encodectr.log.SourceTable;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * The files of a table as Spark reads them, and how executors make texts of what it read. Rows are
 * told by file and place, never by the order in which Spark hands them out, which it chooses by the
 * sizes of files.
 */
final class TableSource implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final int LONGEST_HEADER = 1 << 20;

  private final SourceTable table;
  private final TableFields fields;

  /** Numbers of the files by their addresses. */
  private final HashMap<String, Integer> numbers = new HashMap<>();

  private final int[][] positions;
  private final int[] columns;

  private TableSource(SourceTable table, TableFields fields) {
    this.table = table;
    this.fields = fields;
    positions = new int[table.files().size()][];
    columns = new int[positions.length];
  }

  /**
   * Looks at the files of a table.
   *
   * @throws InputException if a file is empty or lacks a column
   */
  static TableSource of(SparkSession spark, SourceTable table, TableFields fields)
      throws IOException {
    TableSource source = new TableSource(table, fields);
    Configuration configuration = spark.sparkContext().hadoopConfiguration();
    for (int f = 0; f < table.files().size(); f++) {
      source.look(f, configuration);
    }
    return source;
  }

  private void look(int f, Configuration configuration) throws IOException {
    InputFile file = table.files().get(f);
    Path path = new Path(file.location());
    FileStatus status = path.getFileSystem(configuration).getFileStatus(path);
    if (status.getLen() == 0) {
      throw new InputException(file.name() + " is empty");
    }
    if (path.getName().startsWith("_") || path.getName().startsWith(".")) {
      throw new InputException(
          file.name() + ": Spark does not read files whose names begin with _ or .; rename it");
    }
    Integer earlier = numbers.put(status.getPath().toString(), f);
    if (earlier != null) {
      throw new InputException(file.name() + " is named twice in the mapping");
    }
    positions[f] = new int[fields.count()];
    if (table.format() == FileFormat.CSV) {
      List<String> names = table.dialect().columns();
      FileColumns found =
          new FileColumns(file, table, names == null ? header(file, path, configuration) : names);
      found.requireDistinct();
      columns[f] = found.names().size();
      for (int k = 0; k < positions[f].length; k++) {
        String name = fields.names().get(k);
        positions[f][k] = name == null ? -1 : found.position(name);
      }
    }
  }

  private List<String> header(InputFile file, Path path, Configuration configuration)
      throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    try (InputStream raw = path.getFileSystem(configuration).open(path);
        InputStream in = new BufferedInputStream(file.gzip() ? new GZIPInputStream(raw) : raw)) {
      int b = in.read();
      while (b >= 0 && b != '\n' && b != '\r' && line.size() < LONGEST_HEADER) {
        line.write(b);
        b = in.read();
      }
    }
    String text =
        line.toString(
            table.dialect().latin1() ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
    return table.dialect().split(text.startsWith("\uFEFF") ? text.substring(1) : text);
  }

  /** The table's files. */
  SourceTable table() {
    return table;
  }

  /** Rows as Spark reads them, in any order. */
  Dataset<Row> read(SparkSession spark) {
    String[] paths =
        table.files().stream().map(file -> literal(file.location())).toArray(String[]::new);
    if (table.format() == FileFormat.PARQUET) {
      return parquet(spark.read().option("mergeSchema", true).parquet(paths));
    }
    return spark
        .read()
        .text(paths)
        .select(
            functions.col("value").cast(DataTypes.BinaryType),
            functions.col("_metadata.file_path"),
            functions.col("_metadata.file_block_start"));
  }

  /** Hadoop takes paths for patterns. */
  private static String literal(String location) {
    return location.replaceAll("[\\[\\]{}*?\\\\]", "\\\\$0");
  }

  private Dataset<Row> parquet(Dataset<Row> file) {
    StructType schema = file.schema();
    FileColumns found =
        new FileColumns(table.files().getFirst(), table, Arrays.asList(schema.fieldNames()));
    List<Column> selected = new ArrayList<>();
    for (int k = 0; k < fields.count(); k++) {
      String name = fields.names().get(k);
      Column text = functions.lit(null).cast(DataTypes.StringType);
      if (name != null) {
        found.position(name);
        text = text(name, schema.apply(name).dataType(), fields.verbatim()[k], fields.lists()[k]);
      }
      selected.add(text.as("f" + k));
    }
    selected.add(functions.col("_metadata.file_path"));
    selected.add(functions.col("_metadata.row_index"));
    return file.select(selected.toArray(new Column[0]));
  }

  private Column text(String name, DataType type, boolean verbatim, boolean list) {
    Column column = functions.col("`" + name.replace("`", "``") + "`");
    if (type instanceof ArrayType && list) {
      return functions.to_json(column);
    }
    boolean plain =
        type.equals(DataTypes.StringType)
            || type.equals(DataTypes.BinaryType)
            || type.equals(DataTypes.BooleanType)
            || type.equals(DataTypes.ByteType)
            || type.equals(DataTypes.ShortType)
            || type.equals(DataTypes.IntegerType)
            || type.equals(DataTypes.LongType);
    boolean number =
        type.equals(DataTypes.FloatType)
            || type.equals(DataTypes.DoubleType)
            || type.typeName().startsWith("decimal");
    boolean time =
        type.equals(DataTypes.TimestampType)
            || type.equals(DataTypes.TimestampNTZType)
            || type.equals(DataTypes.DateType);
    if (!plain && (verbatim || !(number || time))) {
      throw new InputException(
          table.files().getFirst().name()
              + ": Spark does not spell a column of type "
              + type.simpleString()
              + " as the local job does ("
              + name
              + "); store it as a string or an integer, or use ./encode ingest");
    }
    return column.cast(DataTypes.StringType);
  }

  /** Reads what Spark handed to a task. */
  Scan scan(Iterator<Row> rows) {
    return switch (table.format()) {
      case PARQUET -> new Scan(rows, null);
      case CSV -> new Scan(rows, new CsvLines(table.dialect(), positions, columns));
      case JSONL ->
          new Scan(rows, new JsonLines(fields.names(), fields.verbatim(), fields.lists()));
    };
  }

  /** An empty row for a scan. */
  RawRow newRow() {
    return new RawRow(fields.count());
  }

  /** Rows as texts. Not thread-safe. */
  final class Scan {
    private final Iterator<Row> rows;
    private final @Nullable LineFormat lines;
    private String path = "";
    private int file = -1;
    private long block = -1;
    private long ordinal;

    Scan(Iterator<Row> rows, @Nullable LineFormat lines) {
      this.rows = rows;
      this.lines = lines;
    }

    /** Fills a row with the next one; false if there is none. */
    boolean next(RawRow row) {
      if (!rows.hasNext()) {
        return false;
      }
      Row read = rows.next();
      LineFormat format = lines;
      if (format == null) {
        locate(read.getString(fields.count()), 0);
        row.file = file;
        row.block = 0;
        row.ordinal = read.getLong(fields.count() + 1);
        for (int k = 0; k < fields.count(); k++) {
          row.fields[k] = read.getString(k);
        }
        row.read();
      } else {
        locate(read.getString(1), read.getLong(2));
        row.file = file;
        row.block = block;
        row.ordinal = ordinal++;
        format.read((byte[]) read.get(0), row);
      }
      return true;
    }

    private void locate(String place, long start) {
      if (start == block && place.equals(path)) {
        return;
      }
      Integer number = numbers.get(new Path(URI.create(place)).toString());
      if (number == null) {
        throw new IllegalStateException("Spark calls a file " + place + ", not " + numbers);
      }
      path = place;
      file = number;
      block = start;
      ordinal = 0;
    }
  }
}
