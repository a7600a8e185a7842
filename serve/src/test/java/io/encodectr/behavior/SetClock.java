package io.encodectr.behavior;

import java.time.Instant;
import java.time.InstantSource;

/** A clock that a test sets. */
final class SetClock implements InstantSource {
  private volatile long millis;

  SetClock(long seconds) {
    millis = seconds * 1000;
  }

  void add(long more) {
    millis += more;
  }

  @Override
  public Instant instant() {
    return Instant.ofEpochMilli(millis);
  }
}
