package io.encodectr.behavior.redis;

import java.nio.charset.StandardCharsets;

/**
 * Names of the keys of an event log. All have one hash tag, so that a cluster keeps the whole log
 * on one node and a script may change all of it in one step.
 *
 * @param prefix of all that belongs to Encode
 */
record EventKeys(String prefix) {
  /** Numbers of the log and its identity, {@link EventScripts}: a hash. */
  byte[] facts() {
    return key("facts");
  }

  /** Milliseconds since the epoch by the SHA-256 of a forgotten user's id: a hash. */
  byte[] forgotten() {
    return key("forgotten");
  }

  /** The part of it whose events may not all be deleted yet: a hash. */
  byte[] unerased() {
    return key("unerased");
  }

  /** Ids of the users with events, in the order of their bytes: a sorted set. */
  byte[] users() {
    return key("users");
  }

  /** From when on each reader needs events, and how long that holds: a hash. */
  byte[] readers() {
    return key("readers");
  }

  /** A user's events by time, then arrival: a sorted set. */
  byte[] events(String user) {
    return key("u:" + user);
  }

  /** The ids of a user's events: a set. */
  byte[] ids(String user) {
    return key("i:" + user);
  }

  private byte[] key(String name) {
    return ("{" + prefix + ":events}:" + name).getBytes(StandardCharsets.UTF_8);
  }
}
