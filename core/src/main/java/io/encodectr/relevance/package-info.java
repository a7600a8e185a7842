/** R2: the one relevance metric. No other room computes a similarity between vectors. */
@NullMarked
package io.encodectr.relevance;

import org.jspecify.annotations.NullMarked;
