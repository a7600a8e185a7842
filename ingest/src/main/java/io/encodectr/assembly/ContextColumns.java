package io.encodectr.assembly;

import io.encodectr.dataset.Column;
import io.encodectr.file.FloatColumn;
import io.encodectr.file.IntColumn;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/** Context columns of samples, with their vocabularies and ranges. Immutable, thread-safe. */
public final class ContextColumns implements Serializable {
  private static final long serialVersionUID = 1L;

  private final ArrayList<Column> columns;
  private final int[] source;
  private final int[][] newCodes;

  /**
   * Columns.
   *
   * @param source place of each among the columns read from the log; -1 for derived columns
   * @param newCodes of each the code in the dataset of a code in the log; -1 for none
   */
  ContextColumns(List<Column> columns, int[] source, int[][] newCodes) {
    this.columns = new ArrayList<>(columns);
    this.source = source;
    this.newCodes = newCodes;
  }

  /** The columns for the schema. */
  public List<Column> columns() {
    return columns;
  }

  /** Code of a categorical column for an event, -1 for none. */
  int code(int c, Events events, long event) {
    if (source[c] < 0) {
      return columns.get(c).derivedCode(events.time().get(event));
    }
    IntColumn codes = events.contextCodes().get(source[c]);
    int code = codes == null ? -1 : codes.get(event);
    return code < 0 || code >= newCodes[c].length ? -1 : newCodes[c][code];
  }

  /** Normalized number of a continuous column for an event, 0 for none. */
  float number(int c, Events events, long event) {
    FloatColumn numbers = events.contextNumbers().get(source[c]);
    return numbers == null ? 0 : columns.get(c).normalize(numbers.get(event));
  }
}
