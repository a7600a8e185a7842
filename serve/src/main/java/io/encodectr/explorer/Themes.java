package io.encodectr.explorer;

import io.encodectr.model.Model;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What items have in common, in a word: a category of theirs, or a word of their names. The best is
 * the one that is common among them and rare in the catalog, p·log(p/q) with p its share of the
 * items' weights and q its share of the catalog. Immutable and thread-safe.
 */
final class Themes {
  private static final int COUNTED = 50_000;
  private static final double LEAST_SHARE = 0.4;
  private static final double MOST = 0.7;
  private static final Pattern BREAK = Pattern.compile("[^\\p{L}\\p{M}'\u2019-]+");
  private static final int SHORTEST = 3;

  private final Model model;
  private final ItemMap map;
  private final Map<String, Integer> counts = new HashMap<>();
  private int counted;

  /** Counts categories and words in the catalog, or in an even part of a large one. */
  Themes(Model model, ItemMap map) {
    this.model = model;
    this.map = map;
    int step = Math.max(1, Math.ceilDiv(model.items(), COUNTED));
    for (int item = 0; item < model.items(); item += step) {
      counted++;
      for (String term : terms(item).keySet()) {
        counts.merge(term, 1, Integer::sum);
      }
    }
  }

  /** An item's categories and words, each with how it is written. */
  private Map<String, String> terms(int item) {
    Map<String, String> terms = new HashMap<>();
    for (String category : map.categories(item)) {
      terms.put("category " + category, category);
    }
    String name = model.itemName(item);
    for (String word : name == null ? new String[0] : BREAK.split(name)) {
      if (word.length() >= SHORTEST) {
        terms.putIfAbsent("word " + word.toLowerCase(Locale.ROOT), word);
      }
    }
    return terms;
  }

  /**
   * The theme of items.
   *
   * @param weights of item indices
   * @return null where nothing is common to at least {@value #LEAST_SHARE} of the weights and to
   *     two items, or is not more frequent here than elsewhere; the name or id of an item that has
   *     nearly all of the weight
   */
  @Nullable String of(Map<Integer, Float> weights) {
    double all = 0;
    int heaviest = -1;
    for (Map.Entry<Integer, Float> entry : weights.entrySet()) {
      all += entry.getValue();
      boolean heavier = heaviest < 0 || entry.getValue() > weights.getOrDefault(heaviest, 0f);
      heaviest = heavier ? entry.getKey() : heaviest;
    }
    if (heaviest >= 0 && weights.getOrDefault(heaviest, 0f) >= MOST * all) {
      String name = model.itemName(heaviest);
      return name == null ? model.itemIds().id(heaviest) : name;
    }
    Map<String, Double> shares = new HashMap<>();
    Map<String, Integer> items = new HashMap<>();
    Map<String, String> written = new HashMap<>();
    for (Map.Entry<Integer, Float> entry : weights.entrySet()) {
      terms(entry.getKey())
          .forEach((term, text) -> {
            shares.merge(term, (double) entry.getValue(), Double::sum);
            items.merge(term, 1, Integer::sum);
            written.putIfAbsent(term, text);
          });
    }
    String best = null;
    double most = 0;
    for (String term : shares.keySet().stream().sorted().toList()) {
      double p = shares.getOrDefault(term, 0.0) / all;
      double q = (counts.getOrDefault(term, 0) + 1.0) / (counted + 1.0);
      double score = p * Math.log(p / q);
      if (p >= LEAST_SHARE && items.getOrDefault(term, 0) > 1 && score > most + 1e-9) {
        best = term;
        most = score;
      }
    }
    return best == null ? null : written.get(best);
  }
}
