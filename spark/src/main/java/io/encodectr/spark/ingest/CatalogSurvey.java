package io.encodectr.spark.ingest;

import io.encodectr.log.Catalog;
import java.util.Iterator;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/**
 * Checks a catalog, and tells which ids it has.
 *
 * @param table number of the table
 * @param kind of the ids; negative if they are no matter
 */
record CatalogSurvey(int table, TableSource source, Catalog catalog, int kind)
    implements MapPartitionsFunction<Row, Row> {
  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    CatalogRow row = new CatalogRow(catalog);
    return new SurveyRows(table, source, rows) {
      @Override
      @Nullable String take(RawRow raw) {
        row.read(raw);
        for (int c = 0; c < row.texts.length; c++) {
          if (row.has(c)) {
            value(c);
          }
        }
        if (row.reason == null && kind >= 0) {
          mention(kind, row.id);
        }
        return row.reason;
      }
    };
  }
}
