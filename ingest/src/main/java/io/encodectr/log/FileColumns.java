package io.encodectr.log;

import io.encodectr.file.InputException;
import io.encodectr.file.Spelling;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The columns that a CSV or Parquet file has.
 *
 * @param names in the order of the file
 */
public record FileColumns(InputFile file, SourceTable table, List<String> names) {
  private static final int LONGEST = 200;
  private static final int MOST = 20;

  /**
   * Place of a column, the last one if several have its name.
   *
   * @throws InputException if there is none
   */
  public int position(String field) {
    int position = names.lastIndexOf(field);
    if (position < 0) {
      throw missing(field);
    }
    return position;
  }

  /**
   * Checks that no two columns have one name.
   *
   * @throws InputException if two have
   */
  public void requireDistinct() {
    Set<String> seen = new HashSet<>();
    for (String name : names) {
      if (!seen.add(name)) {
        throw new InputException(
            file.name()
                + ", line 1: two columns are named \""
                + name
                + "\"; "
                + table.expectation());
      }
    }
  }

  private InputException missing(String field) {
    String where =
        switch (table.format()) {
          case CSV -> table.dialect().header() ? ", line 1: the header has" : ": there is";
          case JSONL, PARQUET -> " has";
        };
    String nearest = Spelling.nearest(field, Set.copyOf(names));
    String columns = names.stream().distinct().limit(MOST).collect(Collectors.joining(", "));
    if (columns.length() > LONGEST) {
      columns = columns.substring(0, LONGEST) + "…";
    }
    return new InputException(
        file.name()
            + where
            + " no column \""
            + field
            + "\""
            + (nearest == null ? "" : " (nearest: \"" + nearest + "\")")
            + "; found: "
            + columns
            + "; "
            + table.expectation());
  }
}
