package io.encodectr.item;

import io.encodectr.dataset.Features;
import io.encodectr.dataset.Schema;
import java.util.Arrays;
import java.util.List;

/**
 * Categories of the rows of an item table: the values of the schema's first categorical item
 * column, of which an item may have several or none. Immutable by convention.
 *
 * @param start {@code [rows+1]}, first category of each row in {@code codes}
 * @param codes category codes
 * @param vocabulary codes are below this; 0 if items have no categories at all
 */
public record ItemCategories(int[] start, int[] codes, int vocabulary) {
  /** Where items have no categories. */
  public static final ItemCategories NONE = new ItemCategories(new int[1], new int[0], 0);

  /**
   * Reads the categories of some items.
   *
   * @param features item features of the schema
   * @param items index of each row's item; −1 for a row without categories
   * @param rows how many rows
   */
  public static ItemCategories of(Features features, Schema schema, int[] items, int rows) {
    int[] columns = schema.categoricalItemColumns();
    return columns.length == 0 ? NONE : of(features, schema, columns[0], items, rows);
  }

  /** As {@link #of}, for every categorical column of the schema, in its order. */
  public static List<ItemCategories> columns(
      Features features, Schema schema, int[] items, int rows) {
    return Arrays.stream(schema.categoricalItemColumns())
        .mapToObj(column -> of(features, schema, column, items, rows))
        .toList();
  }

  private static ItemCategories of(
      Features features, Schema schema, int column, int[] items, int rows) {
    int[] start = new int[rows + 1];
    int[] codes = new int[rows];
    for (int row = 0; row < rows; row++) {
      int count = items[row] < 0 ? 0 : features.valueCount(column, items[row]);
      int end = start[row];
      if (codes.length < end + count) {
        codes = Arrays.copyOf(codes, (end + count) * 3 / 2);
      }
      for (int v = 0; v < count; v++) {
        int code = features.value(column, items[row], v);
        if (code >= 0) {
          codes[end++] = code;
        }
      }
      start[row + 1] = end;
    }
    return new ItemCategories(
        start, Arrays.copyOf(codes, start[rows]), schema.item().get(column).vocabulary());
  }

  /** Whether items have categories. */
  public boolean isPresent() {
    return vocabulary > 0;
  }
}
