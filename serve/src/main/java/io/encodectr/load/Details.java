package io.encodectr.load;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What happened to the requests of a step, counted.
 *
 * @param outcomes by outcome: {@code 200}, {@code 429}, another status, {@code timeout}, {@code
 *     connect}, {@code broken}, {@code client}, {@code dropped}
 * @param degraded by the reason an answer gives for being less than it could be; {@code partial}
 *     for those that scored only a part of the candidates
 * @param pairs answers by model and generation, the model shortened
 */
public record Details(
    SortedMap<String, Long> outcomes,
    SortedMap<String, Long> degraded,
    SortedMap<String, Long> pairs) {
  /** Copies the maps. */
  public Details {
    outcomes = Collections.unmodifiableSortedMap(new TreeMap<>(outcomes));
    degraded = Collections.unmodifiableSortedMap(new TreeMap<>(degraded));
    pairs = Collections.unmodifiableSortedMap(new TreeMap<>(pairs));
  }
}
