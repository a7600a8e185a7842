package io.encodectr.redis;

import java.nio.charset.StandardCharsets;

/**
 * Names of keys. What is changed together has one hash tag, so a cluster keeps it in one slot;
 * users spread over all slots by the number of their bucket.
 *
 * @param prefix of all
 */
record RedisKeys(String prefix) {
  /** Id of the generation in use: a string. */
  String current() {
    return together("current");
  }

  /** Published generations by the time of publication in milliseconds: a sorted set. */
  String generations() {
    return together("generations");
  }

  /** Generations under construction by the time of the last sign of life: a sorted set. */
  String building() {
    return together("building");
  }

  /** Who publishes a generation under construction, a token each: a hash. */
  String publishers() {
    return together("publishers");
  }

  /** Generations that expire: a set. */
  String retired() {
    return together("retired");
  }

  /** Tombstones, a line each: a list. */
  String forgotten() {
    return together("forgotten");
  }

  /** What a generation says of itself: a hash. */
  String generation(String id) {
    return prefix + ":g:" + id;
  }

  /** Records by user id: a hash; the field with the empty name says that it is whole. */
  byte[] bucket(String id, int bucket) {
    return (generation(id) + ":" + bucket).getBytes(StandardCharsets.UTF_8);
  }

  private String together(String name) {
    return "{" + prefix + "}:" + name;
  }
}
