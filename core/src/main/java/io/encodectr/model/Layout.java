package io.encodectr.model;

import io.encodectr.dataset.Column;
import io.encodectr.dataset.Schema;
import io.encodectr.file.InputException;
import io.encodectr.sequence.Method;
import io.encodectr.sequence.MethodTensor;
import io.encodectr.sequence.SequenceSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * Where everything lies in an item's embedding and in the tower's input, and which tensors a model
 * has.
 *
 * <p>e(i) = [id embedding | mean of each categorical item column]. Tower input: [user columns,
 * context columns | e(target), continuous item columns | r, r⊙e and, unless the method is DIN, l,
 * l⊙e]. A categorical user or context column is {@link ModelSpec#featureWidth} wide, a continuous
 * one 1. Immutable and thread-safe.
 */
public final class Layout {
  private final ModelSpec spec;
  private final int[] columnWidths;
  private final int idWidth;
  private final int continuousItemColumns;
  private final int[] userOffsets;
  private final int[] contextOffsets;
  private final int userContextWidth;

  /**
   * Lays out a model.
   *
   * @throws InputException if there are more categorical item columns than the dimension has room
   *     for
   */
  public Layout(ModelSpec spec) {
    this.spec = spec;
    Schema schema = spec.schema();
    int width = categoricalWidth(schema.categoricalItemColumns().length, spec);
    columnWidths = new int[schema.item().size()];
    int used = 0;
    for (int c : schema.categoricalItemColumns()) {
      columnWidths[c] = width;
      used += width;
    }
    idWidth = spec.dimension() - used;
    if (idWidth < 1) {
      throw new InputException(
          "dimension "
              + spec.dimension()
              + " leaves no room for the item id beside "
              + schema.categoricalItemColumns().length
              + " categorical item columns of width "
              + width
              + "; use a larger dimension or fewer columns");
    }
    continuousItemColumns = schema.continuousItemColumns().length;
    userOffsets = new int[schema.user().size()];
    contextOffsets = new int[schema.context().size()];
    int afterUsers = offsets(schema.user(), 0, userOffsets);
    userContextWidth = offsets(schema.context(), afterUsers, contextOffsets);
  }

  private static int categoricalWidth(int columns, ModelSpec spec) {
    int room = 2 * spec.featureWidth();
    if (columns > room) {
      throw new InputException(
          "there are "
              + columns
              + " categorical item columns, at most "
              + room
              + " fit; leave some out of the mapping");
    }
    return columns <= 2 ? spec.featureWidth() : room / columns;
  }

  private int offsets(List<Column> columns, int from, int[] offsets) {
    int at = from;
    for (int c = 0; c < offsets.length; c++) {
      offsets[c] = at;
      at += columns.get(c).categorical() ? spec.featureWidth() : 1;
    }
    return at;
  }

  /** Width of the id's part of e(i), which comes first. */
  public int idWidth() {
    return idWidth;
  }

  /** Width of an item column's part of e(i); 0 for continuous columns. */
  public int columnWidth(int itemColumn) {
    return columnWidths[itemColumn];
  }

  /** Where an item column's part begins in e(i). */
  public int columnOffset(int itemColumn) {
    int offset = idWidth;
    for (int c = 0; c < itemColumn; c++) {
      offset += columnWidths[c];
    }
    return offset;
  }

  /** Widths of the parts of e(i): the id's, then each categorical column's. */
  public List<Integer> fields() {
    List<Integer> fields = new ArrayList<>();
    fields.add(idWidth);
    for (int c : spec.schema().categoricalItemColumns()) {
      fields.add(columnWidths[c]);
    }
    return fields;
  }

  /** Where a user column begins in the tower's input. */
  public int userOffset(int column) {
    return userOffsets[column];
  }

  /** Where a context column begins in the tower's input. */
  public int contextOffset(int column) {
    return contextOffsets[column];
  }

  /** Width of all user and context columns, the first part of the tower's input. */
  public int userContextWidth() {
    return userContextWidth;
  }

  /** Width of the second part: e(target) and the item's continuous columns. */
  public int itemWidth() {
    return spec.dimension() + continuousItemColumns;
  }

  /** Width of the third part: r, r⊙e and, if {@link #hasLong}, l, l⊙e. */
  public int interestWidth() {
    return (hasLong() ? 4 : 2) * spec.dimension();
  }

  /** X, the width of the tower's input. */
  public int inputWidth() {
    return userContextWidth + itemWidth() + interestWidth();
  }

  /** Whether the method has a long sequence: every method but DIN. */
  public boolean hasLong() {
    return Method.named(spec.method()).hasLong();
  }

  /** Names and shapes of the tensors that every model of this specification has. */
  public SequencedMap<String, int[]> tensors() {
    SequencedMap<String, int[]> shapes = new LinkedHashMap<>();
    Schema schema = spec.schema();
    shapes.put("item.id", new int[] {spec.itemRows(), idWidth});
    for (int c : schema.categoricalItemColumns()) {
      Column column = schema.item().get(c);
      shapes.put("item." + column.name(), new int[] {column.vocabulary() + 1, columnWidths[c]});
    }
    embeddings("user.", schema.user(), shapes);
    embeddings("context.", schema.context(), shapes);
    if (spec.lowDimension() > 0) {
      shapes.put("projection", new int[] {spec.dimension(), spec.lowDimension()});
    }
    SequenceSpec sequence = spec.sequence();
    for (MethodTensor tensor : sequence.method().tensors(sequence)) {
      shapes.put(tensor.name(), new int[] {tensor.rows(), tensor.columns()});
    }
    shapes.put("default.recent", new int[] {spec.dimension()});
    if (hasLong()) {
      shapes.put(Method.DEFAULT, new int[] {spec.dimension()});
    }
    int input = inputWidth();
    int layer = 0;
    for (int width : spec.tower()) {
      shapes.put("tower." + layer + ".weight", new int[] {input, width});
      shapes.put("tower." + layer + ".bias", new int[] {width});
      input = width;
      layer++;
    }
    shapes.put("tower." + layer + ".weight", new int[] {input});
    shapes.put("tower." + layer + ".bias", new int[] {1});
    return shapes;
  }

  private void embeddings(String prefix, List<Column> columns, SequencedMap<String, int[]> shapes) {
    for (Column column : columns) {
      if (column.categorical()) {
        shapes.put(
            prefix + column.name(), new int[] {column.vocabulary() + 1, spec.featureWidth()});
      }
    }
  }
}
