package io.encodectr.log;

import io.encodectr.file.InputException;
import java.util.Locale;

/** Which interactions become behaviors. */
public enum History {
  /** Every interaction, whatever its label. */
  ALL,
  /** Interactions with label 1. */
  POSITIVES;

  /** The name used on the command line and in {@code dataset.json}. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The history of this name.
   *
   * @throws InputException if there is none
   */
  public static History of(String key) {
    return switch (key) {
      case "all" -> ALL;
      case "positives" -> POSITIVES;
      default ->
          throw new InputException("history \"" + key + "\" is not known; choose all or positives");
    };
  }
}
