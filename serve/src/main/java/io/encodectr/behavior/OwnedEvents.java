package io.encodectr.behavior;

import io.encodectr.generation.EventSource;
import java.io.IOException;

/** Events of a log that was opened for them: closing them closes it, too. One thread reads them. */
public final class OwnedEvents implements EventSource {
  private final EventSource events;
  private final Runnable closing;

  /**
   * Events of a log.
   *
   * @param closing closes the log
   */
  public OwnedEvents(EventSource events, Runnable closing) {
    this.events = events;
    this.closing = closing;
  }

  @Override
  public String log() {
    return events.log();
  }

  @Override
  public long from() {
    return events.from();
  }

  @Override
  public long through() {
    return events.through();
  }

  @Override
  public void read(Reader reader) throws IOException {
    events.read(reader);
  }

  @Override
  public void close() throws IOException {
    events.close();
    closing.run();
  }
}
