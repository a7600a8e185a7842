package io.encodectr.generation;

import io.encodectr.dataset.Column;
import io.encodectr.dataset.Features;
import io.encodectr.generation.UserInterests.Feature;
import java.util.List;

/** The values of users' feature columns as records hold them. Immutable and thread-safe. */
public final class UserFeatures {
  private static final int[] NO_CODES = {};

  private final List<Column> columns;
  private final Features source;

  /**
   * Features of a dataset's users.
   *
   * @param columns the user columns of the model's schema
   * @param source their values, column by column in the same order
   */
  public UserFeatures(List<Column> columns, Features source) {
    this.columns = columns;
    this.source = source;
  }

  /**
   * A user's values.
   *
   * @param user row of the source
   */
  public Feature[] of(int user) {
    Feature[] features = new Feature[columns.size()];
    for (int c = 0; c < features.length; c++) {
      features[c] =
          columns.get(c).categorical()
              ? Feature.categorical(codes(c, user))
              : Feature.continuous(source.number(c, user));
    }
    return features;
  }

  private int[] codes(int column, int user) {
    int n = source.valueCount(column, user);
    int[] codes = n == 0 ? NO_CODES : new int[n];
    for (int i = 0; i < n; i++) {
      codes[i] = source.value(column, user, i);
    }
    return codes;
  }

  /** Columns that are all missing: of a user of whom only behaviors are known. */
  public static Feature[] missing(List<Column> columns) {
    return columns.stream()
        .map(each -> each.categorical() ? Feature.categorical(NO_CODES) : Feature.continuous(0f))
        .toArray(Feature[]::new);
  }
}
