package io.encodectr.service;

import java.util.Locale;

/** Why an answer is less than it could be. */
public enum Degradation {
  /**
   * The model scores from interests and there are none of this user: unknown to the generation,
   * without behaviors before its time, forgotten, or their record is damaged.
   */
  NO_INTERESTS,
  /** The shared store did not tell the user's interests in time; perhaps there are some. */
  INTERESTS_UNAVAILABLE,
  /** The generation is older than the service was told to accept. */
  STALE_INTERESTS,
  /** The deadline came before the last candidate. */
  DEADLINE,
  /** What the user did since the generation could not be read. */
  EVENTS_UNAVAILABLE;

  /** As answers and metrics name it: snake_case. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
