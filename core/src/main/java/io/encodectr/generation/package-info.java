/**
 * Interest generations: all users' interests from one model and one as-of time, as an immutable
 * memory-mapped file; the store that holds them; and the job that makes them. Another job, on a
 * cluster, makes the same from {@link io.encodectr.generation.UserExtractor}, {@link
 * io.encodectr.generation.RecordBlock} and {@link io.encodectr.generation.GenerationAssembly}.
 *
 * <p>What an interest is, is decided in {@code interest}; this room only carries interests from a
 * dataset to disk and back. Nothing here scores.
 */
@NullMarked
package io.encodectr.generation;

import org.jspecify.annotations.NullMarked;
