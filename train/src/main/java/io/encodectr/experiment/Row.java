package io.encodectr.experiment;

import io.encodectr.evaluation.InterestUpkeep;
import org.jspecify.annotations.Nullable;

/**
 * A variant's place in a section.
 *
 * @param id of what is measured: the variant's own, unless its states are kept in some other way
 * @param variant what is trained
 * @param upkeep how the long-term states were kept that it is measured with
 * @param label as this section calls it
 * @param note what the reader should know, such as that it is not in the paper
 * @param line which line of a figure it belongs to
 * @param x its place on the horizontal axis of a figure
 * @param m dimensions that the distance is measured in (Table 4)
 * @param complexity of clustering (Table 7)
 */
record Row(
    String id,
    Variant variant,
    InterestUpkeep upkeep,
    String label,
    @Nullable String note,
    @Nullable String line,
    @Nullable Double x,
    @Nullable Integer m,
    @Nullable String complexity) {

  static Row of(Variant variant) {
    return labeled(variant, variant.label());
  }

  static Row labeled(Variant variant, String label) {
    return new Row(
        variant.id(), variant, InterestUpkeep.FRESH, label, null, null, null, null, null);
  }

  /** A variant measured on states that were kept in some way. */
  static Row kept(Variant variant, InterestUpkeep upkeep, String suffix, String label) {
    return new Row(variant.id() + suffix, variant, upkeep, label, null, null, null, null, null);
  }

  Row noted(String text) {
    return new Row(id, variant, upkeep, label, text, line, x, m, complexity);
  }

  Row on(String lineName) {
    return new Row(id, variant, upkeep, label, note, lineName, x, m, complexity);
  }

  Row at(double place) {
    return new Row(id, variant, upkeep, label, note, line, place, m, complexity);
  }

  Row dimensions(int dimensions) {
    return new Row(id, variant, upkeep, label, note, line, x, dimensions, complexity);
  }

  Row costing(String order) {
    return new Row(id, variant, upkeep, label, note, line, x, m, order);
  }

  /** Whether the states are extracted at the request, in full precision. */
  boolean fresh() {
    return upkeep.equals(InterestUpkeep.FRESH);
  }
}
