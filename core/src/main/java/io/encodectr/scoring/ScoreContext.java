package io.encodectr.scoring;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The circumstances of a request.
 *
 * @param time of the request in seconds since the epoch, from which hour and weekday are derived;
 *     null: the as-of time of the generation
 * @param values the other context columns by name, categorical values and numbers as text; a column
 *     that is absent is missing
 */
public record ScoreContext(@Nullable Long time, Map<String, String> values) {
  /** Copies the values. */
  public ScoreContext {
    values = Map.copyOf(values);
  }

  /** A request at a time, with nothing else known. */
  public static ScoreContext at(long time) {
    return new ScoreContext(time, Map.of());
  }
}
