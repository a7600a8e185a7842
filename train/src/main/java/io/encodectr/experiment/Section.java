package io.encodectr.experiment;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A table or figure.
 *
 * @param id such as {@code table2}
 * @param kind {@code table}, {@code scatter}, {@code box} or {@code line}
 * @param question what the reader wants to know, in one sentence
 * @param columns measures shown, by their names in results
 * @param axes what a figure draws; null for tables
 * @param reference id of the row that the others are tested against
 * @param timed whether inference time is measured
 */
record Section(
    String id,
    String kind,
    String title,
    String question,
    List<String> columns,
    @Nullable Axes axes,
    String reference,
    boolean timed,
    List<Row> rows) {

  /**
   * What a figure draws.
   *
   * @param x measure or option on the horizontal axis
   * @param y measures on the vertical axis
   */
  record Axes(String x, List<String> y) {
    Axes {
      y = List.copyOf(y);
    }
  }

  Section {
    columns = List.copyOf(columns);
    rows = List.copyOf(rows);
  }

  static Section table(
      String id,
      String title,
      String question,
      List<String> columns,
      String reference,
      List<Row> rows) {
    boolean timed = columns.contains("inference_ms");
    return new Section(id, "table", title, question, columns, null, reference, timed, rows);
  }

  static Section figure(
      String id,
      String kind,
      String title,
      String question,
      Axes axes,
      String reference,
      List<Row> rows) {
    boolean timed = axes.x().equals("inference_ms") || axes.y().contains("inference_ms");
    return new Section(
        id, kind, title, question, List.of("auc", "gauc"), axes, reference, timed, rows);
  }

  /** The same with other rows. */
  Section with(List<Row> others) {
    return new Section(id, kind, title, question, columns, axes, reference, timed, others);
  }
}
