package io.encodectr.ingest;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.IntPredicate;
import org.duckdb.DuckDBResultSet;
import org.jspecify.annotations.Nullable;

/** Texts of a streamed result, to be iterated over once. */
final class TextStream implements Iterable<String>, Closeable {
  private final Statement statement;
  private final DuckDBResultSet rows;
  private final IntPredicate wanted;
  private @Nullable String next;

  TextStream(Statement statement, DuckDBResultSet rows, IntPredicate wanted) throws SQLException {
    this.statement = statement;
    this.rows = rows;
    this.wanted = wanted;
    next = read();
  }

  private @Nullable String read() throws SQLException {
    while (rows.next()) {
      if (wanted.test(rows.getInt(1))) {
        return rows.getString(2);
      }
    }
    return null;
  }

  @Override
  public Iterator<String> iterator() {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return next != null;
      }

      @Override
      public String next() {
        return take();
      }
    };
  }

  private String take() {
    String text = next;
    if (text == null) {
      throw new NoSuchElementException();
    }
    try {
      next = read();
    } catch (SQLException e) {
      throw new UncheckedIOException(new IOException(e.getMessage(), e));
    }
    return text;
  }

  @Override
  public void close() throws IOException {
    try (statement) {
      rows.close();
    } catch (SQLException e) {
      throw new IOException(e.getMessage(), e);
    }
  }
}
