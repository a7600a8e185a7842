package io.encodectr.ingest;

import io.encodectr.dataset.Kind;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where a feature column comes from.
 *
 * @param name the column's name in the dataset
 * @param field the column's name in the input
 * @param kind categorical or continuous
 * @param multiValued whether a row has a list of values
 * @param separator between the values of a list; null if they are not joined in one text
 * @param missing texts that stand for "no value", besides the empty one
 * @param derived "hour" or "weekday" if the value is computed from the time; null otherwise
 */
record ColumnField(
    String name,
    String field,
    Kind kind,
    boolean multiValued,
    @Nullable String separator,
    Set<String> missing,
    @Nullable String derived) {
  static ColumnField categorical(String name) {
    return new ColumnField(name, name, Kind.CATEGORICAL, false, null, Set.of(), null);
  }

  static ColumnField list(String name, String separator, Set<String> missing) {
    return new ColumnField(name, name, Kind.CATEGORICAL, true, separator, missing, null);
  }

  static ColumnField derived(String name, String derived) {
    return new ColumnField(name, name, Kind.CATEGORICAL, false, null, Set.of(), derived);
  }

  boolean categorical() {
    return kind == Kind.CATEGORICAL;
  }
}
