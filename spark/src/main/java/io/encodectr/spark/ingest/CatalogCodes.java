package io.encodectr.spark.ingest;

import io.encodectr.dataset.IdDictionary;
import io.encodectr.log.Catalog;
import io.encodectr.log.ColumnField;
import io.encodectr.log.LogDescription;
import java.io.IOException;
import java.util.Iterator;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * The usable rows of a catalog whose ids have a code.
 *
 * @param ofItems whether the ids are those of items rather than users
 */
record CatalogCodes(
    TableSource source, Catalog catalog, LogDescription log, SharedFolder work, boolean ofItems)
    implements MapPartitionsFunction<Row, Row> {
  /** Where the feature columns begin, after code, place and name. */
  static final int FIRST_COLUMN = 3;

  /** Columns of the rows. */
  static StructType schema(Catalog catalog) {
    StructType schema =
        new StructType()
            .add("code", DataTypes.IntegerType, false)
            .add("place", DataTypes.LongType, false)
            .add("name", DataTypes.StringType, true);
    for (int c = 0; c < catalog.columns().size(); c++) {
      ColumnField column = catalog.columns().get(c);
      schema =
          column.categorical()
              ? schema.add("c" + c, DataTypes.StringType, true)
              : schema.add("c" + c, DataTypes.FloatType, false);
    }
    return schema;
  }

  @Override
  public Iterator<Row> call(Iterator<Row> rows) throws IOException {
    LogCodes codes = LogCodes.of(work.require().toString(), log);
    return new Coded(rows, ofItems ? codes.items() : codes.users());
  }

  /** Rows of some blocks. */
  private final class Coded extends CodedRows {
    private final IdDictionary ids;
    private final CatalogRow row = new CatalogRow(catalog);

    Coded(Iterator<Row> rows, IdDictionary ids) {
      super(source, rows);
      this.ids = ids;
    }

    @Override
    @Nullable Row coded(RawRow raw) {
      row.read(raw);
      int code = row.reason == null ? ids.indexOf(row.id) : -1;
      if (code < 0) {
        return null;
      }
      @Nullable Object[] values = new @Nullable Object[FIRST_COLUMN + row.texts.length];
      values[0] = code;
      values[1] = Place.of(raw);
      values[2] = row.name;
      for (int c = 0; c < row.texts.length; c++) {
        boolean categorical = catalog.columns().get(c).categorical();
        values[FIRST_COLUMN + c] = categorical ? row.texts[c] : (Object) row.numbers[c];
      }
      return RowFactory.create(values);
    }
  }
}
