/**
 * R2: the one relevance metric. No other room computes a similarity between vectors; ETA and SDIM
 * compare hash codes of vectors, which is what sets them apart.
 */
@NullMarked
package io.encodectr.relevance;

import org.jspecify.annotations.NullMarked;
