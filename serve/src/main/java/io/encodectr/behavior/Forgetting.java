package io.encodectr.behavior;

import io.encodectr.generation.Store;
import io.encodectr.generation.Tombstones;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Forgets users everywhere: in the event log, and in every generation of the stores that are in
 * use. The order makes each step safe to be cut off by a crash, because {@link #join} finishes what
 * was begun: first the stores note it durably, then the log deletes what it has and tells every
 * score to read nothing stored of the user, then the records are overwritten. Thread-safe.
 */
public final class Forgetting {
  private final EventLog log;
  private final InstantSource clock;
  private final Map<Path, Store> stores = new LinkedHashMap<>();

  /** Forgetting in a log and the stores that {@link #join} it. */
  public Forgetting(EventLog log) {
    this(log, InstantSource.system());
  }

  Forgetting(EventLog log, InstantSource clock) {
    this.log = log;
    this.clock = clock;
  }

  /**
   * Takes a store in, before a generation of it is scored with: whoever is forgotten by the store
   * or by the log is forgotten by both afterwards, and by all stores that joined before. May be
   * called again for the same store.
   *
   * @throws io.encodectr.file.InputException if a generation is so damaged that a user cannot be
   *     erased
   */
  public synchronized void join(Store store) throws IOException {
    log.forget(store.tombstones().times());
    dropDeleted();
    stores.put(store.folder().toRealPath(), store);
    Map<String, Long> forgotten = log.forgotten();
    for (Store each : stores.values()) {
      each.beginForgetting(forgotten);
      each.finishForgetting();
    }
  }

  /**
   * Forgets a user. When this returns, no generation of the stores and no event tells anything the
   * user did; behaviors from before will not come back by any extraction. The bytes of deleted
   * events leave the log's files in the background.
   *
   * @throws IOException if a disk fails: the forgetting is noted then, and finished by {@link
   *     #join}
   */
  public synchronized void forget(String user) throws IOException {
    dropDeleted();
    String hash = Tombstones.hash(user);
    long time = clock.millis();
    for (Store store : stores.values()) {
      // Times of different forgettings differ, so that a generation's newest one names them all.
      time = Math.max(time, store.tombstones().last() + 1);
    }
    for (Store store : stores.values()) {
      store.beginForgetting(Map.of(hash, time));
    }
    log.forget(user, time);
    for (Store store : stores.values()) {
      store.finishForgetting(user);
    }
  }

  /** A store whose folder was deleted holds nothing any more. */
  private void dropDeleted() {
    stores.keySet().removeIf(folder -> !Files.isDirectory(folder));
  }
}
