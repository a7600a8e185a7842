package io.encodectr.dataset;

import io.encodectr.file.InputException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The feature columns of a dataset. A column's index in its list is its number everywhere else.
 *
 * @param item columns of items
 * @param user columns of users
 * @param context columns of samples and requests; single-valued
 */
public record Schema(List<Column> item, List<Column> user, List<Column> context) {
  /** No columns at all. */
  public static final Schema EMPTY = new Schema(List.of(), List.of(), List.of());

  /**
   * Copies the lists and checks them.
   *
   * @throws InputException if a name occurs twice in a list, a context column is multi-valued, or
   *     an item or user column is derived
   */
  public Schema {
    item = checked("item", item);
    user = checked("user", user);
    context = checked("context", context);
    for (Column column : context) {
      if (column.multiValued()) {
        throw new InputException("context column " + column.name() + " cannot be multi-valued");
      }
    }
  }

  private static List<Column> checked(String list, List<Column> columns) {
    Set<String> names = new HashSet<>();
    for (Column column : columns) {
      if (!names.add(column.name())) {
        throw new InputException("two " + list + " columns are named " + column.name());
      }
      if (column.derived() != null && !list.equals("context")) {
        throw new InputException(
            list + " column " + column.name() + " is derived; only context columns can be");
      }
    }
    return List.copyOf(columns);
  }

  /** Indices of the item columns that are categorical. */
  public int[] categoricalItemColumns() {
    return indices(item, Kind.CATEGORICAL);
  }

  /** Indices of the item columns that are continuous. */
  public int[] continuousItemColumns() {
    return indices(item, Kind.CONTINUOUS);
  }

  private static int[] indices(List<Column> columns, Kind kind) {
    return java.util.stream.IntStream.range(0, columns.size())
        .filter(c -> columns.get(c).kind() == kind)
        .toArray();
  }

  /**
   * Index of the column of this name in a list, or -1.
   *
   * @param columns one of the three lists
   */
  public static int indexOf(List<Column> columns, String name) {
    for (int c = 0; c < columns.size(); c++) {
      if (columns.get(c).name().equals(name)) {
        return c;
      }
    }
    return -1;
  }
}
