package io.encodectr.ingest;

import io.encodectr.assembly.CatalogRows;
import io.encodectr.log.Catalog;
import java.io.IOException;
import java.sql.SQLException;
import java.sql.Statement;
import org.duckdb.DuckDBResultSet;
import org.jspecify.annotations.Nullable;

/** A catalog's rows, streamed out of DuckDB. */
final class DuckCatalogRows implements CatalogRows {
  private static final int FIRST_COLUMN = 4;

  private final Database database;
  private final String query;

  /**
   * Rows.
   *
   * @param codeTable table of the ids
   * @param catalogTable table of the catalog
   * @param catalog what is in it; null if there is none
   */
  DuckCatalogRows(
      Database database, String codeTable, String catalogTable, @Nullable Catalog catalog) {
    this.database = database;
    query = query(codeTable, catalogTable, catalog);
  }

  private static String query(String codeTable, String catalogTable, @Nullable Catalog catalog) {
    if (catalog == null) {
      return "SELECT code, id, NULL::VARCHAR AS name FROM " + codeTable + " ORDER BY code";
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

  @Override
  public Cursor open() throws IOException {
    Statement statement = database.statement();
    try {
      return new Row(database, statement, (DuckDBResultSet) statement.executeQuery(query));
    } catch (SQLException e) {
      IOException failure = database.failure(e);
      try {
        statement.close();
      } catch (SQLException closing) {
        failure.addSuppressed(closing);
      }
      throw failure;
    }
  }

  /** A streamed result. */
  private record Row(Database database, Statement statement, DuckDBResultSet rows)
      implements Cursor {
    @Override
    public boolean next() throws IOException {
      try {
        return rows.next();
      } catch (SQLException e) {
        throw database.failure(e);
      }
    }

    @Override
    public int code() throws IOException {
      try {
        return rows.getInt(1);
      } catch (SQLException e) {
        throw database.failure(e);
      }
    }

    @Override
    public String id() throws IOException {
      try {
        return rows.getString(2);
      } catch (SQLException e) {
        throw database.failure(e);
      }
    }

    @Override
    public @Nullable String name() throws IOException {
      try {
        return rows.getString(3);
      } catch (SQLException e) {
        throw database.failure(e);
      }
    }

    @Override
    public @Nullable String text(int column) throws IOException {
      try {
        return rows.getString(FIRST_COLUMN + column);
      } catch (SQLException e) {
        throw database.failure(e);
      }
    }

    @Override
    public float number(int column) throws IOException {
      try {
        return rows.getFloat(FIRST_COLUMN + column);
      } catch (SQLException e) {
        throw database.failure(e);
      }
    }

    @Override
    public void close() throws IOException {
      try (statement) {
        rows.close();
      } catch (SQLException e) {
        throw database.failure(e);
      }
    }
  }
}
