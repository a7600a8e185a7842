package io.encodectr.dataset;

/**
 * Sorts the indices of a {@link StringList} by the texts' bytes: a merge sort that compares the
 * first 8 bytes as one number, and looks at the texts where those are equal only.
 */
final class IdOrder {
  private static final int SMALL = 12;

  private final StringList texts;
  private final long[] prefixes;

  private IdOrder(StringList texts) {
    this.texts = texts;
    prefixes = new long[texts.size()];
    for (int i = 0; i < prefixes.length; i++) {
      prefixes[i] = texts.prefix(i);
    }
  }

  /** Indices of all texts in the unsigned order of their bytes; equal texts by index. */
  static int[] of(StringList texts) {
    int[] order = new int[texts.size()];
    for (int i = 0; i < order.length; i++) {
      order[i] = i;
    }
    new IdOrder(texts).sort(order.clone(), order, 0, order.length);
    return order;
  }

  /** Sorts [from, to) of {@code to}; both arrays hold the same there. */
  private void sort(int[] source, int[] target, int from, int to) {
    if (to - from <= SMALL) {
      insert(target, from, to);
      return;
    }
    int middle = (from + to) >>> 1;
    sort(target, source, from, middle);
    sort(target, source, middle, to);
    int left = from;
    int right = middle;
    for (int i = from; i < to; i++) {
      boolean takeLeft =
          right == to || (left < middle && compare(source[left], source[right]) <= 0);
      target[i] = takeLeft ? source[left++] : source[right++];
    }
  }

  private void insert(int[] order, int from, int to) {
    for (int i = from + 1; i < to; i++) {
      int index = order[i];
      int at = i;
      while (at > from && compare(order[at - 1], index) > 0) {
        order[at] = order[at - 1];
        at--;
      }
      order[at] = index;
    }
  }

  private int compare(int a, int b) {
    int byPrefix = Long.compareUnsigned(prefixes[a], prefixes[b]);
    return byPrefix != 0 ? byPrefix : texts.compare(a, b);
  }
}
