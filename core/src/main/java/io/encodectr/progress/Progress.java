package io.encodectr.progress;

/**
 * Where long work tells how far it is. The program around the core decides what becomes of it: the
 * command line draws a bar on a terminal and otherwise logs a line now and then.
 *
 * <p>Implementations are thread-safe: several tasks may run at once, and one task may be advanced
 * by several threads.
 */
public interface Progress {
  /** Tells nobody. */
  Progress NONE = (name, total, unit) -> new SilentTask();

  /** The {@code total} of a task whose length nobody knows yet. */
  long UNKNOWN = -1;

  /**
   * Begins a task; close it when it ends, however it ends.
   *
   * @param name what is being done, as a person would say it: "Clustering histories"
   * @param total how many units there are to do, at least 0, or {@link #UNKNOWN}
   * @param unit what is counted, in the plural: "users"
   */
  Task begin(String name, long total, String unit);

  /** One piece of long work. Thread-safe. */
  interface Task extends AutoCloseable {
    /**
     * Tells that more is done.
     *
     * @param n units done since the last call, at least 0
     */
    void advance(long n);

    /**
     * Sets a short text shown beside the figures, such as the current loss. It replaces the one
     * before.
     */
    void note(String text);

    /** Ends the task. Closing twice does nothing. */
    @Override
    void close();
  }
}
