package io.encodectr.explorer;

import io.encodectr.file.InputException;
import io.encodectr.generation.InterestSource;
import io.encodectr.generation.InterestSource.UserList;
import io.encodectr.generation.InterestsUnavailable;
import io.encodectr.generation.UserInterests;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;

/** Finds users of a generation by parts of their ids. */
final class UserSearch {
  /** Ids looked through for a text in their middle. */
  static final int SCANNED = 200_000;

  private static final int SAMPLED = 200;

  /**
   * A user found.
   *
   * @param behaviors before the generation's time
   * @param interests K′
   */
  record Found(String user, int behaviors, int interests) {}

  private final InterestSource generation;
  private final UserList listed;
  private final Predicate<String> hidden;

  /**
   * A search.
   *
   * @param hidden users not to be shown, such as forgotten ones
   */
  UserSearch(InterestSource generation, Predicate<String> hidden) {
    this.generation = generation;
    listed = generation.listed();
    this.hidden = hidden;
  }

  /**
   * Users whose id is the text, begins with it, or has it within (the latter of the first {@value
   * #SCANNED} ids in their order), in this order; of those that the generation can list. Without a
   * text, the longest histories of some users spread evenly.
   */
  List<Found> find(String text, int limit) {
    if (text.isEmpty()) {
      return some(limit);
    }
    Set<String> ids = new LinkedHashSet<>();
    if (generation.users() > listed.size() && found(text).behaviors() > 0) {
      add(ids, text);
    }
    long from = firstFrom(text);
    for (long rank = from; rank < listed.size() && ids.size() < limit; rank++) {
      String id = listed.id(rank);
      if (!id.startsWith(text)) {
        break;
      }
      add(ids, id);
    }
    String lower = text.toLowerCase(Locale.ROOT);
    long scanned = Math.min(SCANNED, listed.size());
    for (long rank = 0; rank < scanned && ids.size() < limit; rank++) {
      String id = listed.id(rank);
      if (id.toLowerCase(Locale.ROOT).contains(lower)) {
        add(ids, id);
      }
    }
    return ids.stream().map(this::found).toList();
  }

  private void add(Set<String> ids, String id) {
    if (!hidden.test(id)) {
      ids.add(id);
    }
  }

  private Found found(String id) {
    UserInterests user;
    try {
      user = generation.find(id);
    } catch (InputException | InterestsUnavailable e) {
      // What cannot be read is told when the user is opened; the search goes on.
      user = null;
    }
    return user == null ? new Found(id, 0, 0) : new Found(id, user.behaviors(), user.count());
  }

  private List<Found> some(int limit) {
    List<Found> sample = new ArrayList<>();
    long step = Math.max(1, listed.size() / SAMPLED);
    for (long rank = 0; rank < listed.size() && sample.size() < SAMPLED; rank += step) {
      sample.add(found(listed.id(rank)));
    }
    return sample.stream()
        .sorted(Comparator.comparingInt(Found::behaviors).reversed().thenComparing(Found::user))
        .filter(found -> !hidden.test(found.user()))
        .limit(limit)
        .toList();
  }

  /** The first rank whose id is not before the text in the order of UTF-8 bytes. */
  private long firstFrom(String text) {
    byte[] key = text.getBytes(StandardCharsets.UTF_8);
    long low = 0;
    long high = listed.size();
    while (low < high) {
      long middle = (low + high) >>> 1;
      byte[] id = listed.id(middle).getBytes(StandardCharsets.UTF_8);
      if (Arrays.compareUnsigned(id, key) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
