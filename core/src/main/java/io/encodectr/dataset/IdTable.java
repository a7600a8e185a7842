package io.encodectr.dataset;

import io.encodectr.file.Hash64;
import java.util.Arrays;

/**
 * A hash table over the texts of a {@link StringList}, on the heap, for look-ups with two or three
 * cache misses rather than the fifty of a binary search. Open addressing; an entry holds the upper
 * half of the text's hash and its index plus one. The texts are copied while they fit an array:
 * they are compared in one go there, which halves a look-up. Immutable and thread-safe.
 */
final class IdTable {
  private static final long UPPER = 0xffffffff00000000L;

  private final StringList texts;
  private final long[] entries;
  private final int mask;

  /** All texts one after the other, and where each one begins and the last one ends; or empty. */
  private final byte[] copy;

  private final int[] begins;

  /** Enters all texts; 16 to 32 bytes each, and the texts themselves. */
  IdTable(StringList texts) {
    this.texts = texts;
    int size = texts.size();
    int capacity = Math.max(4, Integer.highestOneBit(Math.min(size, 1 << 28)) * 4);
    entries = new long[capacity];
    mask = capacity - 1;
    boolean copied = texts.bytes() <= Integer.MAX_VALUE - 8;
    copy = new byte[copied ? (int) texts.bytes() : 0];
    begins = new int[copied ? size + 1 : 0];
    for (int i = 0; i < size; i++) {
      byte[] utf8 = texts.utf8(i);
      if (copied) {
        System.arraycopy(utf8, 0, copy, begins[i], utf8.length);
        begins[i + 1] = begins[i] + utf8.length;
      }
      long hash = Hash64.of(utf8);
      int at = (int) hash & mask;
      while (entries[at] != 0) {
        at = (at + 1) & mask;
      }
      entries[at] = (hash & UPPER) | (i + 1L);
    }
  }

  /** Index of a text, or -1. */
  int indexOf(byte[] utf8) {
    return indexOf(utf8, Hash64.of(utf8));
  }

  private int indexOf(byte[] utf8, long hash) {
    for (int at = (int) hash & mask; entries[at] != 0; at = (at + 1) & mask) {
      long entry = entries[at];
      if (((entry ^ hash) & UPPER) == 0) {
        int index = (int) entry - 1;
        if (is(index, utf8)) {
          return index;
        }
      }
    }
    return -1;
  }

  /**
   * Index of each text, or -1. Step by step for all of them, so that the memory answers many reads
   * at a time.
   */
  int[] indicesOf(byte[][] utf8) {
    int n = utf8.length;
    long[] hashes = new long[n];
    for (int i = 0; i < n; i++) {
      hashes[i] = Hash64.of(utf8[i]);
    }
    long[] found = new long[n];
    for (int i = 0; i < n; i++) {
      found[i] = entries[(int) hashes[i] & mask];
    }
    int[] from = new int[n];
    int[] to = new int[n];
    for (int i = 0; i < n && begins.length > 0; i++) {
      int index = Math.max(0, (int) found[i] - 1);
      from[i] = begins[index];
      to[i] = begins[Math.min(index + 1, begins.length - 1)];
    }
    int[] indices = new int[n];
    for (int i = 0; i < n; i++) {
      boolean at =
          found[i] != 0
              && ((found[i] ^ hashes[i]) & UPPER) == 0
              && to[i] > from[i]
              && Arrays.equals(copy, from[i], to[i], utf8[i], 0, utf8[i].length);
      indices[i] = at ? (int) found[i] - 1 : indexOf(utf8[i], hashes[i]);
    }
    return indices;
  }

  private boolean is(int index, byte[] utf8) {
    return begins.length == 0
        ? texts.compare(index, utf8) == 0
        : Arrays.equals(copy, begins[index], begins[index + 1], utf8, 0, utf8.length);
  }
}
