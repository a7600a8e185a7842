package io.encodectr.behavior;

import java.time.Instant;
import java.time.InstantSource;

/** A clock that a test sets. */
public final class SetClock implements InstantSource {
  private volatile long millis;

  public SetClock(long seconds) {
    millis = seconds * 1000;
  }

  public void add(long more) {
    millis += more;
  }

  @Override
  public Instant instant() {
    return Instant.ofEpochMilli(millis);
  }
}
