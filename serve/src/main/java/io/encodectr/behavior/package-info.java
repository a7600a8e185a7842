/**
 * What users did since the dataset was made: the durable log of events, which of them a score adds
 * to a generation, which an extraction joins to the histories, and how a user is forgotten in all
 * of it. No HTTP here; nothing here scores.
 */
@NullMarked
package io.encodectr.behavior;

import org.jspecify.annotations.NullMarked;
