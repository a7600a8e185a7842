package io.encodectr.scoring;

import io.encodectr.dataset.Column;
import io.encodectr.dataset.Features;
import io.encodectr.dataset.Samples;
import io.encodectr.model.Layout;
import io.encodectr.model.Model;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes the user and context part of the tower's input. Immutable and thread-safe; callers bring
 * the row.
 */
public final class UserContextInput {
  private final List<Column> users;
  private final List<Column> contexts;
  private final List<CategoryMean> userMeans;
  private final List<CategoryMean> contextMeans;
  private final Layout layout;

  /** The input of a model's tower. */
  public UserContextInput(Model model) {
    layout = model.layout();
    users = model.spec().schema().user();
    contexts = model.spec().schema().context();
    userMeans = means(model, "user.", users);
    contextMeans = means(model, "context.", contexts);
  }

  private static List<CategoryMean> means(Model model, String prefix, List<Column> columns) {
    int width = model.spec().featureWidth();
    List<CategoryMean> means = new ArrayList<>();
    for (Column column : columns) {
      float[] table =
          column.categorical() ? model.weights(prefix + column.name()) : new float[width];
      int vocabulary = column.categorical() ? column.vocabulary() : 0;
      means.add(new CategoryMean(table, vocabulary, width));
    }
    return means;
  }

  /** Width of a row. */
  public int width() {
    return layout.userContextWidth();
  }

  /** Writes all user columns from a feature table; row −1 is a user nothing is known of. */
  public void user(Features features, int row, float[] out, int offset) {
    for (int c = 0; c < users.size(); c++) {
      int at = offset + layout.userOffset(c);
      if (users.get(c).categorical()) {
        userMeans.get(c).write(features, c, row, out, at);
      } else {
        out[at] = row < 0 ? 0f : features.number(c, row);
      }
    }
  }

  /** Writes one categorical user column from codes; none means missing. */
  public void userCodes(int column, int[] codes, float[] out, int offset) {
    userMeans.get(column).write(codes, out, offset + layout.userOffset(column));
  }

  /** Writes one continuous user column, normalized to [0, 1). */
  public void userNumber(int column, float value, float[] out, int offset) {
    out[offset + layout.userOffset(column)] = value;
  }

  /** Writes all context columns of a sample. */
  public void context(Samples samples, int sample, float[] out, int offset) {
    for (int c = 0; c < contexts.size(); c++) {
      if (contexts.get(c).categorical()) {
        contextCode(c, samples.contextCode(c, sample), out, offset);
      } else {
        contextNumber(c, samples.contextValue(c, sample), out, offset);
      }
    }
  }

  /** Writes one categorical context column; −1 is missing. */
  public void contextCode(int column, int code, float[] out, int offset) {
    contextMeans.get(column).write(code, out, offset + layout.contextOffset(column));
  }

  /** Writes one continuous context column, normalized to [0, 1). */
  public void contextNumber(int column, float value, float[] out, int offset) {
    out[offset + layout.contextOffset(column)] = value;
  }
}
