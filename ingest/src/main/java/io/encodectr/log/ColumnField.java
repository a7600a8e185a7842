package io.encodectr.log;

import io.encodectr.dataset.Kind;
import java.io.Serializable;
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
public record ColumnField(
    String name,
    String field,
    Kind kind,
    boolean multiValued,
    @Nullable String separator,
    Set<String> missing,
    @Nullable String derived)
    implements Serializable {
  /** A single-valued categorical column of the same name. */
  public static ColumnField categorical(String name) {
    return new ColumnField(name, name, Kind.CATEGORICAL, false, null, Set.of(), null);
  }

  /** A multi-valued categorical column of the same name, its values joined in one text. */
  public static ColumnField list(String name, String separator, Set<String> missing) {
    return new ColumnField(name, name, Kind.CATEGORICAL, true, separator, missing, null);
  }

  /** A column that is computed from the time. */
  public static ColumnField derived(String name, String derived) {
    return new ColumnField(name, name, Kind.CATEGORICAL, false, null, Set.of(), derived);
  }

  /** Whether the column is categorical. */
  public boolean categorical() {
    return kind == Kind.CATEGORICAL;
  }
}
