package io.encodectr.cli;

import io.encodectr.behavior.EventLog;
import io.encodectr.behavior.folder.FolderEventLog;
import io.encodectr.generation.EventSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;

/** Says what an event log or a checkpoint of one holds. */
final class EventInspection {
  private EventInspection() {}

  /** Whether a folder looks like an event log, which is a RocksDB database. */
  static boolean isLog(Path folder) {
    return Files.isRegularFile(folder.resolve("CURRENT"))
        && Files.exists(folder.resolve("IDENTITY"));
  }

  /**
   * Inspects a log, which no other process may have open; reads every event.
   *
   * @throws io.encodectr.file.InputException if a service has it open
   */
  static Inspection of(Path folder) throws IOException {
    try (EventLog log = FolderEventLog.openExisting(folder);
        EventSource source = log.snapshot()) {
      return of(source);
    }
  }

  /** Inspects events; reads every one. */
  static Inspection of(EventSource source) throws IOException {
    var counts =
        new Object() {
          private long events;
          private long users;
          private long first = Long.MAX_VALUE;
          private long last = Long.MIN_VALUE;
          private String user = "";
        };
    source.read((user, item, time, received) -> {
      counts.users += counts.events == 0 || !user.equals(counts.user) ? 1 : 0;
      counts.user = user;
      counts.events++;
      counts.first = Math.min(counts.first, time);
      counts.last = Math.max(counts.last, time);
    });
    var facts = new LinkedHashMap<String, Object>();
    facts.put("kind", "event log");
    facts.put("log", source.log());
    facts.put("last_arrival", source.through());
    facts.put("events", counts.events);
    facts.put("users", counts.users);
    if (counts.events > 0) {
      facts.put("first_time", Inspection.date(counts.first));
      facts.put("last_time", Inspection.date(counts.last));
    }
    return new Inspection(
        "An event log: %s events of %s users."
            .formatted(Inspection.count(counts.events), Inspection.count(counts.users)),
        facts);
  }
}
