package io.encodectr.behavior.folder;

import io.encodectr.behavior.EventValue;
import io.encodectr.file.AtomicFile;
import io.encodectr.file.Damage;
import io.encodectr.file.InputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Properties;
import java.util.UUID;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.Checkpoint;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompactRangeOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.FlushOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksObject;
import org.rocksdb.Status;
import org.rocksdb.WALRecoveryMode;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * The files of an event log: a RocksDB database with four column families.
 *
 * <pre>
 * default    facts of the log: "log", its identity, and the numbers of {@link Fact}
 * events     {@link EventKey} → {@link EventValue}
 * ids        user and event id → nothing
 * forgotten  SHA-256 of a user id → int64 milliseconds
 * </pre>
 *
 * <p>Blocks, write-ahead log and files carry RocksDB's checksums. Damage to the write-ahead log
 * (but for a last, never acknowledged record) or to a file's frame is found on opening, damage to
 * data when it is read. Thread-safe, except that nothing may run beside or after {@link #close}.
 */
final class EventDatabase implements AutoCloseable {
  private static final int FORMAT = 1;
  private static final int OPEN_FILES = 512;
  private static final String EVENTS = "events";
  private static final String IDS = "ids";
  private static final String FORGOTTEN = "forgotten";

  /** Numbers that the log remembers about itself, int64 by their names in lower case. */
  enum Fact {
    /** Version of these files. */
    FORMAT,
    /** Arrival number of the last event. */
    ARRIVAL,
    /** When that arrived, or a user was forgotten, if that is later. */
    RECEIVED,
    /** Events before this time are no longer needed. */
    KEPT_FROM,
    /** Events before this time are deleted. */
    CLEARED_TO,
    /** 1 while deleted events of forgotten users may still be in the files. */
    PURGE;

    byte[] key() {
      return name().toLowerCase(Locale.ROOT).getBytes(StandardCharsets.US_ASCII);
    }
  }

  private static final byte[] LOG = "log".getBytes(StandardCharsets.US_ASCII);

  private final Path folder;
  private final List<RocksObject> owned;
  private final RocksDB db;
  private final List<ColumnFamilyHandle> families;
  private final WriteOptions durable = new WriteOptions().setSync(true);
  private final WriteOptions lazy = new WriteOptions();
  private final CompactRangeOptions purging =
      new CompactRangeOptions()
          .setBottommostLevelCompaction(CompactRangeOptions.BottommostLevelCompaction.kForce);

  private EventDatabase(
      Path folder, List<RocksObject> owned, RocksDB db, List<ColumnFamilyHandle> families) {
    this.folder = folder;
    this.owned = owned;
    this.db = db;
    this.families = families;
  }

  /** Whether a folder holds a log. */
  static boolean exists(Path folder) {
    return Files.exists(folder.resolve("CURRENT"));
  }

  /**
   * Opens a log, made where there is none.
   *
   * @throws InputException if the folder holds something else, or another process has it open
   * @throws IOException if the log is seen to be damaged or cannot be read
   */
  static EventDatabase open(Path folder, long memoryBytes) throws IOException {
    requireOurs(folder);
    create(folder);
    RocksDB.loadLibrary();
    List<RocksObject> owned = new ArrayList<>();
    try {
      EventDatabase database = open(folder, memoryBytes, owned);
      try {
        database.begin();
        return database;
      } catch (RocksDBException | RuntimeException e) {
        database.closeNative();
        throw e;
      }
    } catch (RocksDBException e) {
      close(owned);
      String message = String.valueOf(e.getMessage());
      if (isLocked(e)) {
        throw new InputException(
            folder
                + " is in use by another process, such as a running service; ask that for a"
                + " checkpoint of its events (`encode extract --events http://127.0.0.1:8081`"
                + " does, 8081 being its admin port), or stop it",
            e);
      }
      throw new IOException("cannot open the event log " + folder + ": " + message, e);
    } catch (RuntimeException e) {
      close(owned);
      throw e;
    }
  }

  /** A new log's folder outlives a power failure as its first event does. */
  private static void create(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      Files.createDirectories(folder);
      AtomicFile.syncFolder(Objects.requireNonNull(folder.toAbsolutePath().getParent()));
    }
  }

  /** Whether the file that guards the folder is another's; both of RocksDB's messages name it. */
  private static boolean isLocked(RocksDBException e) {
    return e.getStatus() != null
        && e.getStatus().getCode() == Status.Code.IOError
        && String.valueOf(e.getMessage()).contains("/LOCK:");
  }

  private static void requireOurs(Path folder) throws IOException {
    if (!Files.exists(folder) || exists(folder)) {
      return;
    }
    if (!Files.isDirectory(folder)) {
      throw new InputException(folder + " is a file; an event log is a folder");
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      if (entries.iterator().hasNext()) {
        throw new InputException(
            folder + " holds something else than an event log; choose another folder");
      }
    }
  }

  private static EventDatabase open(Path folder, long memoryBytes, List<RocksObject> owned)
      throws RocksDBException {
    Cache cache = own(owned, new LRUCache(memoryBytes / 2));
    DBOptions options =
        own(owned, withFreshManifests())
            .setCreateIfMissing(true)
            .setCreateMissingColumnFamilies(true)
            .setParanoidChecks(true)
            .setWalRecoveryMode(WALRecoveryMode.TolerateCorruptedTailRecords)
            .setMaxOpenFiles(OPEN_FILES)
            .setDbWriteBufferSize(memoryBytes / 2)
            .setMaxTotalWalSize(memoryBytes)
            .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
            .setMaxLogFileSize(1 << 20)
            .setKeepLogFileNum(2)
            .setStatsDumpPeriodSec(0);
    List<ColumnFamilyDescriptor> descriptors = new ArrayList<>();
    for (byte[] name :
        new byte[][] {RocksDB.DEFAULT_COLUMN_FAMILY, ascii(EVENTS), ascii(IDS), ascii(FORGOTTEN)}) {
      BlockBasedTableConfig table =
          new BlockBasedTableConfig()
              .setBlockCache(cache)
              .setCacheIndexAndFilterBlocks(true)
              .setPinL0FilterAndIndexBlocksInCache(true)
              .setFilterPolicy(own(owned, new BloomFilter(10)));
      descriptors.add(
          new ColumnFamilyDescriptor(
              name,
              own(owned, new ColumnFamilyOptions())
                  .setWriteBufferSize(memoryBytes / 4)
                  .setCompressionType(CompressionType.LZ4_COMPRESSION)
                  .setTableFormatConfig(table)));
    }
    List<ColumnFamilyHandle> handles = new ArrayList<>();
    RocksDB db = RocksDB.open(options, folder.toString(), descriptors, handles);
    return new EventDatabase(folder, owned, db, handles);
  }

  /**
   * RocksDB's list of files names the first and last keys of each, and goes on naming those of
   * files that are gone until it is made anew: so it is, at every change. One of the two options
   * that do this has no method in Java.
   */
  private static DBOptions withFreshManifests() {
    Properties properties = new Properties();
    properties.setProperty("max_manifest_space_amp_pct", "0");
    return Objects.requireNonNull(DBOptions.getDBOptionsFromProps(properties))
        .setMaxManifestFileSize(1);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static <T extends RocksObject> T own(List<RocksObject> owned, T object) {
    owned.add(object);
    return object;
  }

  /** Gives a new log its name; checks an old one's format. */
  private void begin() throws RocksDBException {
    if (db.get(LOG) == null) {
      try (WriteBatch batch = new WriteBatch()) {
        batch.put(LOG, ascii(UUID.randomUUID().toString()));
        batch.put(Fact.FORMAT.key(), bytes(FORMAT));
        db.write(durable, batch);
      }
    }
    long format = fact(Fact.FORMAT, 0);
    if (format != FORMAT) {
      throw Damage.of(
          folder, "its event log has format " + format + ", this build reads " + FORMAT);
    }
  }

  RocksDB db() {
    return db;
  }

  ColumnFamilyHandle events() {
    return families.get(1);
  }

  ColumnFamilyHandle ids() {
    return families.get(2);
  }

  ColumnFamilyHandle forgotten() {
    return families.get(3);
  }

  /** The log's identity; its copies have the same. */
  String log() throws RocksDBException {
    byte[] log = db.get(LOG);
    return log == null ? "" : new String(log, StandardCharsets.US_ASCII);
  }

  long fact(Fact fact, long otherwise) throws RocksDBException {
    byte[] value = db.get(fact.key());
    return value == null ? otherwise : ByteBuffer.wrap(value).getLong();
  }

  static void put(WriteBatch batch, Fact fact, long value) throws RocksDBException {
    batch.put(fact.key(), bytes(value));
  }

  static byte[] bytes(long value) {
    return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
  }

  /** Writes a batch and forces it to disk. */
  void write(WriteBatch batch) throws RocksDBException {
    db.write(durable, batch);
  }

  /** Writes a batch that may be lost with the machine's power. */
  void writeLazily(WriteBatch batch) throws RocksDBException {
    db.write(lazy, batch);
  }

  /** Makes a copy of the log as it is now, of links where the file system can. */
  void checkpoint(Path target) throws RocksDBException {
    try (Checkpoint checkpoint = Checkpoint.create(db)) {
      checkpoint.createCheckpoint(target.toString());
    }
  }

  /**
   * Removes what was deleted of users from the files of data and of logs. The list of files still
   * names some of it until {@link #renewList}.
   *
   * @param users how their keys begin; empty: everyone
   * @throws RocksDBException also if {@link #cancelPurges} was called
   */
  void purge(Collection<byte[]> users) throws RocksDBException {
    try (FlushOptions flush = new FlushOptions().setWaitForFlush(true)) {
      // All families, so that no write-ahead log is kept for one of them.
      db.flush(flush, families);
    }
    for (ColumnFamilyHandle family : List.of(events(), ids())) {
      if (users.isEmpty()) {
        db.compactRange(family, null, null, purging);
      }
      for (byte[] user : users) {
        db.compactRange(family, user, EventKey.end(user), purging);
      }
    }
  }

  /** Ends a purge that runs, soon, and all later ones at once. */
  void cancelPurges() {
    purging.setCanceled(true);
  }

  /**
   * Makes a new list of files, of those that are there now.
   *
   * @throws RocksDBException if that fails
   */
  void renewList() throws RocksDBException {
    try (FlushOptions flush = new FlushOptions().setWaitForFlush(true)) {
      // It begins with the files as they were before the change that makes it.
      db.flush(flush, families.getFirst());
    }
  }

  @Override
  public void close() {
    closeNative();
    close(owned);
  }

  private void closeNative() {
    families.forEach(ColumnFamilyHandle::close);
    purging.close();
    durable.close();
    lazy.close();
    db.close();
  }

  /** Closes in reverse: filters and caches outlive the options that name them. */
  private static void close(List<RocksObject> owned) {
    owned.reversed().forEach(RocksObject::close);
  }
}
