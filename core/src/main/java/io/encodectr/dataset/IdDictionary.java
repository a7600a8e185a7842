package io.encodectr.dataset;

import io.encodectr.file.Damage;
import io.encodectr.file.Hash64;
import io.encodectr.file.InputException;
import io.encodectr.file.IntColumn;
import io.encodectr.file.NpyWriter;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Ids of items, users or a column's values, by index and back: a {@link StringList} and {@code
 * X.sorted.npy}, the indices in the unsigned order of the ids' UTF-8 bytes, for binary search.
 * Memory-mapped, read-only, thread-safe.
 */
public final class IdDictionary {
  private final Path path;
  private final StringList ids;
  private final IntColumn sorted;
  private final @Nullable IdTable table;

  private IdDictionary(Path path, StringList ids, IntColumn sorted, @Nullable IdTable table) {
    this.path = path;
    this.ids = ids;
    this.sorted = sorted;
    this.table = table;
  }

  /**
   * Maps a dictionary.
   *
   * @param name X, the beginning of the files' names
   * @param arena owns the mapping
   * @throws InputException if a file is missing or damaged
   */
  public static IdDictionary map(Path folder, String name, Arena arena) throws IOException {
    StringList ids = StringList.map(folder, name, arena);
    Path path = folder.resolve(name + ".sorted.npy");
    IntColumn sorted = IntColumn.map(path, arena);
    Offsets.requireSize(path, sorted.size(), ids.size());
    return new IdDictionary(path, ids, sorted, null);
  }

  /**
   * Writes a dictionary; index = order of iteration. Needs 16 bytes of memory an id.
   *
   * @throws InputException if an id occurs twice
   */
  public static void write(Path folder, String name, Iterable<String> ids) throws IOException {
    StringList.write(folder, name, ids);
    try (Arena arena = Arena.ofConfined();
        NpyWriter writer = NpyWriter.int32(folder.resolve(name + ".sorted.npy"))) {
      StringList list = StringList.map(folder, name, arena);
      int[] order = IdOrder.of(list);
      for (int i = 1; i < order.length; i++) {
        if (list.compare(order[i - 1], order[i]) == 0) {
          throw new InputException(
              "the id \""
                  + list.get(order[i])
                  + "\" occurs twice in "
                  + folder.resolve(name)
                  + ", at "
                  + Math.min(order[i - 1], order[i])
                  + " and "
                  + Math.max(order[i - 1], order[i])
                  + "; ids must differ");
        }
      }
      writer.putAll(order);
    }
  }

  /**
   * The same dictionary with a hash table on the heap, for many look-ups: {@link #indexOf} takes
   * two or three cache misses rather than a binary search's fifty. Takes 16 to 32 bytes an id, and
   * the ids.
   */
  public IdDictionary hashed() {
    return table != null ? this : new IdDictionary(path, ids, sorted, new IdTable(ids));
  }

  /** Number of ids. */
  public int size() {
    return ids.size();
  }

  /** Index of an id, or -1. */
  public int indexOf(String id) {
    byte[] utf8 = id.getBytes(StandardCharsets.UTF_8);
    return table != null ? table.indexOf(utf8) : search(utf8);
  }

  private int search(byte[] utf8) {
    int low = 0;
    int high = ids.size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int index = sortedIndex(middle);
      int order = ids.compare(index, utf8);
      if (order == 0) {
        return index;
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return -1;
  }

  /** Index of each id, or -1; faster than one by one if it is {@link #hashed}. */
  public int[] indicesOf(List<String> all) {
    byte[][] utf8 = new byte[all.size()][];
    for (int i = 0; i < utf8.length; i++) {
      utf8[i] = all.get(i).getBytes(StandardCharsets.UTF_8);
    }
    if (table != null) {
      return table.indicesOf(utf8);
    }
    int[] indices = new int[utf8.length];
    for (int i = 0; i < utf8.length; i++) {
      indices[i] = search(utf8[i]);
    }
    return indices;
  }

  /**
   * The id of an index.
   *
   * @throws IndexOutOfBoundsException unless the index is in 0..size-1
   */
  public String id(int index) {
    return ids.get(index);
  }

  /**
   * The index that takes place {@code rank} in the order of the ids' bytes.
   *
   * @throws IndexOutOfBoundsException unless the rank is in 0..size-1
   */
  public int sortedIndex(int rank) {
    int index = sorted.get(rank);
    if (index < 0 || index >= ids.size()) {
      throw Damage.of(path, "entry " + rank + " is " + index + " of " + ids.size() + " ids");
    }
    return index;
  }

  /** {@link #hash(String)} of the id of an index. */
  public long hash(int index) {
    return Hash64.of(ids.utf8(index));
  }

  /** XXH64 (seed 0) of the id's UTF-8 bytes. */
  public static long hash(String id) {
    return Hash64.of(id.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Checks that the sorted indices are a permutation in ascending order; reads every byte.
   *
   * @throws InputException otherwise
   */
  void check() {
    for (int rank = 1; rank < ids.size(); rank++) {
      if (ids.compare(sortedIndex(rank - 1), sortedIndex(rank)) >= 0) {
        throw Damage.of(path, "entries " + (rank - 1) + " and " + rank + " are not in order");
      }
    }
  }
}
