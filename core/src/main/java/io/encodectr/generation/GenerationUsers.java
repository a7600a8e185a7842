package io.encodectr.generation;

import io.encodectr.dataset.IdDictionary;
import io.encodectr.dataset.StringList;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The users of a generation in the order of their records: those of the dataset in its order, but
 * for forgotten ones of whom nothing is left, then those whom only the event log knows, in the
 * order of their ids. Immutable and thread-safe.
 */
public final class GenerationUsers {
  /** The dataset does not know this user. */
  static final int ABSENT = -1;

  private final IdDictionary dataset;
  private final @Nullable StringList added;
  private final int[] leftOut;
  private final int kept;

  /**
   * Users.
   *
   * @param leftOut users of the dataset who have no record, ascending
   * @param added ids that the dataset does not have, in the unsigned order of their bytes; null for
   *     none
   */
  GenerationUsers(IdDictionary dataset, int[] leftOut, @Nullable StringList added) {
    this.dataset = dataset;
    this.leftOut = leftOut;
    this.added = added;
    kept = dataset.size() - leftOut.length;
  }

  /** All users of a dictionary and no others. */
  public static GenerationUsers of(IdDictionary ids) {
    return new GenerationUsers(ids, new int[0], null);
  }

  /** How many users there are. */
  public int size() {
    return kept + (added == null ? 0 : added.size());
  }

  /** The number of a user in the dataset; {@link #ABSENT} for one whom only the events know. */
  int inDataset(int index) {
    if (index >= kept) {
      return ABSENT;
    }
    int low = 0;
    int high = leftOut.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      // So many users of the dataset before leftOut[middle] are kept.
      if (leftOut[middle] - middle <= index) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return index + low;
  }

  /**
   * A user's id.
   *
   * @param index place of the record among the generation's
   */
  public String id(int index) {
    int user = inDataset(index);
    return user != ABSENT || added == null ? dataset.id(user) : added.get(index - kept);
  }

  /**
   * The hash of a user's id.
   *
   * @param index place of the record among the generation's
   */
  public long hash(int index) {
    int user = inDataset(index);
    return user == ABSENT ? IdDictionary.hash(id(index)) : dataset.hash(user);
  }

  /** The users in the unsigned order of their ids' bytes. */
  int[] sorted() {
    int[] sorted = new int[size()];
    int next = 0;
    int addedNext = 0;
    int addedCount = added == null ? 0 : added.size();
    for (int rank = 0; rank < dataset.size(); rank++) {
      int user = dataset.sortedIndex(rank);
      int before = Arrays.binarySearch(leftOut, user);
      if (before >= 0) {
        continue;
      }
      int index = user + before + 1; // −before − 1 users in front of this one are left out.
      while (addedNext < addedCount && compare(kept + addedNext, index) < 0) {
        sorted[next++] = kept + addedNext++;
      }
      sorted[next++] = index;
    }
    while (addedNext < addedCount) {
      sorted[next++] = kept + addedNext++;
    }
    return sorted;
  }

  private int compare(int a, int b) {
    return Arrays.compareUnsigned(utf8(a), utf8(b));
  }

  byte[] utf8(int index) {
    return id(index).getBytes(StandardCharsets.UTF_8);
  }
}
