package io.encodectr.online;

import io.encodectr.behavior.EventLog;
import io.encodectr.behavior.EventLogOptions;
import io.encodectr.behavior.folder.FolderEventLog;
import io.encodectr.behavior.redis.RedisEventLog;
import io.encodectr.generation.StoreLocation;
import java.io.IOException;

/** Opens event logs by their location. */
public final class EventLogs {
  private EventLogs() {}

  /**
   * Opens a log, in a folder or on a server; where there is none it becomes a new one.
   *
   * @throws io.encodectr.file.InputException if the location cannot be used
   * @throws IOException if the disk fails, or no server answers
   */
  public static EventLog open(StoreLocation location) throws IOException {
    return location.isFolder()
        ? FolderEventLog.open(location.folder())
        : RedisEventLog.open(location, EventLogOptions.DEFAULT);
  }
}
