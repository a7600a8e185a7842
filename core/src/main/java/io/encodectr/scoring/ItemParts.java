package io.encodectr.scoring;

import io.encodectr.tower.Tower;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The first layer's item part, x_item·W1, of every item: what a candidate costs there is then one
 * row to read. Same bits as computing it for each candidate. Immutable and thread-safe.
 */
final class ItemParts {
  private static final int BLOCK = 512;
  private static final int LONGEST_ARRAY = Integer.MAX_VALUE - 8;
  private static final Logger LOG = LoggerFactory.getLogger(ItemParts.class);

  private final float[] values;

  private ItemParts(float[] values) {
    this.values = values;
  }

  /** Bytes that the parts of all items would take. */
  static long bytes(ModelItems items, Tower tower) {
    return (long) items.table().rows() * tower.firstWidth() * Float.BYTES;
  }

  /** Computes them, on all cores; null if there is no room, since all works without them. */
  static @Nullable ItemParts of(ModelItems items, Tower tower) {
    int rows = items.table().rows();
    int first = tower.firstWidth();
    long count = (long) rows * first;
    float[] values;
    try {
      values = count > LONGEST_ARRAY ? null : new float[(int) count];
    } catch (OutOfMemoryError e) {
      values = null;
    }
    if (values == null) {
      LOG.warn("No room for {} bytes: the items' part is computed for each candidate", 4 * count);
      return null;
    }
    fill(values, items, tower);
    return new ItemParts(values);
  }

  private static void fill(float[] values, ModelItems items, Tower tower) {
    int rows = items.table().rows();
    int first = tower.firstWidth();
    IntStream.range(0, Math.ceilDiv(rows, BLOCK))
        .parallel()
        .forEach(block -> {
          int from = block * BLOCK;
          int n = Math.min(BLOCK, rows - from);
          tower.itemPart(items.input(), from * items.inputWidth(), n, values, from * first);
        });
  }

  /** {@code [rows × firstWidth]}. */
  float[] values() {
    return values;
  }
}
