package io.encodectr.explorer;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An item as the page shows it.
 *
 * @param item its id
 * @param name display name, or null
 * @param known whether the model knows it
 * @param categories its values in the first categorical column
 * @param facts its values in the other columns
 * @param x first coordinate on the map; null without a map or a direction
 * @param y second coordinate on the map
 */
public record ItemCard(
    String item,
    @Nullable String name,
    boolean known,
    List<String> categories,
    List<Fact> facts,
    @Nullable Float x,
    @Nullable Float y) {

  /** A column and what it says. */
  public record Fact(String name, String value) {}
}
