package io.encodectr.explorer;

import io.encodectr.model.Model;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds items of a model by parts of their ids and names. */
final class ItemSearch {
  /** Items looked through, in the order of the model. */
  static final int SCANNED = 200_000;

  private final Model model;

  ItemSearch(Model model) {
    this.model = model;
  }

  /**
   * Indices of items, the best matches first: the id is the text; the name begins with it; a word
   * of the name does; the id begins with it; the name or the id has it within. Without a text, the
   * first items.
   */
  List<Integer> find(String text, int limit) {
    String lower = text.toLowerCase(Locale.ROOT);
    List<List<Integer>> ranks =
        Stream.generate(() -> (List<Integer>) new ArrayList<Integer>()).limit(4).toList();
    int scanned = Math.min(SCANNED, model.items());
    for (int item = 0; item < scanned && ranks.getFirst().size() < limit; item++) {
      int rank = rank(model.itemIds().id(item), model.itemName(item), lower);
      if (rank >= 0 && ranks.get(rank).size() < limit) {
        ranks.get(rank).add(item);
      }
    }
    Set<Integer> found = new LinkedHashSet<>();
    int exact = model.itemIds().indexOf(text);
    if (exact >= 0) {
      found.add(exact);
    }
    ranks.forEach(found::addAll);
    return found.stream().limit(limit).toList();
  }

  private static int rank(String id, @Nullable String name, String text) {
    String words = name == null ? "" : name.toLowerCase(Locale.ROOT);
    if (name != null && words.startsWith(text)) {
      return 0;
    }
    if (words.contains(" " + text)) {
      return 1;
    }
    String lowerId = id.toLowerCase(Locale.ROOT);
    if (lowerId.startsWith(text)) {
      return 2;
    }
    return words.contains(text) || lowerId.contains(text) ? 3 : -1;
  }
}
