package io.encodectr.scoring;

import io.encodectr.dataset.Column;
import io.encodectr.dataset.Features;
import io.encodectr.item.ItemCategories;
import io.encodectr.item.ItemTable;
import io.encodectr.model.Layout;
import io.encodectr.model.Model;
import io.encodectr.sequence.Method;
import java.util.Arrays;
import java.util.List;

/**
 * Every item of a model as scoring needs it: embeddings e(i) = [id | mean of each column's values],
 * tabulated, and the item part of the tower's input. The row after the last item stands for unknown
 * items: the out-of-vocabulary id, no categories. Immutable and thread-safe.
 */
public final class ModelItems {
  private final ItemTable table;
  private final float[] input;
  private final int inputWidth;

  private ModelItems(ItemTable table, float[] input, int inputWidth) {
    this.table = table;
    this.input = input;
    this.inputWidth = inputWidth;
  }

  /** Tabulates the items of a model. */
  public static ModelItems of(Model model) {
    Layout layout = model.layout();
    int d = model.spec().dimension();
    int count = model.items() + 1;
    int lowDimension = Math.max(1, model.spec().lowDimension());
    Method method = model.spec().sequence().method();
    ItemTable table = new ItemTable(count, d, lowDimension, method.hashBits());
    List<Column> columns = model.spec().schema().item();
    float[] embeddings = table.embeddings();
    float[] ids = model.weights("item.id");
    int idWidth = layout.idWidth();
    for (int i = 0; i < count; i++) {
      int row = i < model.items() ? model.itemRow(i) : 0;
      System.arraycopy(ids, row * idWidth, embeddings, i * d, idWidth);
    }
    int offset = idWidth;
    for (int c = 0; c < columns.size(); c++) {
      if (columns.get(c).categorical()) {
        int width = layout.columnWidth(c);
        CategoryMean mean =
            new CategoryMean(
                model.weights("item." + columns.get(c).name()), columns.get(c).vocabulary(), width);
        for (int i = 0; i < count; i++) {
          mean.write(
              model.itemFeatures(), c, i < model.items() ? i : -1, embeddings, i * d + offset);
        }
        offset += width;
      }
    }
    float[] projection =
        model.has("projection") ? model.weights("projection") : new float[d * lowDimension];
    table.tabulate(projection, 0, count);
    if (method.hashBits() > 0) {
      table.hash(model.weights(Method.HASH), 0, count);
    }
    if (method.searches()) {
      int[] itemOf = new int[count];
      Arrays.setAll(itemOf, i -> i < model.items() ? i : -1);
      table.columns(
          ItemCategories.columns(model.itemFeatures(), model.spec().schema(), itemOf, count));
    }
    return new ModelItems(table, input(model, table), layout.itemWidth());
  }

  private static float[] input(Model model, ItemTable table) {
    int d = table.dimension();
    int width = model.layout().itemWidth();
    if (width == d) {
      return table.embeddings();
    }
    float[] input = new float[Math.multiplyExact(table.rows(), width)];
    for (int i = 0; i < table.rows(); i++) {
      System.arraycopy(table.embeddings(), i * d, input, i * width, d);
    }
    List<Column> columns = model.spec().schema().item();
    Features features = model.itemFeatures();
    int offset = d;
    for (int c = 0; c < columns.size(); c++) {
      if (!columns.get(c).categorical()) {
        for (int i = 0; i < model.items(); i++) {
          input[i * width + offset] = features.number(c, i);
        }
        offset++;
      }
    }
    return input;
  }

  /** Embeddings, projections and norms, one row an item and one for unknown items. */
  public ItemTable table() {
    return table;
  }

  /** The row that stands for items the model doesn't know. */
  public int unknown() {
    return table.rows() - 1;
  }

  /** Item part of the tower's input, {@code [rows × inputWidth]}. */
  public float[] input() {
    return input;
  }

  /** Width of a row of {@link #input}. */
  public int inputWidth() {
    return inputWidth;
  }
}
