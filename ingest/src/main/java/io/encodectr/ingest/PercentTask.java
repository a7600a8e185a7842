package io.encodectr.ingest;

import io.encodectr.progress.Progress;
import java.sql.SQLException;
import org.duckdb.DuckDBPreparedStatement;

/**
 * Tells how far a statement of DuckDB is, in steps of a hundredth.
 *
 * @param progress where to tell
 * @param name what is being done
 */
record PercentTask(Progress progress, String name) {
  private static final long PERIOD_MILLIS = 250;

  /** Looks at the statement now and then until it is closed. */
  Watch watch(DuckDBPreparedStatement statement) {
    Progress.Task task = progress.begin(name, 100, "%");
    Thread thread = Thread.ofPlatform().daemon().name(name).start(() -> look(statement, task));
    return () -> {
      thread.interrupt();
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      task.close();
    };
  }

  private static void look(DuckDBPreparedStatement statement, Progress.Task task) {
    long told = 0;
    try {
      while (true) {
        Thread.sleep(PERIOD_MILLIS);
        long percent = (long) Math.min(100, statement.getQueryProgress().getPercentage());
        if (percent > told) {
          task.advance(percent - told);
          told = percent;
        }
      }
    } catch (InterruptedException | SQLException e) {
      // The statement has ended.
    }
  }

  /** Ends when closed. */
  @FunctionalInterface
  interface Watch extends AutoCloseable {
    @Override
    void close();
  }
}
