package io.encodectr.generation;

import io.encodectr.file.AtomicFile;
import io.encodectr.file.Damage;
import io.encodectr.file.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Who asked a store to forget them, and when: the content of {@code store/forgotten} at one moment.
 * The file is text and only ever grows; a line is
 *
 * <pre>
 * SHA-256 of the user id, milliseconds since the epoch, "forget" or "erased", CRC32C of the line
 * before it
 * </pre>
 *
 * <p>separated by single blanks, hexadecimal digits in lower case. "forget" is written before
 * anything else happens, "erased" after every generation has lost the user's record. A forgetting
 * here is later than all before it, so its time names a state of the file; one that was heard of
 * from elsewhere keeps its own time, and a generation is taken to honor that until its record is
 * erased, which follows at once. A last line without its end was never acknowledged and does not
 * count. Immutable and thread-safe.
 */
public final class Tombstones {
  /** The time of a user who never asked. */
  public static final long NEVER = Long.MIN_VALUE;

  /** Name of the file. */
  static final String FILE = "forgotten";

  private static final String FORGET = "forget";
  private static final String ERASED = "erased";
  private static final HexFormat HEX = HexFormat.of();

  private final List<Tombstone> all;
  private final Map<String, Long> times;
  private final Map<String, Long> pending;
  private final long last;

  /** One request to be forgotten. */
  private record Tombstone(String hash, long time) {}

  private Tombstones(List<Tombstone> all, Map<String, Long> pending) {
    this.all = all;
    this.pending = pending;
    times = new HashMap<>();
    long newest = 0;
    for (Tombstone tombstone : all) {
      times.merge(tombstone.hash, tombstone.time, Math::max);
      newest = Math.max(newest, tombstone.time);
    }
    last = newest;
  }

  /**
   * Reads the tombstones of a store.
   *
   * @throws io.encodectr.file.InputException if the file is damaged
   */
  static Tombstones read(Path store) throws IOException {
    Path file = store.resolve(FILE);
    List<Tombstone> all = new ArrayList<>();
    Map<String, Long> pending = new LinkedHashMap<>();
    int number = 0;
    for (String line : lines(file)) {
      number++;
      String[] parts = line.split(" ", -1);
      int body = line.lastIndexOf(' ');
      if (parts.length != 4
          || parts[0].length() != 64
          || !parts[3].equals(checksum(line.substring(0, body)))) {
        throw Damage.of(file, "line " + number + " is not one of ours or has changed");
      }
      long time = Long.parseLong(parts[1]);
      if (parts[2].equals(FORGET)) {
        all.add(new Tombstone(parts[0], time));
        pending.put(parts[0], time);
      } else {
        pending.remove(parts[0], time);
      }
    }
    return new Tombstones(all, pending);
  }

  private static List<String> lines(Path file) throws IOException {
    if (!Files.exists(file)) {
      return List.of();
    }
    String text = Files.readString(file, StandardCharsets.US_ASCII);
    List<String> lines = new ArrayList<>(text.lines().toList());
    if (!text.isEmpty() && !text.endsWith("\n")) {
      lines.removeLast();
    }
    return lines;
  }

  /** Appends a line and forces it to disk. The store's lock must be held. */
  private static void append(Path store, String hash, long time, String what) throws IOException {
    String body = hash + " " + time + " " + what;
    byte[] line = (body + " " + checksum(body) + "\n").getBytes(StandardCharsets.US_ASCII);
    boolean isNew = !Files.exists(store.resolve(FILE));
    try (FileChannel channel =
        FileChannel.open(
            store.resolve(FILE),
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
      long at = endOfLines(channel);
      channel.truncate(at);
      ByteBuffer bytes = ByteBuffer.wrap(line);
      while (bytes.hasRemaining()) {
        at += channel.write(bytes, at);
      }
      channel.force(true);
    }
    if (isNew) {
      AtomicFile.syncFolder(store);
    }
  }

  /** Where the last whole line ends. */
  private static long endOfLines(FileChannel channel) throws IOException {
    ByteBuffer one = ByteBuffer.allocate(1);
    for (long end = channel.size(); end > 0; end--) {
      if (channel.read(one.clear(), end - 1) == 1 && one.get(0) == '\n') {
        return end;
      }
    }
    return 0;
  }

  /** Notes that a user is to be forgotten. The store's lock must be held. */
  static void appendForget(Path store, String hash, long time) throws IOException {
    append(store, hash, time, FORGET);
  }

  /** Notes that no generation holds the user's record any more. The store's lock must be held. */
  static void appendErased(Path store, String hash, long time) throws IOException {
    append(store, hash, time, ERASED);
  }

  private static String checksum(String text) {
    CRC32C crc = new CRC32C();
    crc.update(text.getBytes(StandardCharsets.UTF_8));
    return HEX.toHexDigits((int) crc.getValue());
  }

  /** How a user is named here: the SHA-256 of the id's UTF-8 bytes in hexadecimal digits. */
  public static String hash(String user) {
    return new Sha256().update(user).hex();
  }

  /** When a user was last forgotten, in milliseconds since the epoch; {@link #NEVER} if never. */
  public long forgottenAt(String user) {
    return times.isEmpty() ? NEVER : times.getOrDefault(hash(user), NEVER);
  }

  /** Every forgotten user's {@link #hash} and the time of the last forgetting. */
  public Map<String, Long> times() {
    return Map.copyOf(times);
  }

  /** The time of the newest tombstone, 0 if there is none. */
  public long last() {
    return last;
  }

  /** {@link #last} as a manifest says it: null if there is none. */
  public @Nullable Long forgottenThrough() {
    return last == 0 ? null : last;
  }

  /** Forgettings that began and were not finished, the oldest first. */
  Map<String, Long> pending() {
    return pending;
  }

  /** How many tombstones there are. */
  int count() {
    return all.size();
  }

  /** The oldest tombstones: what the file said when it had so many. */
  Tombstones first(int count) {
    return new Tombstones(all.subList(0, count), Map.of());
  }

  /** The {@link #hash} of everyone who was forgotten after the first tombstones. */
  Set<String> after(int count) {
    return all.subList(count, all.size()).stream()
        .map(Tombstone::hash)
        .collect(Collectors.toUnmodifiableSet());
  }

  boolean isEmpty() {
    return times.isEmpty();
  }
}
