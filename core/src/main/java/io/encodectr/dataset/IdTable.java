package io.encodectr.dataset;

import io.encodectr.file.Hash64;

/**
 * A hash table over the texts of a {@link StringList}, on the heap, for look-ups with one or two
 * cache misses rather than the fifty of a binary search. Open addressing; an entry holds the upper
 * half of the text's hash and its index plus one. Immutable and thread-safe.
 */
final class IdTable {
  private static final long UPPER = 0xffffffff00000000L;

  private final StringList texts;
  private final long[] entries;
  private final int mask;

  /** Enters all texts; 16 to 32 bytes each. */
  IdTable(StringList texts) {
    this.texts = texts;
    int capacity = Math.max(4, Integer.highestOneBit(Math.min(texts.size(), 1 << 28)) * 4);
    entries = new long[capacity];
    mask = capacity - 1;
    for (int i = 0; i < texts.size(); i++) {
      long hash = Hash64.of(texts.utf8(i));
      int at = (int) hash & mask;
      while (entries[at] != 0) {
        at = (at + 1) & mask;
      }
      entries[at] = (hash & UPPER) | (i + 1L);
    }
  }

  /** Index of a text, or -1. */
  int indexOf(byte[] utf8) {
    long hash = Hash64.of(utf8);
    for (int at = (int) hash & mask; entries[at] != 0; at = (at + 1) & mask) {
      long entry = entries[at];
      if (((entry ^ hash) & UPPER) == 0) {
        int index = (int) entry - 1;
        if (texts.compare(index, utf8) == 0) {
          return index;
        }
      }
    }
    return -1;
  }
}
