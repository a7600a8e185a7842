package io.encodectr.load;

import io.encodectr.file.InputException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Looks for the knee: the highest rate at which the limits are held. Raises the rate by a factor
 * until they are not, then halves the gap between the last rate that held and the first that did
 * not, on a logarithmic scale. A rate fails only if it fails twice in a row: one hiccup of a shared
 * machine must not pass for the service's end.
 *
 * @param from the first rate, requests a second
 * @param to the highest rate to try
 * @param factor from one rate to the next, above 1
 * @param halvings how many times the gap is halved, at least 0
 */
public record KneeSearch(double from, double to, double factor, int halvings) {
  private static final double LOWEST_RATE = 1;

  /** Tries a rate. */
  @FunctionalInterface
  public interface Trial {
    /** Whether the limits were held at a rate. */
    boolean holds(double rate) throws IOException;
  }

  /**
   * Where the knee is.
   *
   * @param held the highest rate that held, or null if none did
   * @param broken the lowest rate above it that did not hold, or null if the highest to try held
   */
  public record Knee(@Nullable Double held, @Nullable Double broken) {}

  /**
   * Checks the ranges.
   *
   * @throws InputException if one is left
   */
  public KneeSearch {
    if (!(from >= LOWEST_RATE) || !(to >= from) || !(to < Double.POSITIVE_INFINITY)) {
      throw new InputException(
          "--from "
              + from
              + " --to "
              + to
              + ": give rates from "
              + LOWEST_RATE
              + ", the lower first");
    }
    if (!(factor > 1) || halvings < 0) {
      throw new InputException("--refine " + halvings + ": give a number from 0");
    }
  }

  /** Searches. */
  public Knee search(Trial trial) throws IOException {
    Double held = null;
    Double broken = null;
    double rate = from;
    while (broken == null && (held == null || held < to)) {
      if (holds(trial, rate)) {
        held = rate;
        rate = Math.min(to, rounded(rate * factor));
      } else {
        broken = rate;
      }
    }
    while (held == null && broken != null && broken / factor >= LOWEST_RATE) {
      rate = rounded(broken / factor);
      if (holds(trial, rate)) {
        held = rate;
      } else {
        broken = rate;
      }
    }
    for (int i = 0; i < halvings && held != null && broken != null; i++) {
      rate = rounded(Math.sqrt(held * broken));
      if (rate <= held || rate >= broken) {
        break;
      }
      if (holds(trial, rate)) {
        held = rate;
      } else {
        broken = rate;
      }
    }
    return new Knee(held, broken);
  }

  private static boolean holds(Trial trial, double rate) throws IOException {
    boolean first = trial.holds(rate);
    return first || trial.holds(rate);
  }

  /** Three digits are enough for a rate. */
  private static double rounded(double rate) {
    double unit = Math.pow(10, Math.floor(Math.log10(rate)) - 2);
    return unit >= 1 ? Math.round(rate / unit) * unit : Math.round(rate / unit) / (1 / unit);
  }
}
