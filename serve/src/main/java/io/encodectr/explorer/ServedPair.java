package io.encodectr.explorer;

import io.encodectr.generation.InterestStore;
import io.encodectr.scoring.Scorer;

/**
 * A model with its generation, both in service.
 *
 * @param scorer scores with the two
 * @param generation id of the generation
 * @param store where the generation lies, and older ones beside it
 */
public record ServedPair(Scorer scorer, String generation, InterestStore store) {}
