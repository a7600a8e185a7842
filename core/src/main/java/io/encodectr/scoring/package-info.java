/**
 * Online stage: a loaded model, one user's state, many candidates in, logits out. Evaluation scores
 * through the same classes, so that offline and online agree to the last bit.
 */
@NullMarked
package io.encodectr.scoring;

import org.jspecify.annotations.NullMarked;
