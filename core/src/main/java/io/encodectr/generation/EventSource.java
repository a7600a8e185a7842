package io.encodectr.generation;

import java.io.Closeable;
import java.io.IOException;

/**
 * Behaviors that arrived at a service after the dataset was made, for an extraction that joins them
 * to the histories. It is one consistent state: whatever happens meanwhile, it holds exactly the
 * events with arrival numbers up to {@link #through} that were neither deleted nor forgotten then.
 */
public interface EventSource extends Closeable {
  /** No event has arrived, or been deleted. */
  long NOTHING = 0;

  /** Identity of the event log; a copy of a log has the log's. */
  String log();

  /**
   * Events before this time may have been deleted, in seconds since the epoch; {@link #NOTHING} if
   * none have been.
   */
  long from();

  /** Arrival number of the last event; {@link #NOTHING} for a log without events. */
  long through();

  /**
   * Reads all events: users in the unsigned order of their ids' UTF-8 bytes, each user's events by
   * time, then in the order of arrival.
   */
  void read(Reader reader) throws IOException;

  /** Takes one event after the other. */
  @FunctionalInterface
  interface Reader {
    /**
     * An event.
     *
     * @param time when it happened, in seconds since the epoch
     * @param received when it reached the log, in milliseconds since the epoch
     */
    void event(String user, String item, long time, long received) throws IOException;
  }
}
