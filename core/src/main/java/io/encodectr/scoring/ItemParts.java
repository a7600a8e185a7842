package io.encodectr.scoring;

import io.encodectr.tower.Tower;
import java.util.stream.IntStream;

/**
 * The first layer's item part, x_item·W1, of every item: what a candidate costs there is then one
 * row to read. Same bits as computing it for each candidate. Immutable and thread-safe.
 */
final class ItemParts {
  private static final int BLOCK = 512;

  private final float[] values;

  private ItemParts(float[] values) {
    this.values = values;
  }

  /** Bytes that the parts of all items would take. */
  static long bytes(ModelItems items, Tower tower) {
    return (long) items.table().rows() * tower.firstWidth() * Float.BYTES;
  }

  /** Whether they fit one array. */
  static boolean possible(ModelItems items, Tower tower) {
    return bytes(items, tower) / Float.BYTES <= Integer.MAX_VALUE - 8;
  }

  /** Computes them, on all cores. */
  static ItemParts of(ModelItems items, Tower tower) {
    int rows = items.table().rows();
    int first = tower.firstWidth();
    float[] values = new float[Math.multiplyExact(rows, first)];
    IntStream.range(0, Math.ceilDiv(rows, BLOCK))
        .parallel()
        .forEach(block -> {
          int from = block * BLOCK;
          int n = Math.min(BLOCK, rows - from);
          tower.itemPart(items.input(), from * items.inputWidth(), n, values, from * first);
        });
    return new ItemParts(values);
  }

  /** {@code [rows × firstWidth]}. */
  float[] values() {
    return values;
  }
}
