package io.encodectr.spark.ingest;

import io.encodectr.log.ColumnField;
import io.encodectr.log.LogDescription;
import io.encodectr.log.LogDescription.LabelField;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A row of a log, typed; one instance reads row after row. Not thread-safe. */
final class LogRow {
  private final LogDescription log;
  private final List<ColumnField> context;
  private final FieldReader reader = new FieldReader();

  String user = "";
  String item = "";
  long time;
  int label;
  @Nullable String pageView;
  float probability;

  /** Texts of categorical context columns; null where missing. */
  final @Nullable String[] texts;

  /** Numbers of continuous context columns; NaN where missing. */
  final float[] numbers;

  /** Why the row cannot be used; null if it can. */
  @Nullable String reason;

  LogRow(LogDescription log) {
    this.log = log;
    context = log.readContext();
    texts = new @Nullable String[context.size()];
    numbers = new float[context.size()];
  }

  /** The fields to read from a file, in the order in which {@link #read} takes them. */
  static TableFields fields(LogDescription log) {
    TableFields fields = new TableFields();
    fields.text(log.user()).text(log.item()).number(log.time().field());
    if (log.label() != null) {
      fields.number(log.label().field());
    }
    if (log.pageView() != null) {
      fields.text(log.pageView());
    }
    if (log.probability() != null) {
      fields.number(log.probability());
    }
    for (ColumnField column : log.readContext()) {
      fields.column(column);
    }
    return fields;
  }

  /** Types a row that has fields. */
  void read(RawRow raw) {
    reader.begin();
    int f = 0;
    user = reader.id(log.user(), raw.fields[f++]);
    item = reader.id(log.item(), raw.fields[f++]);
    time = reader.time(log.time(), raw.fields[f++]);
    LabelField field = log.label();
    label = field == null ? 1 : reader.label(field, raw.fields[f++]);
    if (log.pageView() != null) {
      String text = raw.fields[f++];
      pageView = text == null || text.isEmpty() ? null : text;
    }
    String chance = log.probability();
    if (chance != null) {
      Double number = reader.number(chance, raw.fields[f++], 0, 1);
      probability = number == null ? Float.NaN : number.floatValue();
    }
    for (int c = 0; c < texts.length; c++) {
      readContext(c, raw.fields[f++]);
    }
    reason = reader.reason();
  }

  private void readContext(int c, @Nullable String text) {
    ColumnField column = context.get(c);
    String present = FieldReader.present(column, text);
    if (column.categorical()) {
      texts[c] = present;
      return;
    }
    Double number =
        reader.number(column.field(), present, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);
    numbers[c] = number == null ? Float.NaN : number.floatValue();
  }

  /** Whether a context column has a value. */
  boolean hasContext(int c) {
    return context.get(c).categorical() ? texts[c] != null : !Float.isNaN(numbers[c]);
  }
}
