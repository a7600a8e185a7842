package io.encodectr.generation;

import io.encodectr.dataset.IdDictionary;
import io.encodectr.file.InputException;
import io.encodectr.file.Json;
import io.encodectr.file.WriteFailure;
import io.encodectr.generation.UserInterests.Feature;
import io.encodectr.generation.UserInterests.Members;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Overwrites users' records in a generation's file by empty ones: no behaviors, no interests, every
 * user column missing. The record keeps its place; what it no longer needs becomes zeros. Whoever
 * has the file mapped sees the change at once, see {@link Generation}. What remains of the user is
 * the id in the index.
 *
 * <p>A crash may leave any part of the new bytes in the file, so a record counts as erased only if
 * it is empty and all the rest of its place is zero.
 *
 * <p>The file's header and the manifest's counts stay as they were published; the manifest says how
 * many records were erased since. The store's lock must be held.
 */
final class RecordEraser {
  private static final int[] NO_CODES = {};

  private final Path folder;
  private final Generation generation;

  /** A record: its place in the sorted order, and how many bytes of the file are its. */
  private record Place(long rank, int extent) {}

  private RecordEraser(Path folder, Generation generation) {
    this.folder = folder;
    this.generation = generation;
  }

  /**
   * Erases users from a generation.
   *
   * @param hashes {@link Tombstones#hash} of the users
   * @param known ids by hash, as far as they are known; the others cost a pass over all ids
   * @return how many records were overwritten; erased ones are left alone
   * @throws InputException if the generation cannot be opened
   */
  static int erase(Path folder, Collection<String> hashes, Map<String, String> known)
      throws IOException {
    try (Generation generation = Generation.open(folder)) {
      RecordEraser eraser = new RecordEraser(folder, generation);
      return eraser.erase(eraser.ranks(hashes, known));
    }
  }

  private List<Long> ranks(Collection<String> hashes, Map<String, String> known) {
    List<Long> ranks = new ArrayList<>();
    Set<String> unknown = new HashSet<>();
    for (String hash : hashes) {
      String id = known.get(hash);
      if (id == null) {
        unknown.add(hash);
      } else if (generation.rank(id) >= 0) {
        ranks.add(generation.rank(id));
      }
    }
    for (long rank = 0; rank < generation.users() && !unknown.isEmpty(); rank++) {
      if (unknown.remove(Tombstones.hash(generation.userId(rank)))) {
        ranks.add(rank);
      }
    }
    return ranks;
  }

  private int erase(List<Long> ranks) throws IOException {
    int[] extents = generation.extents(ranks);
    List<Place> full = new ArrayList<>();
    for (int i = 0; i < extents.length; i++) {
      Place place = new Place(ranks.get(i), extents[i]);
      if (!isErased(place)) {
        full.add(place);
      }
    }
    if (full.isEmpty()) {
      return 0;
    }
    // The count comes first: a file with erased records must never look like a damaged one.
    count(full.size());
    Path file = folder.resolve(Generation.FILE);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      for (Place place : full) {
        ByteBuffer bytes = emptyRecord(place);
        long at = generation.position(place.rank);
        while (bytes.hasRemaining()) {
          at += channel.write(bytes, at);
        }
      }
      channel.force(true);
    } catch (IOException e) {
      throw WriteFailure.of(file, e);
    }
    return full.size();
  }

  /** The time of a generation's folder tells when it was published, so it stays. */
  private void count(int more) throws IOException {
    FileTime published = Files.getLastModifiedTime(folder);
    GenerationManifest manifest = generation.manifest();
    long before = manifest.erased() == null ? 0 : manifest.erased();
    Json.write(folder.resolve(GenerationManifest.FILE), manifest.withErased(before + more));
    Files.setLastModifiedTime(folder, published);
  }

  private ByteBuffer emptyRecord(Place place) {
    Feature[] missing = missing(place.rank);
    UserInterests nothing =
        new UserInterests(
            0,
            0,
            new float[0],
            new int[0],
            new float[0],
            new Members[0],
            new int[0],
            new long[0],
            missing);
    ByteBuffer out = ByteBuffer.allocate(place.extent).order(ByteOrder.LITTLE_ENDIAN);
    if (generation.recordFormat().length(nothing) <= out.capacity()) {
      generation
          .recordFormat()
          .encode(IdDictionary.hash(generation.userId(place.rank)), nothing, out);
    }
    return out.clear();
  }

  /** The user's columns without values; another user's where this one's record is damaged. */
  private Feature[] missing(long rank) {
    UserInterests user = soundRecord(rank);
    for (long other = 0; user == null && other < generation.users(); other++) {
      user = soundRecord(other);
    }
    Feature[] missing = new Feature[user == null ? 0 : user.features().length];
    for (int c = 0; user != null && c < missing.length; c++) {
      missing[c] =
          user.features()[c].continuous() ? Feature.continuous(0) : Feature.categorical(NO_CODES);
    }
    return missing;
  }

  /** Null where the record is damaged, as an erasure that was cut off leaves it. */
  private @Nullable UserInterests soundRecord(long rank) {
    try {
      return generation.read(rank);
    } catch (InputException e) {
      return null;
    }
  }

  private boolean isErased(Place place) {
    UserInterests user = soundRecord(place.rank);
    if (user == null || !isEmpty(user)) {
      return false;
    }
    int length = generation.recordFormat().length(user);
    return generation.isZero(generation.position(place.rank) + length, place.extent - length);
  }

  private static boolean isEmpty(UserInterests user) {
    if (user.behaviors() > 0 || user.count() > 0 || user.recentItems().length > 0) {
      return false;
    }
    for (Feature feature : user.features()) {
      if (feature.codes().length > 0 || feature.number() != 0) {
        return false;
      }
    }
    return true;
  }
}
