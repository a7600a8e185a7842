package io.encodectr.service;

import io.encodectr.generation.GenerationManifest;
import io.encodectr.model.ModelSpec;

/**
 * What can be said of a pair once it is closed.
 *
 * @param location its folders and its generation
 * @param fingerprint of the model
 * @param spec of the model
 * @param items how many the model knows
 * @param manifest of the generation
 */
public record PairDescription(
    PairLocation location,
    String fingerprint,
    ModelSpec spec,
    int items,
    GenerationManifest manifest) {
  /** Describes a pair. */
  public static PairDescription of(ScoringPair pair) {
    return new PairDescription(
        pair.location(),
        pair.fingerprint(),
        pair.model().spec(),
        pair.model().items(),
        pair.manifest());
  }
}
