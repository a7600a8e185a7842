package io.encodectr.ingest;

import io.encodectr.file.InputException;
import io.encodectr.log.Catalog;
import io.encodectr.log.ColumnField;
import io.encodectr.log.FileFormat;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Loads a catalog into a table: {@code id}, {@code name}, {@code c0…} (feature columns as texts,
 * null where missing) and {@code reason}. Of two rows with one id the first counts.
 */
final class CatalogLoader {
  private CatalogLoader() {}

  /**
   * Loads the catalog.
   *
   * @param table the table's name in DuckDB
   */
  static void load(String table, Catalog catalog, TableLoader loader, Database database)
      throws IOException {
    List<@Nullable String> fields = new ArrayList<>();
    fields.add(catalog.id());
    fields.add(catalog.name());
    StringBuilder checks = new StringBuilder(FieldSql.when("broken IS NOT NULL", "broken"));
    checks.append(FieldSql.checkId(catalog.id(), "f0", catalog.integerIds()));
    StringBuilder typed = new StringBuilder("f0 AS id, f1 AS name");
    int c = 0;
    for (ColumnField column : catalog.columns()) {
      String text = "f" + (c + 2);
      fields.add(column.field());
      String value = MissingSql.of(column, text);
      if (!column.categorical()) {
        checks.append(
            FieldSql.checkNumber(
                column.field(),
                value,
                FieldSql.number(value),
                Double.NEGATIVE_INFINITY,
                Double.POSITIVE_INFINITY));
      }
      typed.append(", ").append(value).append(" AS c").append(c);
      c++;
    }
    loader.load(
        table,
        catalog.table(),
        fields,
        query -> "SELECT " + typed + ", CASE" + checks + " END AS reason FROM (" + query + ")");
    requireValues(table, catalog, database);
    database.run(
        "CREATE TEMP TABLE "
            + usable(table)
            + " AS SELECT * EXCLUDE (reason) FROM "
            + table
            + " WHERE reason IS NULL QUALIFY row_number() OVER (PARTITION BY id ORDER BY rowid) ="
            + " 1");
  }

  /** The table with one row an id, none unusable. */
  static String usable(String table) {
    return table + "_usable";
  }

  private static void requireValues(String table, Catalog catalog, Database database)
      throws IOException {
    for (int c = 0; c < catalog.columns().size(); c++) {
      ColumnField column = catalog.columns().get(c);
      if (catalog.table().format() == FileFormat.JSONL
          && database.number("SELECT count(c" + c + ") FROM " + table) == 0) {
        throw new InputException(
            catalog.table().files().getFirst().name()
                + ": column "
                + column.name()
                + " has no value in any line; check the name \""
                + column.field()
                + "\" in the mapping");
      }
    }
  }
}
