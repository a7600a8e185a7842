package io.encodectr.generation;

import org.jspecify.annotations.Nullable;

/**
 * What a generation was made from, for its manifest; {@link GenerationManifest} explains the
 * fields.
 *
 * @param datasetFingerprint fingerprint of the dataset
 * @param createdBy version of the code
 * @param asOf seconds since the epoch
 * @param logEnd null if it is the as-of time
 * @param eventsLog null without events
 * @param eventsThrough null without events
 * @param forgottenThrough null if nobody was forgotten
 * @param warmStarted whether records may differ from those of an extraction from scratch
 */
public record GenerationOrigin(
    String datasetFingerprint,
    String createdBy,
    long asOf,
    @Nullable Long logEnd,
    @Nullable String eventsLog,
    @Nullable Long eventsThrough,
    @Nullable Long forgottenThrough,
    boolean warmStarted) {}
