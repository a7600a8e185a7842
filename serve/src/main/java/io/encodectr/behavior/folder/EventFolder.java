package io.encodectr.behavior.folder;

import io.encodectr.generation.EventInput;
import io.encodectr.generation.EventSource;
import java.io.IOException;
import java.nio.file.Path;

/**
 * An event log that no service has open, or a checkpoint of one, as the input of an extraction. The
 * log is open from the beginning to {@link #close}.
 */
public final class EventFolder implements EventInput, AutoCloseable {
  private final FolderEventLog log;

  /**
   * Opens a folder.
   *
   * @throws io.encodectr.file.InputException if it holds no event log, or is in use
   */
  public EventFolder(Path folder) throws IOException {
    log = FolderEventLog.openExisting(folder);
  }

  @Override
  public String identity() {
    return log.identity() + " through " + log.lastArrival();
  }

  @Override
  public EventSource open(Path scratch) throws IOException {
    return log.snapshot();
  }

  @Override
  public void close() {
    log.close();
  }
}
