package io.encodectr.ingest;

import io.encodectr.log.ColumnField;
import java.util.stream.Collectors;

/** SQL for texts that stand for "no value". */
final class MissingSql {
  private MissingSql() {}

  /** The text of a column, null where it is missing. */
  static String of(ColumnField column, String text) {
    String values =
        column.missing().stream()
            .sorted()
            .map(Database::text)
            .collect(Collectors.joining(", ", "('', ", ")"))
            .replace(", )", ")");
    return "CASE WHEN " + text + " IN " + values + " THEN NULL ELSE " + text + " END";
  }
}
