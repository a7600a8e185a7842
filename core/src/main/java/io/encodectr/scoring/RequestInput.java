package io.encodectr.scoring;

import io.encodectr.dataset.Column;
import io.encodectr.file.InputException;
import io.encodectr.generation.UserInterests;
import io.encodectr.generation.UserInterests.Feature;
import io.encodectr.model.Model;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes the user and context part of the tower's input from a stored user and a request. Immutable
 * and thread-safe.
 */
final class RequestInput {
  private static final int[] MISSING = {};

  private final Model model;
  private final UserContextInput input;
  private final List<Column> users;
  private final List<Column> contexts;

  RequestInput(ScoringModel model) {
    this.model = model.model();
    input = model.userContext();
    users = this.model.spec().schema().user();
    contexts = this.model.spec().schema().context();
  }

  int width() {
    return input.width();
  }

  /**
   * Writes the user's columns; an unknown user misses all of them.
   *
   * @throws InputException if the record does not fit the model's columns
   */
  void user(@Nullable UserInterests user, float[] out) {
    if (user != null && user.features().length != users.size()) {
      throw new InputException(
          "the stored user has %d columns, the model has %d; extract again with this model"
              .formatted(user.features().length, users.size()));
    }
    for (int c = 0; c < users.size(); c++) {
      Column column = users.get(c);
      Feature feature = user == null ? null : user.features()[c];
      if (feature != null) {
        requireFit(feature, column);
      }
      if (column.categorical()) {
        input.userCodes(c, feature == null ? MISSING : feature.codes(), out, 0);
      } else {
        input.userNumber(c, feature == null ? 0f : feature.number(), out, 0);
      }
    }
  }

  private static void requireFit(Feature feature, Column column) {
    boolean fits = feature.continuous() != column.categorical();
    for (int code : feature.codes()) {
      fits &= code >= 0 && code < column.vocabulary();
    }
    if (!fits) {
      throw new InputException(
          "the stored value of user column "
              + column.name()
              + " does not fit the model; extract again with this model");
    }
  }

  /**
   * Writes the context columns.
   *
   * @throws InputException for a column that the model has not, or a value that is no number
   */
  void context(long time, Map<String, String> values, float[] out) {
    requireKnown(values);
    for (int c = 0; c < contexts.size(); c++) {
      Column column = contexts.get(c);
      String value = values.get(column.name());
      if (column.derived() != null) {
        input.contextCode(c, column.derivedCode(time), out, 0);
      } else if (column.categorical()) {
        input.contextCode(c, value == null ? -1 : model.contextCode(c, value), out, 0);
      } else {
        input.contextNumber(c, value == null ? 0f : number(column, value), out, 0);
      }
    }
  }

  private void requireKnown(Map<String, String> values) {
    List<String> open =
        contexts.stream().filter(column -> column.derived() == null).map(Column::name).toList();
    for (String name : values.keySet()) {
      if (!open.contains(name)) {
        throw new InputException(
            "context column '%s' cannot be given; the model takes %s"
                .formatted(name, open.isEmpty() ? "none" : String.join(", ", open)));
      }
    }
  }

  private static float number(Column column, String value) {
    try {
      return column.normalize(Double.parseDouble(value));
    } catch (NumberFormatException e) {
      throw new InputException(
          "context column %s needs a number, not '%s'".formatted(column.name(), value), e);
    }
  }
}
