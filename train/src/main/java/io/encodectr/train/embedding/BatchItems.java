package io.encodectr.train.embedding;

import io.encodectr.dataset.Features;
import io.encodectr.dataset.Schema;
import io.encodectr.item.ItemCategories;
import io.encodectr.item.ItemTable;
import io.encodectr.sequence.Method;
import io.encodectr.train.batch.Batch;
import io.encodectr.train.batch.ItemRows;
import io.encodectr.train.optimizer.Adam;
import io.encodectr.train.optimizer.Parameter;
import io.encodectr.train.optimizer.RowGradient;
import io.encodectr.train.sequence.ItemGradient;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The item embeddings e(i) = [id row | mean of each categorical column's rows] of one batch, and
 * the way of their gradient back to the tables.
 *
 * <p>A step calls, in this order: {@link #begin}, {@link #embed} for every block, {@link #sum} for
 * every block, {@link #updateOwnRows} for every block and {@link #update} for every table. Blocks,
 * and tables, may be worked on by different threads; the result does not depend on it.
 */
public final class BatchItems {
  private static final int BLOCK = 2048;

  private final CtrParameters parameters;
  private final ItemRows rows;
  private final Features features;
  private final boolean rowSparse;
  private final List<RowGradient> columnGradients = new ArrayList<>();
  private final float[] unknownGradient;
  private final int[] batchItemOf;
  private final int dimension;
  private final int lowDimension;
  private final Schema schema;
  private final boolean searches;
  private final float[] hashPlanes;
  private final int hashBits;

  private ItemTable table;
  private float[] merged = {};
  private int[] items = {};

  /**
   * Embedding of a dataset's items.
   *
   * @param schema says which column holds an item's categories
   * @param method says what is tabulated for an item
   * @param rowSparse whether only the rows that a batch touches are updated
   */
  public BatchItems(
      CtrParameters parameters,
      ItemRows rows,
      Features features,
      Schema schema,
      Method method,
      boolean rowSparse) {
    this.parameters = parameters;
    this.rows = rows;
    this.features = features;
    this.rowSparse = rowSparse;
    dimension = parameters.projection().rows();
    lowDimension = parameters.projection().width();
    this.schema = schema;
    searches = method.searches();
    hashBits = method.hashBits();
    hashPlanes = hashBits == 0 ? new float[0] : parameters.methodValues(Method.HASH);
    table = new ItemTable(0, dimension, lowDimension, hashBits);
    parameters.itemColumns().forEach(c -> columnGradients.add(new RowGradient(c.table())));
    unknownGradient = new float[parameters.itemId().width()];
    batchItemOf = new int[rowSparse ? 0 : rows.rows()];
  }

  /** Takes the next batch's items. */
  public void begin(Batch batch) {
    items = batch.items();
    if (table.rows() < items.length) {
      int capacity = items.length + items.length / 4;
      table = new ItemTable(capacity, dimension, lowDimension, hashBits);
      merged = new float[capacity * dimension];
    }
    table.numbers(items);
    if (searches) {
      table.columns(ItemCategories.columns(features, schema, items, items.length));
    }
  }

  /** Number of blocks of the batch's items. */
  public int blocks() {
    return (items.length + BLOCK - 1) / BLOCK;
  }

  /** The embeddings, after all blocks were embedded. */
  public ItemTable table() {
    return table;
  }

  /** Embeds the items of one block. */
  public void embed(int block) {
    int from = block * BLOCK;
    int to = Math.min(from + BLOCK, items.length);
    float[] out = table.embeddings();
    Parameter id = parameters.itemId();
    for (int i = from; i < to; i++) {
      int item = items[i];
      int row = rows.rowOf()[item];
      System.arraycopy(id.values(), row * id.width(), out, i * dimension, id.width());
      for (ColumnTable column : parameters.itemColumns()) {
        embed(column, item, out, i * dimension + column.offset());
      }
    }
    table.tabulate(parameters.projection().values(), from, to);
    if (hashBits > 0) {
      table.hash(hashPlanes, from, to);
    }
  }

  private void embed(ColumnTable column, int item, float[] out, int offset) {
    Parameter values = column.table();
    int width = values.width();
    int count = features.valueCount(column.column(), item);
    if (count == 0) {
      System.arraycopy(values.values(), column.rowOf(-1) * width, out, offset, width);
      return;
    }
    Arrays.fill(out, offset, offset + width, 0f);
    float share = 1f / count;
    for (int v = 0; v < count; v++) {
      int start = column.rowOf(features.value(column.column(), item, v)) * width;
      for (int c = 0; c < width; c++) {
        out[offset + c] += values.values()[start + c];
      }
    }
    for (int c = 0; c < width; c++) {
      out[offset + c] *= share;
    }
  }

  /** Sums the shards' gradients of one block, in shard order. */
  public void sum(int block, ItemGradient[] shards) {
    int from = block * BLOCK;
    int to = Math.min(from + BLOCK, items.length);
    Arrays.fill(merged, from * dimension, to * dimension, 0f);
    for (int i = from; i < to; i++) {
      for (ItemGradient shard : shards) {
        if (shard.touched(i)) {
          shard.drain(i, merged, i * dimension);
        }
      }
    }
  }

  /** The summed gradient of the batch's items, {@code [items × d]} and more room behind it. */
  public float[] gradient() {
    return merged;
  }

  /**
   * Updates the id rows that items of one block have for themselves, if only the batch's rows are
   * updated at all. The embeddings stay those of the forward pass.
   */
  public void updateOwnRows(int block, Adam adam) {
    if (!rowSparse) {
      return;
    }
    int from = block * BLOCK;
    int to = Math.min(from + BLOCK, items.length);
    for (int i = from; i < to; i++) {
      int row = rows.rowOf()[items[i]];
      if (row != 0) {
        adam.update(parameters.itemId(), row, merged, i * dimension);
      }
    }
  }

  /** Number of tables that {@link #update} brings up to date. */
  public int tables() {
    return columnGradients.size() + 1;
  }

  /**
   * Updates what several items share: a categorical column's table, or the id table's row 0, or all
   * of the id table where every row is updated.
   */
  public void update(int number, Adam adam) {
    if (number == columnGradients.size()) {
      updateIds(adam);
      return;
    }
    ColumnTable column = parameters.itemColumns().get(number);
    RowGradient gradient = columnGradients.get(number);
    for (int i = 0; i < items.length; i++) {
      int item = items[i];
      int offset = i * dimension + column.offset();
      int count = features.valueCount(column.column(), item);
      if (count == 0) {
        gradient.add(column.rowOf(-1), merged, offset, 1f);
      }
      for (int v = 0; v < count; v++) {
        int code = features.value(column.column(), item, v);
        gradient.add(column.rowOf(code), merged, offset, 1f / count);
      }
    }
    gradient.apply(adam, !rowSparse);
  }

  private void updateIds(Adam adam) {
    Parameter id = parameters.itemId();
    boolean any = false;
    Arrays.fill(unknownGradient, 0f);
    for (int i = 0; i < items.length; i++) {
      int row = rows.rowOf()[items[i]];
      if (!rowSparse) {
        batchItemOf[row] = i + 1;
      }
      if (row == 0) {
        any = true;
        for (int c = 0; c < unknownGradient.length; c++) {
          unknownGradient[c] += merged[i * dimension + c];
        }
      }
    }
    if (any || !rowSparse) {
      adam.update(id, 0, unknownGradient, 0);
    }
    if (!rowSparse) {
      float[] none = new float[id.width()];
      for (int row = 1; row < id.rows(); row++) {
        if (batchItemOf[row] > 0) {
          adam.update(id, row, merged, (batchItemOf[row] - 1) * dimension);
        } else {
          Arrays.fill(none, 0f);
          adam.update(id, row, none, 0);
        }
      }
      Arrays.fill(batchItemOf, 0);
    }
  }
}
