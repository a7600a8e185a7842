package io.encodectr.behavior.folder;

import io.encodectr.behavior.EventValue;
import io.encodectr.behavior.folder.EventDatabase.Fact;
import io.encodectr.generation.EventSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Snapshot;

/** An event log as it was at one moment, however it goes on. One thread reads it. */
public final class EventSnapshot implements EventSource {
  private static final long READAHEAD = 1 << 20;

  private final EventDatabase database;
  private final Snapshot snapshot;
  private final ReadOptions scan;
  private final String log;
  private final long through;
  private final long from;

  EventSnapshot(EventDatabase database) throws RocksDBException {
    this.database = database;
    snapshot = database.db().getSnapshot();
    scan = new ReadOptions().setSnapshot(snapshot).setFillCache(false).setReadaheadSize(READAHEAD);
    try {
      log = database.log();
      through = fact(Fact.ARRIVAL);
      from = fact(Fact.KEPT_FROM);
    } catch (RocksDBException e) {
      close();
      throw e;
    }
  }

  private long fact(Fact fact) throws RocksDBException {
    byte[] value = database.db().get(scan, fact.key());
    return value == null ? NOTHING : ByteBuffer.wrap(value).getLong();
  }

  @Override
  public String log() {
    return log;
  }

  @Override
  public long from() {
    return from;
  }

  @Override
  public long through() {
    return through;
  }

  @Override
  public void read(Reader reader) throws IOException {
    byte[] user = {};
    String id = "";
    try (RocksIterator events = database.db().newIterator(database.events(), scan)) {
      for (events.seekToFirst(); events.isValid(); events.next()) {
        byte[] key = events.key();
        if (!startsWith(key, user)) {
          user = EventKey.userOf(key);
          id = EventKey.id(user);
        }
        EventValue value = EventValue.decode(events.value());
        reader.event(id, value.item(), EventKey.time(key), value.received());
      }
      events.status();
    } catch (RocksDBException e) {
      throw new IOException("the event log cannot be read: " + e.getMessage(), e);
    }
  }

  /** No user's bytes are the beginning of another's, so this tells whether the user is the same. */
  private static boolean startsWith(byte[] key, byte[] user) {
    return user.length > 0
        && key.length >= user.length
        && Arrays.equals(key, 0, user.length, user, 0, user.length);
  }

  @Override
  public void close() {
    scan.close();
    database.db().releaseSnapshot(snapshot);
    snapshot.close();
  }
}
