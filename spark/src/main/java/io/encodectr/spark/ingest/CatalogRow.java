package io.encodectr.spark.ingest;

import io.encodectr.log.Catalog;
import io.encodectr.log.ColumnField;
import org.jspecify.annotations.Nullable;

/** A row of a catalog, typed; one instance reads row after row. Not thread-safe. */
final class CatalogRow {
  private final Catalog catalog;
  private final FieldReader reader = new FieldReader();

  String id = "";
  @Nullable String name;

  /** Texts of categorical columns; null where missing. */
  final @Nullable String[] texts;

  /** Numbers of continuous columns; NaN where missing. */
  final float[] numbers;

  /** Why the row cannot be used; null if it can. */
  @Nullable String reason;

  CatalogRow(Catalog catalog) {
    this.catalog = catalog;
    texts = new @Nullable String[catalog.columns().size()];
    numbers = new float[texts.length];
  }

  /** The fields to read from a file, in the order in which {@link #read} takes them. */
  static TableFields fields(Catalog catalog) {
    TableFields fields = new TableFields().text(catalog.id());
    if (catalog.name() == null) {
      fields.none();
    } else {
      fields.text(catalog.name());
    }
    catalog.columns().forEach(fields::column);
    return fields;
  }

  /** Types a row that has fields. */
  void read(RawRow raw) {
    reader.begin();
    id = reader.id(catalog.id(), raw.fields[0]);
    name = raw.fields[1];
    for (int c = 0; c < texts.length; c++) {
      readColumn(c, raw.fields[c + 2]);
    }
    reason = reader.reason();
  }

  private void readColumn(int c, @Nullable String text) {
    ColumnField column = catalog.columns().get(c);
    String present = FieldReader.present(column, text);
    texts[c] = present;
    if (!column.categorical()) {
      Double number =
          reader.number(
              column.field(), present, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);
      Float rounded = number == null ? null : NumberText.floatOf(present);
      numbers[c] = rounded == null ? Float.NaN : rounded;
    }
  }

  /** Whether a column has a value. */
  boolean has(int c) {
    return texts[c] != null;
  }
}
