package io.encodectr.sequence;

import io.encodectr.item.ItemCategories;
import io.encodectr.item.ItemTable;
import java.util.Arrays;
import java.util.List;

/**
 * Inverted index over one history, searched by BM25 (Robertson and Zaragoza, 2009). Each behavior
 * is a document D; its terms are its item's id and the item's values in every categorical column,
 * each once. For a query Q,
 *
 * <pre>
 * score(D) = Σ_{t∈Q∩D} ln(1 + (N − n_t + ½)/(n_t + ½)) · (k₁+1)/(1 + k₁(1 − b + b·|D|/avg|D|))
 * </pre>
 *
 * with k₁ = {@value #K1} and b = {@value #B}. N counts the history's behaviors and n_t those with
 * the term: what is rare is what is rare <em>in this history</em>, so that a model needs no
 * statistics of other users and a score depends on nothing but the history and the target. Every
 * factor is positive: a document scores 0 exactly if no term matches.
 *
 * <p>Behaviors on one item have one score. A history is indexed once and serves any number of
 * queries. One instance a thread; it holds two numbers for each value a column may have.
 */
public final class BehaviorIndex {
  /** How soon repeating a term stops to count. */
  public static final float K1 = 1.2f;

  /** How much long documents are held back. */
  public static final float B = 0.75f;

  private IndexedHistory history = new IndexedHistory();
  private List<ItemCategories> columns = List.of();

  /** For each column and value: its first posting + 1, and how many behaviors have it. */
  private int[][] heads = {};

  private int[][] frequencies = {};

  /** Postings: which distinct item, and the next posting + 1 of the same value. */
  private int[] items = {};

  private int[] next = {};
  private int[] column = {};
  private int[] value = {};
  private int postings;
  private float[] norms = {};

  /** Indexes a history, which stays as it is until the next call. */
  public void index(ItemTable table, IndexedHistory indexed) {
    clear();
    history = indexed;
    columns = table.columns();
    reserve();
    long total = 0;
    for (int j = 0; j < history.distinct(); j++) {
      int length = 1 + post(j);
      norms[j] = length;
      total += (long) length * history.count(j);
    }
    float average = (float) total / Math.max(1, history.size());
    for (int j = 0; j < history.distinct(); j++) {
      norms[j] = (K1 + 1) / (1 + K1 * (1 - B + B * norms[j] / average));
    }
  }

  private void clear() {
    for (int p = 0; p < postings; p++) {
      heads[column[p]][value[p]] = 0;
      frequencies[column[p]][value[p]] = 0;
    }
    postings = 0;
  }

  private void reserve() {
    if (heads.length != columns.size()) {
      heads = new int[columns.size()][0];
      frequencies = new int[columns.size()][0];
    }
    for (int c = 0; c < heads.length; c++) {
      if (heads[c].length < columns.get(c).vocabulary()) {
        heads[c] = new int[columns.get(c).vocabulary()];
        frequencies[c] = new int[heads[c].length];
      }
    }
    if (norms.length < history.distinct()) {
      norms = new float[history.distinct() * 3 / 2];
    }
  }

  /** Posts the values of a distinct item; returns how many it has. */
  private int post(int j) {
    int row = history.items()[j];
    int posted = 0;
    for (int c = 0; c < heads.length; c++) {
      ItemCategories values = columns.get(c);
      for (int v = values.start()[row]; v < values.start()[row + 1]; v++) {
        int code = values.codes()[v];
        int head = heads[c][code];
        if (head == 0 || items[head - 1] != j) {
          append(c, code, j, head);
          posted++;
        }
      }
    }
    return posted;
  }

  private void append(int c, int code, int j, int head) {
    if (items.length == postings) {
      int capacity = Math.max(256, postings * 2);
      items = Arrays.copyOf(items, capacity);
      next = Arrays.copyOf(next, capacity);
      column = Arrays.copyOf(column, capacity);
      value = Arrays.copyOf(value, capacity);
    }
    items[postings] = j;
    next[postings] = head;
    column[postings] = c;
    value[postings] = code;
    heads[c][code] = ++postings;
    frequencies[c][code] += history.count(j);
  }

  /**
   * Scores every distinct item of the history against a target item's values.
   *
   * @param target item row
   * @param fields which of its fields are searched by: bit 0 the id, bit 1 + c column c
   * @param scores out, one a distinct item; 0 if nothing matches
   * @return how many behaviors match
   */
  public int score(ItemTable table, int target, long fields, float[] scores) {
    Arrays.fill(scores, 0, history.distinct(), 0f);
    if ((fields & 1) != 0) {
      int j = Arrays.binarySearch(history.items(), 0, history.distinct(), target);
      if (j >= 0) {
        scores[j] = rarity(history.count(j));
      }
    }
    for (int c = 0; c < heads.length; c++) {
      if (((fields >> (c + 1)) & 1) != 0) {
        ItemCategories values = table.columns().get(c);
        for (int v = values.start()[target]; v < values.start()[target + 1]; v++) {
          match(c, values.codes()[v], scores);
        }
      }
    }
    int matching = 0;
    for (int j = 0; j < history.distinct(); j++) {
      if (scores[j] > 0f) {
        scores[j] *= norms[j];
        matching += history.count(j);
      }
    }
    return matching;
  }

  private void match(int c, int code, float[] scores) {
    int posting = heads[c][code];
    if (posting == 0) {
      return;
    }
    float rarity = rarity(frequencies[c][code]);
    for (; posting != 0; posting = next[posting - 1]) {
      scores[items[posting - 1]] += rarity;
    }
  }

  /** ln(1 + (N − n + ½)/(n + ½)). */
  private float rarity(int n) {
    return (float) StrictMath.log1p((history.size() - n + 0.5) / (n + 0.5));
  }
}
