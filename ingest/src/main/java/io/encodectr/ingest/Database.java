package io.encodectr.ingest;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.Properties;
import org.duckdb.DuckDBPreparedStatement;
import org.duckdb.DuckDBResultSet;

/**
 * DuckDB in this process, with tables that spill into a folder. Only one streamed result can be
 * open at a time. Not thread-safe.
 */
final class Database implements Closeable {
  /** What DuckDB may use of the process's memory; the rest is its own overhead and Java's. */
  private static final double SHARE_OF_MEMORY = 0.45;

  private final Connection connection;
  private final long limit;

  private Database(Connection connection, long limit) {
    this.connection = connection;
    this.limit = limit;
  }

  /**
   * Opens an empty database.
   *
   * @param spill folder for what does not fit into memory
   * @param memory bytes the whole process should keep to
   */
  static Database open(Path spill, long memory, int threads) throws IOException {
    Properties properties = new Properties();
    properties.setProperty("jdbc_stream_results", "true");
    long limit = (long) (memory * SHARE_OF_MEMORY);
    try {
      Database database =
          new Database(DriverManager.getConnection("jdbc:duckdb:", properties), limit);
      database.run("SET memory_limit='" + limit / (1 << 20) + "MiB'");
      database.run("SET temp_directory=" + text(spill.toString()));
      database.run("SET threads=" + threads);
      database.run("SET TimeZone='UTC'");
      // Nothing is fetched from the network.
      database.run("SET autoinstall_known_extensions=false");
      database.run("SET autoload_known_extensions=false");
      database.run("SET enable_progress_bar=true");
      database.run("SET enable_progress_bar_print=false");
      return database;
    } catch (SQLException e) {
      throw new IOException("DuckDB does not start: " + e.getMessage(), e);
    }
  }

  /** Runs a statement without a result. */
  void run(String sql) throws IOException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw failure(e);
    }
  }

  /** Runs a long statement without a result and tells how far it is. */
  void run(String sql, PercentTask progress) throws IOException {
    try (Statement statement = connection.createStatement();
        PercentTask.Watch watch = progress.watch((DuckDBPreparedStatement) statement)) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw failure(e);
    }
  }

  /** The only number of a query. */
  long number(String sql) throws IOException {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      result.next();
      return result.getLong(1);
    } catch (SQLException e) {
      throw failure(e);
    }
  }

  /** Gives each row of a query to a reader; rows are streamed. */
  void each(String sql, RowReader reader) throws IOException {
    try (Statement statement = connection.createStatement();
        DuckDBResultSet rows = (DuckDBResultSet) statement.executeQuery(sql)) {
      while (rows.next()) {
        reader.read(rows);
      }
    } catch (SQLException e) {
      throw failure(e);
    }
  }

  /** A statement for a result that is streamed. Close it before the next query. */
  Statement statement() throws IOException {
    try {
      return connection.createStatement();
    } catch (SQLException e) {
      throw failure(e);
    }
  }

  /** Reads the row at which a result stands. */
  @FunctionalInterface
  interface RowReader {
    void read(DuckDBResultSet row) throws SQLException, IOException;
  }

  /** What a failed statement means, in words. */
  IOException failure(SQLException e) {
    String message = e.getMessage() == null ? e.toString() : e.getMessage();
    String lower = message.toLowerCase(Locale.ROOT);
    if (lower.contains("failed to offload")
        || lower.contains("no space left")
        || lower.contains("could not write")) {
      return new IOException(
          "the disk is full; free some space, or give more --memory so that less is put there ("
              + firstLine(message)
              + ")",
          e);
    }
    if (lower.contains("out of memory")) {
      return new IOException(
          "DuckDB needs more than the "
              + limit / (1 << 20)
              + " MiB it may use; give more by --memory ("
              + firstLine(message)
              + ")",
          e);
    }
    return new Refusal(firstLine(message), message, e);
  }

  /** DuckDB refused a statement, not for want of memory or disk. */
  static final class Refusal extends IOException {
    private static final long serialVersionUID = 1L;
    private final String whole;

    Refusal(String firstLine, String whole, SQLException cause) {
      super(firstLine, cause);
      this.whole = whole;
    }

    /** Whether DuckDB said this in any line. */
    boolean says(String words) {
      return whole.contains(words);
    }
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse("");
  }

  /** A text as an SQL literal. */
  static String text(String value) {
    return "'" + value.replace("'", "''") + "'";
  }

  /** A file's path as an SQL literal; DuckDB takes paths for patterns unless told otherwise. */
  static String path(Path file) {
    return text(file.toString().replaceAll("[\\[*?]", "[$0]"));
  }

  /** A name as an SQL identifier. */
  static String name(String value) {
    return "\"" + value.replace("\"", "\"\"") + "\"";
  }

  @Override
  public void close() throws IOException {
    try {
      connection.close();
    } catch (SQLException e) {
      throw failure(e);
    }
  }
}
