package io.encodectr.explorer;

import io.encodectr.dataset.Column;
import io.encodectr.dataset.Features;
import io.encodectr.dataset.Vocabularies;
import io.encodectr.explorer.ItemCard.Fact;
import io.encodectr.item.ItemTable;
import io.encodectr.model.Model;
import io.encodectr.scoring.ScoringModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A model's items in the plane: the directions of their low-dimensional projections (Eq. 4) along
 * the principal axes of all items. The axes belong to the model, so users and generations are drawn
 * on the same map. Immutable and thread-safe.
 */
final class ItemMap {
  private static final int BACKGROUND = 3000;

  private final Model model;
  private final ItemTable table;
  private final @Nullable PrincipalAxes axes;
  private final List<Column> columns;
  private final Themes themes;

  /** The map of a model; a model without interests has cards and no places. */
  ItemMap(ScoringModel scoring) {
    model = scoring.model();
    table = scoring.items().table();
    columns = model.spec().schema().item();
    axes =
        model.spec().clustered()
            ? PrincipalAxes.of(table.low(), model.items(), table.lowDimension())
            : null;
    themes = new Themes(this.model, this);
  }

  /** What items have in common. */
  Themes themes() {
    return themes;
  }

  /** The card of an item without its facts. */
  ItemCard card(String id) {
    return card(id, false);
  }

  /**
   * The card of an item.
   *
   * @param facts whether to tell all columns
   */
  ItemCard card(String id, boolean facts) {
    int item = model.itemIds().indexOf(id);
    if (item < 0) {
      return new ItemCard(id, null, false, List.of(), List.of(), null, null);
    }
    boolean placed = axes != null && table.inverseLowNorms()[item] != 0f;
    int o = item * table.lowDimension();
    return new ItemCard(
        id,
        model.itemName(item),
        true,
        categories(item),
        facts ? facts(item) : List.of(),
        placed && axes != null ? axes.x(table.low(), o) : null,
        placed && axes != null ? axes.y(table.low(), o) : null);
  }

  /** Values of the first categorical column. */
  List<String> categories(int item) {
    int[] categorical = model.spec().schema().categoricalItemColumns();
    return categorical.length == 0 ? List.of() : values(categorical[0], item);
  }

  private List<String> values(int column, int item) {
    Features features = model.itemFeatures();
    Vocabularies vocabularies = model.itemVocabularies();
    List<String> values = new ArrayList<>();
    for (int i = 0; i < features.valueCount(column, item); i++) {
      values.add(vocabularies.value(column, features.value(column, item, i)));
    }
    return values;
  }

  private List<Fact> facts(int item) {
    int[] categorical = model.spec().schema().categoricalItemColumns();
    List<Fact> facts = new ArrayList<>();
    for (int c = 0; c < columns.size(); c++) {
      Column column = columns.get(c);
      if (!column.categorical()) {
        facts.add(new Fact(column.name(), number(column, model.itemFeatures().number(c, item))));
      } else if (c != categorical[0]) {
        List<String> values = values(c, item);
        if (!values.isEmpty()) {
          facts.add(new Fact(column.name(), String.join(", ", values)));
        }
      }
    }
    return facts;
  }

  /** A stored number on the scale it came from; exact to what the storing left. */
  private static String number(Column column, float stored) {
    double value = column.min() + stored * ((double) column.max() - column.min());
    return String.format(Locale.ROOT, "%.2f", value);
  }

  /**
   * Places of vectors of d components, such as interests: each is projected as items are.
   *
   * @param vectors {@code [count × d]}
   * @return x and y of each, or null for one without a direction; empty without a map
   */
  List<float @Nullable []> places(float[] vectors, int count) {
    if (axes == null) {
      return List.of();
    }
    int d = table.dimension();
    ItemTable projected = new ItemTable(count, d, table.lowDimension());
    System.arraycopy(vectors, 0, projected.embeddings(), 0, count * d);
    projected.tabulate(model.weights("projection"), 0, count);
    List<float @Nullable []> places = new ArrayList<>();
    for (int k = 0; k < count; k++) {
      int o = k * table.lowDimension();
      places.add(
          projected.inverseLowNorms()[k] == 0f
              ? null
              : new float[] {axes.x(projected.low(), o), axes.y(projected.low(), o)});
    }
    return places;
  }

  /** The map's ground: some thousand items, spread evenly over the catalog. */
  MapView view() {
    if (axes == null) {
      return new MapView(false, 0, List.of(), List.of());
    }
    int step = Math.ceilDiv(model.items(), BACKGROUND);
    List<Float> x = new ArrayList<>();
    List<Float> y = new ArrayList<>();
    for (int i = 0; i < model.items(); i += step) {
      if (table.inverseLowNorms()[i] != 0f) {
        x.add(axes.x(table.low(), i * table.lowDimension()));
        y.add(axes.y(table.low(), i * table.lowDimension()));
      }
    }
    return new MapView(true, axes.share(), x, y);
  }
}
