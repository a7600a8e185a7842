package io.encodectr.behavior.folder;

import io.encodectr.behavior.Event;
import io.encodectr.behavior.EventLogOptions;
import io.encodectr.behavior.EventValue;
import io.encodectr.behavior.Outcome;
import io.encodectr.behavior.folder.CommitQueue.Change;
import io.encodectr.behavior.folder.EventDatabase.Fact;
import io.encodectr.generation.Tombstones;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.WriteBatch;

/**
 * Numbers events as they arrive and decides what becomes of each. Changes are staged by the thread
 * of the {@link CommitQueue} only; the other methods may be called by any thread.
 */
final class Arrivals implements CommitQueue.Group {
  private static final byte[] NOTHING = {};
  private static final long MILLIS = 1000;

  private final EventDatabase database;
  private final EventLogOptions options;
  private final Set<ByteBuffer> stagedIds = new HashSet<>();
  private long arrival;
  private long now;
  private long received;
  private boolean staged;
  private long stagedKeptFrom;
  private volatile long last;
  private volatile long lastReceived;
  private volatile long activeEnd = Long.MIN_VALUE;
  private volatile long keptFrom;
  private volatile boolean anyForgotten;

  Arrivals(EventDatabase database, EventLogOptions options) throws RocksDBException {
    this.database = database;
    this.options = options;
    arrival = database.fact(Fact.ARRIVAL, 0);
    received = database.fact(Fact.RECEIVED, 0);
    keptFrom = database.fact(Fact.KEPT_FROM, 0);
    last = arrival;
    lastReceived = received;
    try (RocksIterator all = database.db().newIterator(database.forgotten())) {
      all.seekToFirst();
      anyForgotten = all.isValid();
      all.status();
    }
  }

  /** The number of the last event on disk. */
  long last() {
    return last;
  }

  /**
   * When the last change reached the log, in milliseconds since the epoch: never before an earlier
   * one, wherever the clock went.
   */
  long lastReceived() {
    return lastReceived;
  }

  /** Events before this time have been let go of, in seconds since the epoch; 0 at first. */
  long keptFrom() {
    return keptFrom;
  }

  /** Events before this time are late from now on, in seconds since the epoch. */
  void use(long end) {
    activeEnd = end;
  }

  /** When a user was forgotten, in milliseconds since the epoch; {@link Tombstones#NEVER}. */
  long forgottenAt(String user) throws RocksDBException {
    return anyForgotten ? forgottenAtHash(Tombstones.hash(user)) : Tombstones.NEVER;
  }

  long forgottenAtHash(String hash) throws RocksDBException {
    if (!anyForgotten) {
      return Tombstones.NEVER;
    }
    byte[] time = database.db().get(database.forgotten(), HexFormat.of().parseHex(hash));
    return time == null ? Tombstones.NEVER : ByteBuffer.wrap(time).getLong();
  }

  @Override
  public void begin() {
    stagedIds.clear();
    staged = false;
    stagedKeptFrom = keptFrom;
    now = options.clock().millis();
    received = Math.max(received, now);
  }

  @Override
  public void end(WriteBatch batch) throws RocksDBException {
    if (staged) {
      EventDatabase.put(batch, Fact.ARRIVAL, arrival);
      EventDatabase.put(batch, Fact.RECEIVED, received);
    }
  }

  @Override
  public void committed() {
    keptFrom = stagedKeptFrom;
    last = arrival;
    lastReceived = received;
  }

  /** The change that stores events. */
  Change<List<Outcome>> appending(List<Event> events) {
    return new Change<>() {
      @Override
      public boolean alone() {
        return false;
      }

      @Override
      public List<Outcome> stage(WriteBatch batch) throws RocksDBException {
        List<Outcome> outcomes = new ArrayList<>(events.size());
        for (Event event : events) {
          outcomes.add(Arrivals.this.stage(event, batch));
        }
        return outcomes;
      }
    };
  }

  private Outcome stage(Event event, WriteBatch batch) throws RocksDBException {
    byte[] user = EventKey.user(event.user());
    byte[] id = event.id() == null ? null : EventKey.ofId(user, event.id());
    if (id != null && isKnown(id)) {
      return Outcome.DUPLICATE;
    }
    long forgottenAt = forgottenAt(event.user());
    long forgottenSecond = forgottenAt == Tombstones.NEVER ? -1 : forgottenAt / MILLIS;
    long time = event.time();
    if (time == Event.NOW) {
      // What happens now happens after the forgetting, even within its second.
      time = Math.max(now / MILLIS, forgottenSecond + 1);
    }
    if (time <= forgottenSecond || time < keptFrom) {
      return Outcome.LATE;
    }
    arrival++;
    staged = true;
    EventValue value = new EventValue(event.item(), received, event.type(), event.id());
    batch.put(database.events(), EventKey.of(user, time, arrival), value.encode());
    if (id != null) {
      batch.put(database.ids(), id, NOTHING);
      stagedIds.add(ByteBuffer.wrap(id));
    }
    return time < activeEnd ? Outcome.LATE : Outcome.STORED;
  }

  private boolean isKnown(byte[] id) throws RocksDBException {
    return stagedIds.contains(ByteBuffer.wrap(id)) || database.db().get(database.ids(), id) != null;
  }

  /**
   * The change that lets go of events before a time; its answer is whether that is later than
   * before.
   */
  Change<Boolean> keeping(long from) {
    return new Change<>() {
      @Override
      public boolean alone() {
        return false;
      }

      @Override
      public Boolean stage(WriteBatch batch) throws RocksDBException {
        if (from <= stagedKeptFrom) {
          return false;
        }
        EventDatabase.put(batch, Fact.KEPT_FROM, from);
        stagedKeptFrom = from;
        return true;
      }
    };
  }

  /**
   * The change that forgets a user; its answer is whether bytes of the user may be in the files.
   * They may if events were deleted now, or earlier because they were no longer needed.
   *
   * @param user how the user's keys begin; null if the log has none
   * @param time in milliseconds since the epoch; what arrived until then is deleted
   */
  Change<Boolean> forgetting(String hash, byte @Nullable [] user, long time) {
    return new Change<>() {
      @Override
      public boolean alone() {
        return true; // Events that were staged and not written would be overlooked.
      }

      @Override
      public Boolean stage(WriteBatch batch) throws RocksDBException {
        batch.put(database.forgotten(), HexFormat.of().parseHex(hash), EventDatabase.bytes(time));
        boolean bytesLeft = keptFrom > 0;
        if (user != null) {
          bytesLeft |= delete(user, time, batch);
        }
        if (bytesLeft) {
          EventDatabase.put(batch, Fact.PURGE, 1);
        }
        received = Math.max(received, time + 1);
        staged = true;
        anyForgotten = true;
        return bytesLeft;
      }
    };
  }

  /** Whether there was anything to delete. */
  private boolean delete(byte[] user, long time, WriteBatch batch) throws RocksDBException {
    boolean any = false;
    try (Slice high = new Slice(EventKey.end(user));
        ReadOptions bounds = new ReadOptions().setIterateUpperBound(high).setFillCache(false);
        RocksIterator events = database.db().newIterator(database.events(), bounds)) {
      for (events.seek(user); events.isValid(); events.next()) {
        EventValue value = EventValue.decode(events.value());
        if (value.received() <= time) {
          batch.delete(database.events(), events.key());
          if (value.id() != null) {
            batch.delete(database.ids(), EventKey.ofId(user, value.id()));
          }
          any = true;
        }
      }
      events.status();
    }
    return any;
  }
}
